"""The exit code that a judgement asks for."""

from __future__ import annotations

from scanner.model.finding import Finding, Judgement
from scanner.model.logic import Severity, Verdict

CLEAN = 0
NOTHING_SCANNED = 3
FINDINGS = 10
UNKNOWNS = 11
COVERAGE = 12

DEFAULT_FAIL_ON = Severity.MEDIUM
"""What ``--fail-on`` is when nobody says: a latent critical crossing counts, advice does not."""


def exit_code(
    judgement: Judgement,
    fail_on: Severity | None = DEFAULT_FAIL_ON,
    fail_on_unknown: bool = False,
    minimum_coverage: int = 100,
) -> int:
    """The code of the table in docs/findings.md; where several hold: 3, 10, 12, 11, else 0.

    ``fail_on`` None lets no finding fail the run. A latent finding counts with its lowered
    severity. ``minimum_coverage`` is the percentage of the scopes asked for that must be reached; a
    region that could not be read counts as one beside its account.
    Codes 1 and 2 are those of errors (`scanner.errors`), which never get as far as a judgement.
    """
    lost = {item["scope"] for item in judgement.coverage.get("unreached", ())}
    asked = set(judgement.coverage.get("asked", ())) | lost
    reached = set(judgement.coverage.get("reached", ())) - lost
    standing = [finding for finding in judgement.findings if _stands(finding)]
    if not reached:
        return NOTHING_SCANNED
    if fail_on is not None and any(_fails(finding, fail_on) for finding in standing):
        return FINDINGS
    # Counted, not taken from a rounded percentage: 999 of 1,000 is not all.
    if len(reached) * 100 < minimum_coverage * len(asked):
        return COVERAGE
    if fail_on_unknown and any(finding.verdict is Verdict.UNKNOWN for finding in standing):
        return UNKNOWNS
    return CLEAN


def _stands(finding: Finding) -> bool:
    return finding.waiver is None and finding.baseline != "fixed"


def _fails(finding: Finding, fail_on: Severity) -> bool:
    return finding.verdict is Verdict.FAIL and finding.severity.rank >= fail_on.rank
