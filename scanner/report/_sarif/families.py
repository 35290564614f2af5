"""Rule families. A check's fails, latent fails and unknowns are rules of their own.

GitHub takes severity from the rule, not from the result: one rule for all three would show an
undecided check as a critical alert.
"""

from __future__ import annotations

from scanner.model.finding import Finding
from scanner.model.logic import Severity, Verdict

LATENT = "latent"
UNKNOWN = "unknown"

_LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
# GitHub: over 9.0 critical, 7.0 to 8.9 high, 4.0 to 6.9 medium, below that low. Nothing on an edge.
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "2.5",
    Severity.INFO: "1.0",
}


def family(finding: Finding) -> str:
    """``latent``, ``unknown`` (attested ones too), or nothing for a plain fail."""
    if finding.verdict is not Verdict.FAIL:
        return UNKNOWN
    return LATENT if finding.latent else ""


def rule_id(rule: str, check: str, kind: str = "") -> str:
    """``DAT-006/versioning``, ``DAT-006/versioning/unknown``."""
    return "/".join(part for part in (rule, check, kind) if part)


def level(severity: Severity, kind: str = "") -> str:
    """SARIF's level; an unknown is no error: a warning where the rule is grave, else a note."""
    if kind == UNKNOWN:
        return "warning" if severity.rank >= Severity.HIGH.rank else "note"
    return _LEVELS[severity]


def score(severity: Severity) -> str:
    """GitHub's ``security-severity``."""
    return _SCORES[severity]
