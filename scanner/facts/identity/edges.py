"""Nodes and edges of the graph of who can become whom, and the requests that an edge rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Opening
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import Group
from scanner.model.facts import Step
from scanner.model.logic import Tri, all_of
from scanner.model.snapshot import Gap

NOTHING = ""
"""The action of an edge that is none: the same identity, of which less is said."""


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """An identity, or any identity of a hidden account (then ``group`` has that one member).

    ``gaps`` why a hidden account's identities were not read; none for an external account. ``power``:
    not another identity but the same with more rights, which it can give itself.
    """

    id: str
    place: str | None
    group: Group
    hidden: bool = False
    gaps: tuple[Gap, ...] = ()
    power: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Ask:
    """A request that an edge needs, and its answer; ``caller`` ``None``: the edge's own.

    ``words`` say what it is for. A caller with rights that it gave itself is one that can be given none.
    """

    action: str
    aim: Target
    decision: Decision
    words: str = ""
    caller: Caller | None = None

    @property
    def silent(self) -> bool:
        """Whether it asks for nothing: to be nobody in particular takes no grant."""
        return self.action == NOTHING


@dataclass(frozen=True, eq=False, slots=True)
class Made:
    """What makes an edge where no request does: a workload's own setting, somebody's assignment.

    ``grant`` is what is changed to close it, ``tell`` its steps for one caller of the class.
    """

    grant: Grant
    tell: Callable[[Caller], tuple[Step, ...]]


@dataclass(frozen=True, eq=False, slots=True)
class Edge:
    """A caller of ``group`` can act as ``target``: by calling ``action``, and by all of ``more``.

    The first request is the one whose grant is removed to close it, unless something else has ``made`` it.
    """

    group: Group
    target: Node
    aim: Target
    action: str
    decision: Decision
    words: str = ""
    more: tuple[Ask, ...] = ()
    made: Made | None = None

    @property
    def asks(self) -> tuple[Ask, ...]:
        """Every request that it needs, in order."""
        return (Ask(self.action, self.aim, self.decision, self.words), *self.more)

    @property
    def state(self) -> Tri:
        """Whether all of them are allowed."""
        if not self.more:
            return self.decision.state
        return all_of((self.decision.state, *(ask.decision.state for ask in self.more)))


def joined(first: Edge, then: Edge) -> Edge:
    """One edge for two, where the first leads to the same identity with more rights."""
    held = first.target.group.first
    rest = (replace(ask, caller=ask.caller or held) for ask in then.asks)
    return replace(first, target=then.target, more=(*first.more, *rest))


def opened(decision: Decision, side: str, why: str, gaps: Iterable[Gap] = ()) -> Decision:
    """A decision that also depends on something that is not known."""
    if decision.state is Tri.NO:
        return decision
    opening = Opening(side, why, None, tuple(gaps))
    return replace(decision, state=Tri.UNKNOWN, openings=(*decision.openings, opening))
