"""SageMaker: deployed models, the versions that they come from, and the endpoints that serve them.

Shapes: Amazon SageMaker API Reference, DescribeModel, DescribeEndpointConfig, DescribeEndpoint. Models that
inference components or batch jobs use have no endpoint here.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.estate.aws._beside import beside
from scanner.estate.aws._data_places import stores
from scanner.estate.aws._model_containers import artifacts, deployed, images, packages, registered
from scanner.estate.aws._model_versions import APPROVALS, DESCRIBE, REGISTRY, evaluated
from scanner.estate.aws._native import tags_in_bulk
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value, union
from scanner.model.snapshot import Record

_MODEL = "DescribeModel"
_CONFIGS, _CONFIG = "sagemaker:ListEndpointConfigs", "DescribeEndpointConfig"
_ENDPOINTS, _ENDPOINT = "sagemaker:ListEndpoints", "DescribeEndpoint"
_WORST = ("rejected", "pending", "approved")


def _packages(reading: Reading) -> Value:
    """The ids of the versions that a deployed model comes from; ``None`` if it comes from none."""
    answer = reading.answer(_MODEL)
    if isinstance(answer, Unknown):
        return answer
    named = packages(deployed(answer.value or {}))
    prefix = reading.id.partition(":model/")[0]
    found = (
        None
        if named is None
        else [n if n.startswith("arn:") else f"{prefix}:model-package/{n}" for n in named]
    )
    return Known(found, answer.pointer)


def _records(reading: Reading) -> Value:
    """The records of those versions, in the registry that holds each; unknown if one was not read."""
    named = _packages(reading)
    if isinstance(named, Unknown) or named.value is None:
        return named
    found: list[Record] = []
    for identity in named.value:
        record = reading.world.identified("sagemaker.model_package", identity)
        if record is None or DESCRIBE not in record.data:
            scope = record.scope if record else reading.scope
            return Unknown(reading.world.hiding(f"sagemaker:{DESCRIBE}", scope, identity))
        found.append(record)
    return Known(found)


def _said(convert: Callable[[list[dict[str, Any]]], Any]) -> Attr:
    """What the versions that a deployed model comes from say; ``None`` if it comes from none."""

    def read(reading: Reading) -> Value:
        records = _records(reading)
        if isinstance(records, Unknown) or records.value is None:
            return records
        return Known(convert([record.data[DESCRIBE] for record in records.value]))

    return Attr(read, (_MODEL,), REGISTRY)


def _approval(native: list[dict[str, Any]]) -> str | None:
    found = {APPROVALS.get(str(each.get("ModelApprovalStatus"))) for each in native}
    return None if None in found else next(word for word in _WORST if word in found)


def _commit(native: list[dict[str, Any]]) -> str | None:
    return (native[0].get("MetadataProperties") or {}).get("CommitId")


def _first(convert: Callable[[str], str]) -> Attr:
    def read(reading: Reading) -> Value:
        found = _packages(reading)
        if isinstance(found, Unknown):
            return found
        return Known(convert(found.value[0]) if found.value else None, found.pointer)

    return Attr(read, (_MODEL,))


def _files(reading: Reading) -> Value:
    """Its own files, and those of the versions that it comes from."""
    answer, records = reading.answer(_MODEL), _records(reading)
    if isinstance(answer, Unknown) or isinstance(records, Unknown):
        return Unknown(union(each.gaps for each in (answer, records) if isinstance(each, Unknown)))
    behind = [artifacts(registered(record.data[DESCRIBE])) for record in records.value or ()]
    return Known(
        sorted({*artifacts(deployed(answer.value or {})), *(uri for each in behind for uri in each)})
    )


def _stores(reading: Reading) -> Value:
    found = _files(reading)
    return found if isinstance(found, Unknown) else Known(stores(reading, found.value))


def _served_by(reading: Reading) -> Value:
    """Endpoints, by the configuration that names the model."""
    name = reading.id.rpartition("/")[2]
    configs: set[str] = set()
    for field in ("ProductionVariants.ModelName", "ShadowProductionVariants.ModelName"):
        found = beside(reading, "sagemaker.endpoint_config", _CONFIGS, field, name, key=_CONFIG)
        if isinstance(found, Unknown):
            return found
        configs |= {str(record.data[_CONFIG].get("EndpointConfigName")) for record in found.value}
    served: set[str] = set()
    for config in configs:
        found = beside(reading, "sagemaker.endpoint", _ENDPOINTS, "EndpointConfigName", config, key=_ENDPOINT)
        if isinstance(found, Unknown):
            return found
        served |= {record.id for record in found.value}
    return Known(sorted(served))


def _served(reading: Reading) -> Value:
    found = _served_by(reading)
    return found if isinstance(found, Unknown) else Known(bool(found.value))


_SERVING = (_CONFIGS, f"sagemaker:{_CONFIG}", _ENDPOINTS, f"sagemaker:{_ENDPOINT}")

DEPLOYED_MODEL = Normaliser(
    native="sagemaker.model",
    kind="model",
    listed=(("sagemaker:ListModels",),),
    regional=True,
    tags=tags_in_bulk(),
    attrs={
        "type": constant("deployed_model"),
        "group": constant(None),
        "policy": constant(None),
        "package": _first(str),
        "approval": _said(_approval),
        "evaluated": _said(lambda native: all(evaluated(each) for each in native)),
        "registered_in": _first(lambda package: package.split(":")[4]),
        "images": field_of(_MODEL, convert=lambda native: images(deployed(native))),
        "artifacts": Attr(_files, (_MODEL,), REGISTRY),
        "stores": Attr(_stores, (_MODEL,), REGISTRY),
        "served_by": Attr(_served_by, calls=_SERVING),
        "served": Attr(_served, calls=_SERVING),
        "source": _said(_commit),
    },
)
