"""Inspector: what it says of container images, each under the id that the image has in its registry.

Inspector counts findings that are neither critical, high nor medium in the sum alone: those are together
under LOW. An image that it scans without a finding has no counts at all.

Shapes: Amazon Inspector API Reference, ``CoveredResource``, ``ScanStatus``, ``SeverityCounts``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_COVERAGE, _COUNTS = "ListCoverage", "ListFindingAggregations"
_NAMED = ("critical", "high", "medium")


def image_id(reading: Reading) -> str:
    """``arn:...:repository/NAME@sha256:...`` of ``arn:...:repository/NAME/sha256:...``."""
    given = reading.id.split(":coverage/", 1)[-1]
    head, _, digest = given.rpartition("/")
    return f"{head}@{digest}" if digest.startswith("sha256:") else given


def _status(status: dict[str, Any]) -> str:
    if status.get("statusCode") == "ACTIVE":
        return "active"
    return str(status.get("reason", "INACTIVE")).lower()


def _scanned_at(reading: Reading) -> Value:
    """Kept apart from the estate, since it changes every day; what waits for its first scan has none."""
    covered = reading.answer(_COVERAGE)
    if isinstance(covered, Unknown):
        return covered
    observed = reading.record.observed if reading.record else {}
    at = (observed.get(_COVERAGE) or {}).get("lastScannedAt")
    if at is None and (covered.value.get("scanStatus") or {}).get("reason") != "PENDING_INITIAL_SCAN":
        return Unknown()
    return Known(at)


def _counts(counts: dict[str, int]) -> dict[str, int]:
    found = {name.upper(): int(counts.get(name, 0)) for name in _NAMED}
    found["LOW"] = max(0, int(counts.get("all", 0)) - sum(found.values()))
    return {name: number for name, number in found.items() if number}


def _owner(reading: Reading) -> str:
    return image_id(reading).split(":", 5)[4]


SCAN = Normaliser(
    native="inspector2.coverage",
    kind="scan",
    listed=((f"inspector2:{_COVERAGE}",),),
    regional=True,
    name=lambda reading: image_id(reading).split(":repository/", 1)[-1],
    holder=_owner,
    attrs={
        "type": constant("inspector"),
        "image": Attr(lambda reading: Known(image_id(reading), "/id")),
        "status": field_of(_COVERAGE, "scanStatus", convert=_status),
        "scanned_at": Attr(_scanned_at, (_COVERAGE,)),
        "counts": field_of(_COUNTS, convert=_counts),
    },
)
