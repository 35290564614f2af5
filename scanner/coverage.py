"""What a collection asked for and reached, as reports tell it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from scanner.config.boundaries import EVERYTHING
from scanner.model.snapshot import Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scanner.config import EnvironmentFile
    from scanner.model.finding import Finding
    from scanner.model.snapshot import Gap, Snapshot


def covered(taken: Snapshot, found: Sequence[Finding], config: EnvironmentFile) -> dict[str, Any]:
    """What was asked, what was reached, which rules each unreached scope blinds, and what was left out.

    A region that could not be read was asked for, beside its account.
    """
    lost = {gap.scope.id: gap for gap in taken.gaps if gap.kind == "*"}
    asked = {scope.id for scope in taken.coverage.asked} | set(lost)
    reached = {scope.id for scope in taken.coverage.reached} - set(lost)
    unreached = sorted(asked - reached)
    declared = {
        Scope(provider, boundary, "global").id
        for provider in config.providers()
        for boundary in _declared(config, provider, {scope.provider for scope in taken.coverage.asked})
    }
    left_out = {scope.id for scope in taken.coverage.unasked}
    rules = _rules_by_part(found)
    blinds = {scope: sorted(rules.get(scope.removesuffix("global"), ())) for scope in unreached}
    return {
        "asked": sorted(asked),
        "reached": sorted(reached),
        "percent": round(100 * len(reached & asked) / len(asked), 1) if asked else 0.0,
        "gaps": len(taken.gaps),
        "unreached": [{"scope": scope, "reason": _lost_by(lost.get(scope))} for scope in unreached],
        "unasked": sorted((left_out | declared) - asked),
        "blinds": blinds,
        "calls": dict(sorted(taken.calls.items())),
        "taken_at": taken.taken_at,
    }


def _declared(config: EnvironmentFile, provider: str, collected: set[str]) -> Iterator[str]:
    """The boundaries that a file names, as a collection asks for them: by subscription, where it was made."""
    if provider not in collected:
        yield from config.boundaries(provider)
        return
    yield from (each for each in config.outer_boundaries(provider) if each != EVERYTHING)


def _rules_by_part(found: Sequence[Finding]) -> Mapping[str, set[str]]:
    """The rules that lack something in a scope: by its id, and by all of it that ends in a slash."""
    rules: dict[str, set[str]] = defaultdict(set)
    for scope, rule in {(one.scope, item.rule) for item in found for one in item.missing}:
        steps = scope.split("/")
        for part in (scope, *("/".join(steps[:length]) + "/" for length in range(1, len(steps)))):
            rules[part].add(rule)
    return rules


def _lost_by(gap: Gap | None) -> str:
    """``denied: sts:AssumeRole AccessDenied``."""
    return "unreached" if gap is None else f"{gap.reason.value}: {gap.call} {gap.detail}".strip()
