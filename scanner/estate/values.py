"""What a normaliser says of an attribute: a value and where it stands, or the gaps that hide it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from scanner.model.logic import Tri, all_of, any_of
from scanner.model.snapshot import Gap, Source


@dataclass(frozen=True, slots=True)
class Known:
    """A value (``None``: known to be absent) and the JSON pointer of its evidence (``""``: elsewhere).

    ``elsewhere`` is that evidence where it stands in a record beside the resource's own.
    """

    value: Any
    pointer: str = ""
    elsewhere: Source | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """Not read; no gaps means that nobody asked, or that a record lacks what it should hold."""

    gaps: tuple[Gap, ...] = ()


Value = Known | Unknown


@dataclass(frozen=True, slots=True)
class Truth:
    """A truth value with the gaps that could still change it; none once it is decided."""

    value: Tri
    gaps: tuple[Gap, ...] = ()

    def __invert__(self) -> Truth:
        return Truth(~self.value, self.gaps)

    def __and__(self, other: Truth) -> Truth:
        return _joined(all_of((self.value, other.value)), (self, other))

    def __or__(self, other: Truth) -> Truth:
        return _joined(any_of((self.value, other.value)), (self, other))


def truth(value: Value) -> Truth:
    """A value as a truth: known ones by their truthiness."""
    if isinstance(value, Unknown):
        return Truth(Tri.UNKNOWN, value.gaps)
    return Truth(Tri.of(bool(value.value)))


def decided(found: Truth, yes: Any = True, no: Any = False, pointer: str = "") -> Value:
    """A truth as a value: one of two words, or unknown."""
    if found.value is Tri.UNKNOWN:
        return Unknown(found.gaps)
    return Known(yes if found.value is Tri.YES else no, pointer)


def union(gaps: Iterable[tuple[Gap, ...]]) -> tuple[Gap, ...]:
    """Several sets of gaps as one, sorted."""
    return tuple(sorted({gap for some in gaps for gap in some}))


def _joined(value: Tri, parts: tuple[Truth, Truth]) -> Truth:
    if value is not Tri.UNKNOWN:
        return Truth(value)
    return Truth(value, union(part.gaps for part in parts))
