"""Strong Kleene logic, and the verdicts and severities built on it."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Tri(StrEnum):
    """A truth value: known true, known false, or not known (Kleene's strong logic K3)."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __invert__(self) -> Tri:
        return {Tri.YES: Tri.NO, Tri.NO: Tri.YES}.get(self, Tri.UNKNOWN)

    def __and__(self, other: object) -> Tri:
        return all_of((self, other if isinstance(other, Tri) else Tri(str(other))))

    def __or__(self, other: object) -> Tri:
        return any_of((self, other if isinstance(other, Tri) else Tri(str(other))))

    @classmethod
    def of(cls, value: bool | None) -> Tri:
        """``True``, ``False`` and ``None`` (not known) as a truth value."""
        if value is None:
            return cls.UNKNOWN
        return cls.YES if value else cls.NO


def all_of(values: Iterable[Tri]) -> Tri:
    """Conjunction: NO if any is NO, else UNKNOWN if any is, else YES (also when empty)."""
    found = Tri.YES
    for value in values:
        if value is Tri.NO:
            return Tri.NO
        if value is Tri.UNKNOWN:
            found = Tri.UNKNOWN
    return found


def any_of(values: Iterable[Tri]) -> Tri:
    """Disjunction: YES if any is YES, else UNKNOWN if any is, else NO (also when empty)."""
    found = Tri.NO
    for value in values:
        if value is Tri.YES:
            return Tri.YES
        if value is Tri.UNKNOWN:
            found = Tri.UNKNOWN
    return found


class Verdict(StrEnum):
    """The answer of one check of one rule on one subject; ATTESTED only appears on findings."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    ATTESTED = "attested"


class Severity(StrEnum):
    """How much a fail matters; ``rank`` orders them, 4 the worst."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 (info) to 4 (critical)."""
        return _RANKS.index(self)

    def lowered(self, steps: int = 2) -> Severity:
        """The severity ``steps`` lower, at least LOW: what a latent crossing gets."""
        return _RANKS[max(min(1, self.rank), self.rank - steps)]


_RANKS = (Severity.INFO, Severity.LOW, Severity.MEDIUM, Severity.HIGH, Severity.CRITICAL)
