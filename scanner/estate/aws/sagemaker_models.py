"""SageMaker: versions in model registries.

Shapes: Amazon SageMaker API Reference, ``ModelPackageSummary``, DescribeModelPackage,
GetModelPackageGroupPolicy.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._beside import answered, only
from scanner.estate.aws._data_places import stores
from scanner.estate.aws._model_containers import artifacts, images, registered
from scanner.estate.aws._model_versions import APPROVALS, DESCRIBE, evaluated
from scanner.estate.aws._native import document, tags_in_bulk
from scanner.estate.normaliser import (
    Attr,
    Normaliser,
    Reading,
    constant,
    field_of,
    inside,
    made_of,
)
from scanner.estate.values import Known, Unknown, Value

_GROUPS, _POLICY = "sagemaker:ListModelPackageGroups", "GetModelPackageGroupPolicy"


def _artifacts(native: dict[str, Any]) -> list[str]:
    return artifacts(registered(native))


def _group_name(reading: Reading) -> Value:
    return inside(reading.answer("ListModelPackages"), "ModelPackageGroupName", absent=None)


def _group(reading: Reading) -> Value:
    name = _group_name(reading)
    if isinstance(name, Unknown) or name.value is None:
        return name
    return Known(
        f"{reading.id.partition(':model-package/')[0]}:model-package-group/{name.value}", name.pointer
    )


def _group_policy(reading: Reading) -> Value:
    name = _group_name(reading)
    if isinstance(name, Unknown) or name.value is None:
        return name
    group = only(reading, "sagemaker.model_package_group", _GROUPS, "ModelPackageGroupName", name.value)
    return group if isinstance(group, Unknown) else document(answered(reading, group.value, _POLICY))


_IN_BULK = tags_in_bulk()


def _tags(reading: Reading) -> Value:
    """Its own tags; a version in a group cannot have any, and uses those of the group.

    Amazon SageMaker API Reference, CreateModelPackage, ``Tags``.
    """
    name = _group_name(reading)
    if isinstance(name, Unknown):
        return name
    if name.value is None:
        return _IN_BULK.read(reading)
    group = only(reading, "sagemaker.model_package_group", _GROUPS, "ModelPackageGroupName", name.value)
    if isinstance(group, Unknown):
        return group
    tags = _IN_BULK.read(Reading(group.value.id, group.value.scope, group.value, reading.world))
    return Known(tags.value) if isinstance(tags, Known) else tags


MODEL_PACKAGE = Normaliser(
    native="sagemaker.model_package",
    kind="model",
    listed=(("sagemaker:ListModelPackages",),),
    regional=True,
    tags=Attr(_tags, calls=(*_IN_BULK.calls, _GROUPS)),
    name=lambda reading: reading.id.partition(":model-package/")[2],
    attrs={
        "type": constant("model_package"),
        "group": Attr(_group, ("ListModelPackages",)),
        "policy": Attr(_group_policy, (_POLICY,), (_GROUPS,)),
        "package": Attr(lambda reading: Known(reading.id, "/id")),
        "approval": field_of(DESCRIBE, "ModelApprovalStatus", absent=None, convert=APPROVALS.get),
        "evaluated": field_of(DESCRIBE, convert=evaluated),
        "registered_in": Attr(lambda reading: Known(reading.id.split(":")[4], "/id")),
        "images": field_of(DESCRIBE, convert=lambda native: images(registered(native))),
        "artifacts": field_of(DESCRIBE, convert=_artifacts),
        "stores": made_of(DESCRIBE, lambda reading, native: stores(reading, _artifacts(native))),
        "served_by": constant([]),
        "served": constant(False),
        "source": field_of(DESCRIBE, "MetadataProperties", "CommitId", absent=None),
    },
)
