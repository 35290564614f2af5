"""Which of the regions asked for an account has enabled (EC2 ``DescribeRegions``, its opt-in status)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scanner.collect.calls import Desk, Read, UnansweredError, required
from scanner.model.snapshot import Gap, Reason, Scope

REGIONS = Read("ec2", "DescribeRegions")
"""Made beside the call table, once an account."""

_OPEN = frozenset({"opt-in-not-required", "opted-in"})


@dataclass(frozen=True, slots=True)
class Regions:
    """Regions to scan, and those asked for that are closed, each with why.

    ``certain``: the account itself said so; else its list could not be read and all are tried.
    ``unasked``: regions that it has enabled and that nobody asked for.
    """

    scan: tuple[str, ...]
    closed: dict[str, str]
    certain: bool
    unasked: tuple[str, ...] = ()


def existing(desk: Desk) -> tuple[str, ...] | None:
    """All regions that there are, enabled or not, as an account lists them; ``None`` if it may not."""
    try:
        return tuple(sorted(item["RegionName"] for item in _listed(desk)))
    except UnansweredError:
        return None


def find(desk: Desk, wanted: Sequence[str] | None, known: Sequence[str]) -> Regions:
    """Regions of an account; ``wanted`` ``None``: all that it has enabled.

    Where the account's list cannot be read, ``known`` stands in for it, and a gap says so.
    """
    try:
        listed = _listed(desk)
    except UnansweredError as error:
        desk.miss(REGIONS, "ec2.region", error)
        return Regions(tuple(sorted(known if wanted is None else wanted)), {}, certain=False)
    status = {item["RegionName"]: item.get("OptInStatus", "opted-in") for item in listed}
    asked = sorted(set(status if wanted is None else wanted))
    scan = tuple(region for region in asked if status.get(region) in _OPEN)
    shut = {region: status.get(region, "unknown-region") for region in asked if region not in scan}
    if wanted is None:
        return Regions(scan, {}, certain=True)
    left_out = sorted(region for region in status if status[region] in _OPEN and region not in asked)
    return Regions(scan, shut, certain=True, unasked=tuple(left_out))


def _listed(desk: Desk) -> Sequence[Mapping[str, str]]:
    found: Sequence[Mapping[str, str]] = required(desk.ask(REGIONS, {"AllRegions": True}), "Regions")
    return found


def closed(scope: Scope, detail: str) -> Gap:
    """The gap for a region that the account has not enabled."""
    return Gap(scope, "*", REGIONS.name, REGIONS.allowed_by, Reason.NOT_ENABLED, detail=detail)
