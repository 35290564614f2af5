"""Counts per rule, check and environment that add up to what each check applied to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from scanner.model.finding import Tally
from scanner.model.logic import Verdict


def tally(counted: Iterable[tuple[str, str, str, Verdict]]) -> tuple[Tally, ...]:
    """Tallies of ``(rule, check, environment, verdict)``, one per judged subject, sorted."""
    verdicts = Counter(counted)
    keys = sorted({key[:3] for key in verdicts})
    return tuple(
        Tally(
            *key,
            passed=verdicts[*key, Verdict.PASS],
            failed=verdicts[*key, Verdict.FAIL],
            unknown=verdicts[*key, Verdict.UNKNOWN],
            attested=verdicts[*key, Verdict.ATTESTED],
        )
        for key in keys
    )
