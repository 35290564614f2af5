"""Machine learning: compute instances, compute clusters, and deployments that serve models.

Shapes: Azure Machine Learning REST API, ``ComputeInstanceProperties``, ``AmlCompute``,
``OnlineDeployment``, ``EnvironmentVersion``. What is attached from elsewhere (a virtual machine, a
Kubernetes cluster) is told there. A deployment runs the image of a version of an environment; one that is
built from a file has an image that nobody told yet, and one without an environment runs what the provider
or the model supplies. The jobs that run in a workspace are not read, nor what computes without a name
(serverless). https://learn.microsoft.com/azure/machine-learning/concept-compute-instance
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.estate.azure._native import group_in_id, name_of, tags_of, told_by_tags
from scanner.estate.azure._times import seconds
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.settings import holds_secret, mapped, plain_secrets
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.workloads import of, workload
from scanner.estate.world import World

WORKSPACE = told_by_tags("machinelearning.workspace", "Workspaces")
ENDPOINT = Normaliser(
    native="machinelearning.endpoint",
    kind="other_resource",
    listed=(("machinelearning:Workspaces",), ("machinelearning:OnlineEndpoints",)),
    tags=tags_of("OnlineEndpoints"),
    holder=group_in_id,
    attrs={"type": constant("microsoft.machinelearningservices/workspaces/onlineendpoints")},
)
_COMPUTES, _DEPLOYMENTS, _ENVIRONMENT = "Computes", "OnlineDeployments", "EnvironmentVersion"
_NATIVE = "machinelearning.compute"
_LISTED = (("machinelearning:Workspaces",), (f"machinelearning:{_COMPUTES}",))


def _computes(kind: str) -> Callable[[World], Iterator[Reading]]:
    def found(world: World) -> Iterator[Reading]:
        for record in world.natives.get(_NATIVE, ()):
            properties = (record.data.get(_COMPUTES) or {}).get("properties") or {}
            if str(properties.get("computeType", "")).lower() == kind:
                yield Reading(record.id, record.scope, record, world)

    return found


def _inner(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    """What is made of a compute's own properties; unknown where they are not told (it is being made)."""

    def read(reading: Reading) -> Value:
        found = inside(reading.answer(_COMPUTES), "properties", "properties")
        if isinstance(found, Unknown):
            return found
        made = convert(found.value)
        return Unknown() if made is None else Known(made, found.pointer)

    return Attr(read, (_COMPUTES,))


