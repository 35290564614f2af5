"""Kubernetes clusters and their node pools.

Shapes: Azure Kubernetes Service REST API, ``ManagedCluster``, ``ManagedClusterAgentPoolProfile``. What runs
in a cluster is told by its own API alone, so a cluster is opaque here. A pool that scales by itself from
nothing keeps no machine while nothing asks for one: https://learn.microsoft.com/azure/aks/scale-cluster. A
pool says itself whether its machines check what they start:
https://learn.microsoft.com/azure/aks/use-trusted-launch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World

_ROWS = "ManagedClusters"
_POOLS = "/agentpools/"
_CLUSTER = "containerservice.cluster"
_AUTOMATIC = "*"
"""Nodes whose settings the cluster's own API tells: of such a pool nothing is known here."""
_EVERYWHERE = "0.0.0.0/0"
_KUBE = frozenset({"kube-audit", "kube-audit-admin", "guard", "kube-apiserver"})


def _public(properties: Mapping[str, Any]) -> list[str]:
    profile = properties.get("apiServerAccessProfile") or {}
    if profile.get("enablePrivateCluster") is True or properties.get("publicNetworkAccess") == "Disabled":
        return []
    return sorted(profile.get("authorizedIPRanges") or [_EVERYWHERE])


def _logged(settings: Iterable[Mapping[str, Any]]) -> list[str]:
    found: set[str] = set()
    for log in (log for setting in settings for log in setting.get("logs") or ()):
        if log.get("enabled") is True:
            every = log.get("categoryGroup") == "allLogs"
            found |= _KUBE if every else {str(log.get("category") or log.get("categoryGroup"))}
    return sorted(found)


def _subnets(properties: Mapping[str, Any]) -> list[str]:
    pools = properties.get("agentPoolProfiles") or ()
    return sorted({each for pool in pools for each in _subnet(pool)})


def _subnet(pool: Mapping[str, Any]) -> list[str]:
    return [str(pool["vnetSubnetID"]).lower()] if pool.get("vnetSubnetID") else []


CLUSTER = Normaliser(
    native=_CLUSTER,
    kind="cluster",
    listed=((f"containerservice:{_ROWS}",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "type": constant("aks"),
        "public_cidrs": field_of(_ROWS, "properties", convert=_public),
        "logging": field_of("DiagnosticSettings", convert=_logged),
        "identity": UNTOLD,
        "issuer": field_of(
            _ROWS,
            "properties",
            "oidcIssuerProfile",
            "issuerURL",
            absent=None,
            convert=lambda url: str(url).removeprefix("https://").rstrip("/"),
        ),
        "subnets": field_of(_ROWS, "properties", convert=_subnets),
        "security_groups": constant([]),
        "administrators": UNTOLD,
        "opaque": constant(True),
    },
)


def _pools(world: World) -> Iterator[Reading]:
    """A reading for each pool that a cluster names, and one for the nodes that it makes of its own accord."""
    for record in world.natives.get(_CLUSTER, ()):
        properties = (record.data.get(_ROWS) or {}).get("properties") or {}
        for pool in properties.get("agentPoolProfiles") or ():
            own = f"{record.id}{_POOLS}{str(pool.get('name', '')).lower()}"
            yield Reading(own, record.scope, record, world)
        if str((properties.get("nodeProvisioningProfile") or {}).get("mode", "")).lower() == "auto":
            yield Reading(f"{record.id}{_POOLS}{_AUTOMATIC}", record.scope, record, world)


def _pool(reading: Reading) -> Value:
    pools = inside(reading.answer(_ROWS), "properties", "agentPoolProfiles")
    if isinstance(pools, Unknown):
        return pools
    for index, pool in enumerate(pools.value):
        if str(pool.get("name", "")).lower() == reading.id.rsplit("/", 1)[-1]:
            return replace(pools, value=pool, pointer=pools.pointer and f"{pools.pointer}/{index}")
    return Unknown()


def _of_pool(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        pool = _pool(reading)
        return pool if isinstance(pool, Unknown) else _some(convert(pool.value), pool)

    return Attr(read, (_ROWS,))


def _some(value: Any, pool: Known) -> Value:
    return Unknown() if value is None else Known(value, pool.pointer)


def _stopped(reading: Reading, pool: Mapping[str, Any]) -> bool:
    cluster = inside(reading.answer(_ROWS), "properties", "powerState", "code", absent="")
    own = (pool.get("powerState") or {}).get("code")
    return "Stopped" in {own, getattr(cluster, "value", None)}


def _count(which: str) -> Attr:
    """Of a cluster or pool that is stopped there are none until somebody starts it again."""

    def read(reading: Reading) -> Value:
        pool = _pool(reading)
        if isinstance(pool, Unknown):
            return pool
        if _stopped(reading, pool.value):
            return Known(0, pool.pointer)
        name = which if pool.value.get("enableAutoScaling") is True else "count"
        return _some(pool.value.get(name), pool)

    return Attr(read, (_ROWS,))


def _boot(pool: Mapping[str, Any]) -> str:
    security = pool.get("securityProfile") or {}
    both = security.get("enableSecureBoot") is True and security.get("enableVTPM") is True
    return "verified" if both else "unverified"


POOL = Normaliser(
    native=_CLUSTER,
    kind="node_pool",
    listed=((f"containerservice:{_ROWS}",),),
    tags=tags_of(_ROWS),
    holder=group_of(_ROWS),
    subjects=_pools,
    attrs={
        "region": field_of(_ROWS, "location"),
        "type": constant("aks_agentpool"),
        "cluster": Attr(lambda reading: Known(reading.id.rpartition(_POOLS)[0])),
        "lifecycle": _of_pool(
            lambda pool: "spot" if str(pool.get("scaleSetPriority", "")).lower() == "spot" else "on_demand"
        ),
        "machine_types": _of_pool(lambda pool: [pool["vmSize"]] if pool.get("vmSize") else None),
        "minimum": _count("minCount"),
        "maximum": _count("maxCount"),
        "identity": UNTOLD,
        "taints": _of_pool(lambda pool: sorted(pool.get("nodeTaints") or ())),
        "labels": _of_pool(lambda pool: dict(pool.get("nodeLabels") or {})),
        "template": constant(None),
        "scaling_groups": constant([]),
        "metadata_service": constant("required"),
        "boot": _of_pool(_boot),
        # A pool takes no script of one's own.
        "user_data_secret": constant(False),
        "own": constant(True),
        "sized": constant(True),
        "subnets": _of_pool(_subnet),
    },
)
