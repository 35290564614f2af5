"""What is asked before a scan: which permissions it needs, and which of them these credentials have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from scanner import collect as collecting
from scanner import pipeline
from scanner.collect import Span
from scanner.errors import UsageError
from scanner.findings.exit import CLEAN, NOTHING_SCANNED, UNKNOWNS

if TYPE_CHECKING:
    from scanner.config import EnvironmentFile
    from scanner.model.checkup import Checkup
    from scanner.model.rule import Rule
    from scanner.model.snapshot import Progress
    from scanner.pipeline import Judging


def permissions(provider: str, judging: Judging, form: str) -> str:
    """The least permissions that the chosen rules need collected, as ``json`` or ``terraform``.

    Reads of tags are included: whether tags tell environments depends on the environment file.
    """
    if provider not in collecting.providers():
        known = ", ".join(collecting.providers())
        raise UsageError(f"no provider {provider!r}", why=f"there are {known}")
    only = pipeline.calls_for(pipeline.narrowed(judging), tags=True)
    return collecting.written(provider, collecting.permissions(provider, only), form)


def checkup(config: EnvironmentFile, judging: Judging, progress: Progress) -> dict[str, Any]:
    """What these credentials would not be answered, and which rules that would leave unknown.

    The published shape of ``envsplit doctor --json``: ``scopes`` (each with what it is, whether it was
    reached, how it was found out, what is missing where, what is untested, and the regions that were tried),
    and ``rules`` (id -> the scopes that leave it unknown).
    """
    rules = pipeline.chosen_rules(pipeline.catalogue(judging), judging.only)
    tags = pipeline.selects_by_tags(config)
    reads = {name: pipeline.calls_of(rule.requires, tags=tags) for name, rule in rules.items()}
    only = frozenset().union(*reads.values()) if judging.only else None
    found = collecting.examine(config, progress, only=only)
    unknown = {name: _blinding(found, rules[name], calls) for name, calls in sorted(reads.items())}
    return {
        "scopes": [_scope(one, rules, reads) for one in found],
        "rules": {name: scopes for name, scopes in unknown.items() if scopes},
    }


def exit_code(found: Mapping[str, Any]) -> int:
    """0 when nothing would be unknown, 11 when some rules would be, 3 when no account was reached."""
    if not any(scope["reached"] for scope in found["scopes"] if scope["what"] == "account"):
        return NOTHING_SCANNED
    return UNKNOWNS if found["rules"] else CLEAN


def _blinding(found: tuple[Checkup, ...], rule: Rule, calls: frozenset[str]) -> list[str]:
    """The scopes in which a call that a rule reads would not be answered, or that feed it nothing."""
    lacking = (one for one in found if _lacks(one) & calls or one.scope.provider not in rule.providers)
    return sorted({one.scope.id for one in lacking})


def _lacks(one: Checkup) -> frozenset[str]:
    """The calls that would not be answered."""
    if one.reached:
        return frozenset(gap.call for gap in one.gaps)
    spans = {Span.ORGANIZATION} if one.what == "organization" else set(Span) - {Span.ORGANIZATION}
    own = collecting.call_table(one.scope.provider)
    return frozenset(entry.name for entry in own if entry.span in spans)


def _scope(one: Checkup, rules: Mapping[str, Rule], reads: Mapping[str, frozenset[str]]) -> dict[str, Any]:
    return {
        "scope": one.scope.id,
        "what": one.what,
        "reached": one.reached,
        "method": one.method.value,
        "missing": [
            {
                "call": gap.call,
                "region": gap.scope.region,
                "permission": gap.permission,
                "reason": gap.reason.value,
                "detail": gap.detail,
                "rules": sorted(name for name in rules if gap.kind == "*" or gap.call in reads[name]),
            }
            for gap in one.gaps
        ],
        "untested": list(one.untested),
        "regions": list(one.regions),
    }
