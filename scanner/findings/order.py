"""The one order in which findings are told: what to act on first comes first."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.model.finding import Finding
from scanner.model.logic import Verdict

_VERDICTS = {Verdict.FAIL: 0, Verdict.UNKNOWN: 1, Verdict.ATTESTED: 2, Verdict.PASS: 3}


def rank(finding: Finding) -> tuple[int, int, bool, str, str, str, str]:
    """Severity falling; then fail, unknown, attested; latent last; then by rule, check, subject, border."""
    return (
        -finding.severity.rank,
        _VERDICTS[finding.verdict],
        finding.latent,
        finding.rule,
        finding.check,
        finding.subject.id,
        finding.crossing.border if finding.crossing else "",
    )


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings in that order, one per fingerprint: of two that are the same, the worse."""
    first: dict[str, Finding] = {}
    for finding in sorted(findings, key=rank):
        first.setdefault(finding.fingerprint, finding)
    return tuple(first.values())
