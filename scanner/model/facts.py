"""Facts: derived relations between resources, each with the ordered steps that make it true."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

ACCESS = ("connect", "assume", "read", "write", "delete", "admin")
"""Levels of access a crossing may give; ``connect`` is for networks, ``assume`` for identities."""


@dataclass(frozen=True, slots=True)
class Step:
    """One hop of a witness.

    ``by`` names the grant, route or rule that makes the hop (``trust statement AllowDev``), in
    words a security engineer uses; ``state`` is YES for proven, UNKNOWN for undecided, NO for the
    hop that still holds a latent path closed; ``gaps`` what hides it when undecided.
    """

    source_id: str
    target_id: str
    by: str
    source: Source
    state: Tri = Tri.YES
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class Crossing:
    """All paths from one environment to another that leave by the same grant.

    ``border`` is the stable id of the first grant that leaves ``source_env`` (a policy's or
    security group's id and statement, never a line or an index). ``state`` is YES (proven), or
    UNKNOWN (a gap or an undecided condition leaves it open). A ``latent`` crossing is proven half:
    one side still holds it closed, and the step with state NO says which. ``access`` holds the
    levels of `ACCESS`. ``sources`` and ``targets`` are all ids, sorted. ``closes`` names the grants
    whose removal closes every path of it, none to spare; ``smallest`` whether no fewer would do, for
    certain. ``assumed`` names assumptions it rests on. ``flow`` is
    the declared flow that allows it, else ``None``. ``via`` are the services that it passes.
    """

    fact: str
    source_env: str
    target_env: str
    border: str
    state: Tri
    access: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    steps: tuple[Step, ...]
    latent: bool = False
    closes: tuple[str, ...] = ()
    smallest: bool = False
    assumed: tuple[str, ...] = ()
    flow: str | None = None
    via: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    told: Mapping[str, tuple[Step, ...]] = field(default_factory=dict)
    """Level of access -> its own steps, where ``steps`` show how another level is had."""

    @property
    def pair(self) -> str:
        """``dev->prod``."""
        return f"{self.source_env}->{self.target_env}"

    @property
    def id(self) -> str:
        """Unique within a run."""
        return f"{self.fact}|{self.pair}|{self.border}"

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """Every gap that leaves a step of it undecided."""
        ways = (self.steps, *self.told.values())
        return tuple(sorted({gap for steps in ways for step in steps for gap in step.gaps}))

    def narrowed(self, access: Collection[str]) -> Crossing:
        """The same crossing as seen by whoever asks for some levels of access alone."""
        kept = tuple(level for level in self.access if level in access)
        if not kept or kept == self.access:
            return self
        return replace(
            self,
            access=kept,
            steps=self.told.get(kept[0], self.steps),
            told={level: self.told.get(level, self.steps) for level in kept[1:]},
        )


@dataclass(frozen=True, slots=True)
class Mark:
    """A three-valued attribute that a fact adds to a resource, with its witness.

    ``assumed`` names assumptions it rests on, as of a crossing.
    """

    resource: str
    attr: str
    value: Any = None
    unknown: bool = False
    gaps: tuple[Gap, ...] = ()
    steps: tuple[Step, ...] = ()
    assumed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Facts:
    """What one fact module derived; ``blind`` is, per pair, the gaps that may hide a crossing."""

    crossings: tuple[Crossing, ...] = ()
    marks: tuple[Mark, ...] = ()
    blind: Mapping[str, tuple[Gap, ...]] = field(default_factory=dict)
