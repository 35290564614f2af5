"""Repositories: of container images as registries, others by their labels.

Shapes: Artifact Registry API v1, ``Repository``; Service Usage API v1, ``Service``. Artifact Analysis scans
an image as it is pushed, and goes on as long as it is pulled, where its API is enabled and the repository
does not opt out: https://cloud.google.com/artifact-analysis/docs/container-scanning-overview.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from scanner.estate.gcp._native import data_of, labels_of, name_of, told, told_by_labels
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

_KEY, _SERVICES = "Repositories", "serviceusage:Services"
_NATIVE = "artifactregistry.repository"
_SCANNER = "containerscanning.googleapis.com"
_STATES = {"SCANNING_ACTIVE": "continuous", "SCANNING_DISABLED": "none", "SCANNING_UNSUPPORTED": "none"}


def _of_images(wanted: bool) -> Callable[[World], Iterator[Reading]]:
    """Repositories that hold images (or may), or those that do not."""

    def readings(world: World) -> Iterator[Reading]:
        for record in world.natives.get(_NATIVE, ()):
            reading = Reading(record.id, record.scope, record, world)
            data = data_of(reading, _KEY)
            images = isinstance(data, Unknown) or data.value.get("format", "DOCKER") == "DOCKER"
            if images is wanted:
                yield reading

    return readings


def _service(record: Record) -> str:
    return record.id.rsplit("/", 1)[-1]


def _scanning(reading: Reading) -> Value:
    data = data_of(reading, _KEY)
    if isinstance(data, Unknown):
        return data
    configuration = data.value.get("vulnerabilityScanningConfig") or {}
    state = _STATES.get(str(configuration.get("enablementState")))
    if state is not None:
        return Known(state, f"{data.pointer}/vulnerabilityScanningConfig")
    if configuration.get("enablementConfig") == "DISABLED":
        return Known("none", f"{data.pointer}/vulnerabilityScanningConfig")
    return _by_its_project(reading)


def _by_its_project(reading: Reading) -> Value:
    """What the API that scans is set to in the project; an inventory that lists no API says nothing."""
    world, scope = reading.world, reading.scope
    services = world.indexed("serviceusage.service", scope, _service)
    if not services or not world.listed(scope.boundary, "serviceusage.service"):
        return Unknown(world.hiding_any(_SERVICES, scope))
    states = {
        ((record.data.get("Services") or {}).get("resource") or {}).get("data", {}).get("state")
        for record in services.get(_SCANNER, ())
    }
    if states - {"ENABLED", "DISABLED"}:
        return Unknown()
    return Known("continuous" if states == {"ENABLED"} else "none")


REPOSITORY = Normaliser(
    native=_NATIVE,
    kind="registry",
    listed=((f"artifactregistry:{_KEY}",),),
    subjects=_of_images(True),
    tags=labels_of(_KEY),
    name=name_of,
    attrs={
        "type": constant("repository"),
        "policy": constant(None),
        "registry_policy": constant(None),
        "scanning": Attr(_scanning, (_KEY,), (_SERVICES,)),
        "scanner": constant("enhanced"),
        "immutable_tags": told(_KEY, "dockerConfig", "immutableTags", absent=False),
        "replication": UNTOLD,
    },
)
_OTHER = told_by_labels(_NATIVE, _KEY)
OTHER_REPOSITORY = Normaliser(
    native=_NATIVE,
    kind="other_resource",
    listed=_OTHER.listed,
    subjects=_of_images(False),
    tags=_OTHER.tags,
    name=name_of,
    attrs=_OTHER.attrs,
)
SERVICE = told_by_labels("serviceusage.service", "Services")
