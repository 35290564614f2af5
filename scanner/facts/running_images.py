"""What workloads run, against what their environment declares and what registries say (IMG-001, -002, -004).

An image is approved if a pattern of ``images.approved`` fits it, by its name or by the digest that the
registry says its tag names. It is pinned by a digest, by a tag that cannot be moved, or where the provider
itself holds on to the digest. It is scanned if the scanner of its registry completed a scan within
``images.scan_max_age``: the registry's own, or Inspector where the registry leaves scanning to it. What
lies in a registry that was not collected has a scan that nobody here can see, so that is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from scanner.facts.answers import NO, OPEN, YES, Answer
from scanner.facts.compute.hidden import Hidden
from scanner.facts.compute.references import Reference, approved, parse
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

PROVIDERS = ("aws", "azure")
NEEDS = (
    *("workload.images", "workload.resolved"),
    *("registry.immutable_tags", "registry.scanner"),
    *("image.registry", "image.digest", "image.tags"),
    *("image.scan_status", "image.scan_completed_at", "image.scan_counts"),
    *("scan.image", "scan.status", "scan.scanned_at", "scan.counts"),
)
_SEVERITIES = ("low", "medium", "high", "critical")
_DAY = 86_400.0
_COMPLETE = frozenset({"COMPLETE", "ACTIVE"})


def derive(estate: Estate) -> Facts:
    """Marks the images of each workload that are not approved, not pinned, not scanned, or vulnerable."""
    judge = _Judge(estate)
    return Facts(marks=tuple(mark for item in estate.of("workload") for mark in judge.marks(item)))


class _Judge:
    """Registries and scans, indexed once."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._now = _moment(estate.as_of)
        self._registries = {item.id: item for item in estate.of("registry")}
        self._places = {_place(item.id): item for item in estate.of("registry") if item.provider == "aws"}
        self._names = {item.name.lower(): item for item in estate.of("registry") if item.provider == "azure"}
        self._images: dict[str, dict[str, Resource]] = defaultdict(dict)
        for image in estate.of("image"):
            held = self._images[str(image.attrs.get("registry"))]
            held[str(image.attrs.get("digest"))] = image
            for tag in image.attrs.get("tags") or ():
                held[f":{tag}"] = image
        self._scans = {str(scan.attrs.get("image")): scan for scan in estate.of("scan")}
        self._no_registry = Hidden(estate, "registry")
        self._no_image = Hidden(estate, "image", "registry")
        self._no_scan = Hidden(estate, "scan")

    def marks(self, workload: Resource) -> Iterator[Mark]:
        """Four lists of images; one is unknown where none is known to belong in it and some may."""
        settings = self._settings(workload)
        wanted: dict[str, Callable[[Reference, str], Answer]] = {
            "unpinned_images": self._pinned,
            "unscanned_images": lambda image, digest: self._scanned(
                image, digest, float(settings.get("scan_max_age_days", 30))
            ),
            "vulnerable_images": lambda image, digest: self._sound(
                image, digest, str(settings.get("max_severity", "high"))
            ),
        }
        if settings.get("approved") is not None:
            patterns = [str(each) for each in settings["approved"]]
            wanted["unapproved_images"] = lambda image, digest: self._approved(image, digest, patterns)
        for attr, holds in wanted.items():
            yield self._mark(workload, attr, holds)

    def _settings(self, workload: Resource) -> Mapping[str, Any]:
        environment = self._estate.environments.get(workload.environment or "")
        return (environment.settings.get("images") if environment else None) or {}

    def _mark(self, workload: Resource, attr: str, holds: Callable[[Reference, str], Answer]) -> Mark:
        hidden = [*workload.unknown.get("images", ()), *workload.unknown.get("resolved", ())]
        if any(attr in workload.unknown or attr not in workload.attrs for attr in ("images", "resolved")):
            return Mark(workload.id, attr, unknown=True, gaps=tuple(sorted(set(hidden))))
        resolved = workload.attrs.get("resolved") or {}
        said = {
            name: holds(parse(name), str(resolved.get(name, "")))
            for name in workload.attrs.get("images") or ()
        }
        failing = sorted(name for name, answer in said.items() if answer.state is Tri.NO)
        open_ = [answer for answer in said.values() if answer.state is Tri.UNKNOWN]
        if failing or not open_:
            return Mark(workload.id, attr, failing)
        return Mark(workload.id, attr, unknown=True, gaps=_gaps(open_))

    def _registry(self, image: Reference) -> Resource | Answer:
        """The registry of an image, or why none is known: unknown outside of what was collected."""
        home = image.elastic
        if home is None:
            # The name alone does not tell in which subscription a registry lies.
            return self._names.get(image.azure or "", OPEN)
        found = self._places.get((*home, image.repository))
        if found is not None:
            return found
        gaps = self._no_registry.within(home[0])
        if home[0] not in self._estate.places or gaps:
            return Answer(Tri.UNKNOWN, gaps)
        return NO

    def _held(self, image: Reference, digest: str) -> Resource | Answer:
        """The image as its registry has it, found by its digest or its tag."""
        registry = self._registry(image)
        if isinstance(registry, Answer):
            return registry
        held = self._images.get(registry.id, {})
        found = held.get(digest or image.digest) or (
            None if digest or image.digest else held.get(f":{image.tag}")
        )
        if found is not None:
            return found
        gaps = self._no_image.within(registry.scope.boundary)
        return Answer(Tri.UNKNOWN, gaps) if gaps else NO

    def _approved(self, image: Reference, digest: str, patterns: list[str]) -> Answer:
        if approved(image.names(digest), patterns):
            return self._still_tagged(image, patterns)
        if digest or image.digest or not any("sha256:" in pattern for pattern in patterns):
            return NO
        held = self._held(image, "")
        if isinstance(held, Answer):
            return held if held.state is Tri.UNKNOWN and held.gaps else NO
        return YES if approved(image.names(str(held.attrs.get("digest"))), patterns) else NO

    def _still_tagged(self, image: Reference, patterns: list[str]) -> Answer:
        """A tag beside a digest is a word that nobody checks: it approves only what the registry calls so.

        https://docs.docker.com/reference/cli/docker/image/pull/#pull-an-image-by-digest-immutable-identifier
        """
        if not (image.tag and image.digest) or approved(image.without_tag().names(), patterns):
            return YES
        registry = self._registry(image)
        held = self._images.get(registry.id, {}) if isinstance(registry, Resource) else {}
        tagged = held.get(f":{image.tag}")
        if tagged is not None:
            return YES if tagged.attrs.get("digest") == image.digest else NO
        return OPEN

    def _pinned(self, image: Reference, digest: str) -> Answer:
        if digest or image.digest:
            return YES
        registry = self._registry(image)
        if isinstance(registry, Answer):
            # A tag of a registry outside may be moved by whoever has it: nothing there says that it may not.
            return registry if image.elastic or image.azure else NO
        if "immutable_tags" in registry.unknown:
            return Answer(Tri.UNKNOWN, tuple(registry.unknown["immutable_tags"]))
        return YES if registry.attrs.get("immutable_tags") is True else NO

    def _found(self, image: Reference, digest: str) -> Resource | Answer:
        """What tells of the scan of an image: the image itself, or Inspector's word on it."""
        held = self._held(image, digest)
        if isinstance(held, Answer):
            return held
        registry = self._registries[str(held.attrs["registry"])]
        if "scanner" in registry.unknown:
            return Answer(Tri.UNKNOWN, tuple(registry.unknown["scanner"]))
        if registry.attrs.get("scanner") != "enhanced":
            return held
        scan = self._scans.get(held.id)
        if scan is not None:
            return scan
        gaps = self._no_scan.within(registry.scope.boundary)
        return Answer(Tri.UNKNOWN, gaps) if gaps else NO

    def _scanned(self, image: Reference, digest: str, days: float) -> Answer:
        found = self._found(image, digest)
        if isinstance(found, Answer):
            return found
        status, at = _SCANS[found.kind][:2]
        if hidden := _unread(found, status, at):
            return hidden
        if str(found.attrs.get(status)).upper() not in _COMPLETE or not found.attrs.get(at):
            return NO
        age = (self._now - _moment(str(found.attrs[at]))).total_seconds()
        return YES if age <= days * _DAY else NO

    def _sound(self, image: Reference, digest: str, severity: str) -> Answer:
        found = self._found(image, digest)
        if isinstance(found, Answer):
            return Answer(Tri.UNKNOWN, found.gaps)
        status, _, counts = _SCANS[found.kind]
        if hidden := _unread(found, counts):
            return hidden
        if found.attrs.get(counts) is None:
            return OPEN
        grave = {name.upper() for name in _SEVERITIES[_SEVERITIES.index(severity) :]}
        held = found.attrs[counts]
        if any(held.get(name) for name in grave):
            return NO
        # What was not scanned to the end has no findings either.
        complete = str(found.attrs.get(status)).upper() in _COMPLETE
        return YES if complete else _unread(found, status) or OPEN


_SCANS = {
    "image": ("scan_status", "scan_completed_at", "scan_counts"),
    "scan": ("status", "scanned_at", "counts"),
}
"""Kind -> its attributes for the state of a scan, its time, and its findings by severity."""


def _unread(found: Resource, *attrs: str) -> Answer | None:
    hidden = [attr for attr in attrs if attr in found.unknown]
    if not hidden:
        return None
    return Answer(Tri.UNKNOWN, tuple(sorted({gap for attr in hidden for gap in found.unknown[attr]})))


def _place(identity: str) -> tuple[str, str, str]:
    """Account, region and name in the ARN of a repository."""
    parts = identity.split(":", 5)
    return parts[4], parts[3], parts[5].removeprefix("repository/")


def _gaps(answers: Iterable[Answer]) -> tuple[Gap, ...]:
    return tuple(sorted({gap for answer in answers for gap in answer.gaps}))


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
