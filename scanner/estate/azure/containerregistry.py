"""Container registries: each holds many repositories, and is what a role or a scan is set for.

Shapes: Azure Container Registry REST API, ``Registry``; Microsoft Defender for Cloud, ``Pricing``. The plan
``Containers`` (``ContainerRegistry`` where it was bought before) scans an image as it is pushed and again
every day as long as it is in use:
https://learn.microsoft.com/azure/defender-for-cloud/agentless-vulnerability-assessment-azure.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.azure._native import group_of, name_of, tags_of
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

_ROWS = "Registries"
_PLANS = ("containers", "containerregistry")
_SCANS = "ContainerRegistriesVulnerabilityAssessments"
_PRICINGS = "security:Pricings"


def _name(record: Record) -> str:
    return record.id.rsplit("/", 1)[-1]


def _scanning(reading: Reading) -> Value:
    world, scope = reading.world, reading.scope
    plans = world.indexed("security.pricing", scope, _name)
    if (hidden := reading.unread("security.pricing", _PRICINGS)) is not None:
        return hidden
    states = [_scans(record) for name in _PLANS for record in plans.get(name, ())]
    if not states or None in states:
        # A subscription that Defender for Cloud knows lists every plan, also those that are free.
        return Known("continuous") if True in states else Unknown()
    return Known("continuous" if True in states else "none")


def _scans(record: Record) -> bool | None:
    """Whether a plan is bought and scans registries; the old one has no switch for it."""
    properties: dict[str, Any] = (record.data.get("Pricings") or {}).get("properties") or {}
    tier = properties.get("pricingTier")
    if tier is None:
        return None
    extensions = {each.get("name"): each.get("isEnabled") for each in properties.get("extensions") or ()}
    if tier != "Standard" or properties.get("deprecated") is True:
        return False
    if _name(record) == "containers":
        return str(extensions.get(_SCANS, "")).lower() == "true"
    return True


REGISTRY = Normaliser(
    native="containerregistry.registry",
    kind="registry",
    listed=(("containerregistry:Registries",),),
    tags=tags_of(_ROWS),
    name=name_of(_ROWS),
    holder=group_of(_ROWS),
    attrs={
        "type": constant("registry"),
        "policy": constant(None),
        "registry_policy": constant(None),
        "scanning": Attr(_scanning, calls=(_PRICINGS,)),
        "scanner": constant("enhanced"),
        # Tags are locked one by one, at the registry's own address, which is not asked.
        "immutable_tags": UNTOLD,
        "access_keys": field_of(_ROWS, "properties", "adminUserEnabled"),
        "anonymous": field_of(_ROWS, "properties", "anonymousPullEnabled"),
        "replication": UNTOLD,
    },
)
