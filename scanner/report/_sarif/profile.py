"""What a file may hold: a reader's limits, and which findings that reader should get at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass

from scanner.model.finding import Finding
from scanner.model.logic import Verdict


@dataclass(frozen=True, slots=True)
class Profile:
    """``accepted``: whether waived, attested and fixed findings are written, as suppressed or absent.

    ``results`` counts the results of a run, ``compressed_bytes`` the file as an uploader sends it.
    """

    accepted: bool
    results: int
    compressed_bytes: int = 10_000_000

    def told(self, findings: Iterable[Finding]) -> tuple[Finding, ...]:
        """The findings to write, the gravest first and among equals the new ones: the end may be cut."""
        wanted = [finding for finding in findings if self.accepted or not _accepted(finding)]
        return tuple(sorted(wanted, key=_gravity))


GITHUB = Profile(accepted=False, results=5_000)
"""GitHub takes 25,000 results and keeps 5,000. It ignores suppressions: what is accepted is left out."""

SPEC = Profile(accepted=True, results=25_000)
"""Everything, with SARIF's own words for what is accepted (3.27.23) and fixed (3.27.24)."""


def compressed(data: bytes) -> int:
    """The size that counts against the limit: gzip's, at its usual level."""
    return len(zlib.compress(data, 6))


def _accepted(finding: Finding) -> bool:
    return finding.waiver is not None or finding.verdict is Verdict.ATTESTED or finding.baseline == "fixed"


def _gravity(finding: Finding) -> tuple[int, bool, bool]:
    return -finding.severity.rank, finding.verdict is not Verdict.FAIL, finding.baseline != "new"