def _or_none(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    """As `_inner`, where None is an answer."""
    return field_of(_COMPUTES, "properties", "properties", convert=convert)


def _scripts(properties: Mapping[str, Any]) -> list[str]:
    scripts = (properties.get("setupScripts") or {}).get("scripts") or {}
    return sorted(name for name, script in scripts.items() if any(map(holds_secret, (script or {}).values())))


def _stops(properties: Mapping[str, Any]) -> str:
    return "idle" if seconds(str(properties.get("idleTimeBeforeShutdown") or "")) is not None else "never"


def _size(properties: Mapping[str, Any]) -> list[str] | None:
    return [str(properties["vmSize"])] if properties.get("vmSize") else None


def _active(properties: Mapping[str, Any]) -> bool | None:
    state = properties.get("state")
    return None if state is None else str(state).lower() not in {"stopped", "deleting"}


def _subnet(properties: Mapping[str, Any]) -> list[str]:
    named = (properties.get("subnet") or {}).get("id")
    return [str(named).lower()] if named else []


INSTANCE = Normaliser(
    native=_NATIVE,
    kind="workload",
    listed=_LISTED,
    tags=tags_of(_COMPUTES),
    name=name_of(_COMPUTES),
    holder=group_in_id,
    subjects=_computes("computeinstance"),
    attrs=workload(
        "aml_compute_instance",
        packaging=constant("code"),
        admission=constant("provider"),
        identity=UNTOLD,
        subnets=_inner(_subnet),
        plain_secrets=_inner(_scripts),
        lifecycle=constant("on_demand"),
        machine_types=_inner(_size),
        sized=constant(True),
        active=_inner(_active),
        idle_stop=_inner(_stops),
        idle_seconds=_or_none(lambda found: seconds(str(found.get("idleTimeBeforeShutdown") or ""))),
        metadata_service=constant("required"),
    ),
)


def _scale(which: str) -> Attr:
    return _inner(lambda found: (found.get("scaleSettings") or {}).get(which))


def _bought(properties: Mapping[str, Any]) -> str:
    return "spot" if str(properties.get("vmPriority", "")).lower() == "lowpriority" else "on_demand"


CLUSTER = Normaliser(
    native=_NATIVE,
    kind="node_pool",
    listed=_LISTED,
    tags=tags_of(_COMPUTES),
    name=name_of(_COMPUTES),
    holder=group_in_id,
    subjects=_computes("amlcompute"),
    attrs={
        "region": field_of(_COMPUTES, "location"),
        "type": constant("aml_cluster"),
        "cluster": constant(None),
        "lifecycle": _inner(_bought),
        "machine_types": _inner(_size),
        "minimum": _scale("minNodeCount"),
        "maximum": _scale("maxNodeCount"),
        "identity": UNTOLD,
        "taints": constant([]),
        "labels": constant({}),
        "template": constant(None),
        "scaling_groups": constant([]),
        "metadata_service": constant("required"),
        # The provider makes its machines, and leaves nothing to choose.
        "boot": constant(None),
        "user_data_secret": constant(False),
        "own": constant(True),
        "sized": constant(True),
        "subnets": _inner(_subnet),
    },
)


def _deployed(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    return of(_DEPLOYMENTS, convert, "properties")


def _images(reading: Reading) -> Value:
    """The image of its environment: unknown where that is built from a file, or lies in a registry."""
    named = inside(reading.answer(_DEPLOYMENTS), "properties", "environmentId", absent="")
    if isinstance(named, Unknown) or named.value == "":
        return named if isinstance(named, Unknown) else Known([], named.pointer)
    version = reading.answer(_ENVIRONMENT)
    if isinstance(version, Unknown):
        return version
    image = (version.value or {}).get("image")
    return Known([image], version.pointer) if image else Unknown()


def _packaging(properties: Mapping[str, Any]) -> str:
    return "image" if properties.get("environmentId") else "code"


def _admission(properties: Mapping[str, Any]) -> str:
    return "unreadable" if properties.get("environmentId") else "provider"


def _machine(properties: Mapping[str, Any]) -> list[str]:
    managed = properties.get("endpointComputeType") == "Managed" and properties.get("instanceType")
    return [str(properties["instanceType"])] if managed else []


DEPLOYMENT = Normaliser(
    native="machinelearning.deployment",
    kind="workload",
    listed=(
        ("machinelearning:Workspaces",),
        ("machinelearning:OnlineEndpoints",),
        (f"machinelearning:{_DEPLOYMENTS}",),
    ),
    tags=tags_of(_DEPLOYMENTS),
    name=name_of(_DEPLOYMENTS),
    holder=group_in_id,
    attrs=workload(
        "aml_online_deployment",
        packaging=_deployed(_packaging),
        admission=_deployed(_admission),
        images=Attr(_images, (_DEPLOYMENTS, _ENVIRONMENT)),
        identity=UNTOLD,
        variables=_deployed(lambda found: mapped(found.get("environmentVariables"))),
        plain_secrets=_deployed(lambda found: plain_secrets(mapped(found.get("environmentVariables")))),
        secrets=UNTOLD,
        lifecycle=_deployed(lambda found: "on_demand" if _machine(found) else None),
        machine_types=_deployed(_machine),
        sized=_deployed(lambda found: bool(_machine(found))),
    ),
)
