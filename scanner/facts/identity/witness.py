"""Witnesses: the grants behind an edge, as ordered steps that each cite a snapshot line."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision, Opening, Reference
from scanner.facts.identity.edges import Ask, Edge, Node
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.requests import Target
from scanner.facts.identity.world import Group, World, grant
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

_ASSUMED = " policies that were not read are assumed absent"


def references(decision: Decision, side: str) -> tuple[Reference, ...]:
    """Statements of a side that allow it, the proven ones alone where there are any."""
    proven = tuple(item for item in decision.allows if item.side == side)
    return proven or tuple(item for item in decision.maybe if item.side == side)


def every(decision: Decision, side: str) -> tuple[Reference, ...]:
    """Statements of a side that allow it or may."""
    return tuple(item for item in (*decision.allows, *decision.maybe) if item.side == side)


def chosen(decision: Decision, side: str, caller: Caller, target: Target) -> tuple[Reference, Grant] | None:
    """The one statement that stands for a side: the most specific, then by name."""
    held = [(item, grant(item, caller, target)) for item in references(decision, side)]
    return min(held, key=lambda pair: (_breadth(pair[0], caller, target), pair[1].id), default=None)


def _breadth(reference: Reference, caller: Caller, target: Target) -> int:
    """0 for a statement that names the target, 1 for one that names a part of it by pattern, 2 for any."""
    policies = caller.policies if reference.side == "identity" else target.policies
    document = policies[reference.policy].document
    statement = document.statements[reference.statement]
    if statement.resources is None or statement.other_resources:
        return 2
    if target.arn in statement.resources:
        return 0
    return 2 if all(item == "*" for item in statement.resources) else 1


def border(caller: Caller, target: Target, decision: Decision) -> Grant:
    """The first grant of a hop: the caller's own where it needs one, else the target's."""
    for side in ("identity", "resource"):
        found = chosen(decision, side, caller, target)
        if found is not None:
            return found[1]
    return Grant(f"{caller.arn}/root", "the root user of the account", caller.resource.source)


def leaving(edge: Edge, caller: Caller) -> Grant:
    """The grant by which a caller leaves by an edge: its border."""
    return edge.made.grant if edge.made else border(caller, edge.aim, edge.decision)


def far_side(caller: Caller, target: Target, decision: Decision) -> tuple[str, ...]:
    """The target's grants that a decision uses."""
    return tuple(grant(item, caller, target).id for item in references(decision, "resource"))


def together(group: Group, target: Target, decision: Decision) -> list[list[Caller]]:
    """The members of a class, together where they leave by the same statement."""
    pick = chosen(decision, "identity", group.first, target)
    if pick is None:
        return [list(group.members)]
    reference = pick[0]
    if reference not in group.split:
        found: dict[Grant, list[Caller]] = defaultdict(list)
        for member in group.members:
            found[grant(reference, member, target)].append(member)
        group.split[reference] = list(found.values())
    return group.split[reference]


def steps(edge: Edge, caller: Caller) -> list[Step]:
    """The steps of one edge, taken by one caller of its class: of each request that it needs.

    What an identity does with rights that it gave itself is told of the identity.
    """
    to = caller.arn if edge.target.power else edge.target.id
    found: list[Step] = list(edge.made.tell(caller)) if edge.made else []
    for ask in edge.asks:
        if not ask.silent:
            found += hop(
                shown(ask, caller), to, ask.aim, ask.decision, f" ({ask.words})" if ask.words else ""
            )
    return found


def shown(ask: Ask, caller: Caller) -> Caller:
    """Whose grants a request rests on, under the name of the caller that makes it."""
    return caller if ask.caller is None else as_itself(ask.caller, caller)


def as_itself(held: Caller, caller: Caller) -> Caller:
    """An identity with rights that it gave itself, under its own name again."""
    return replace(held, arn=caller.arn, resource=caller.resource) if held.power else held


def hop(caller: Caller, to: str, target: Target, decision: Decision, suffix: str = "") -> list[Step]:
    """Steps for a decision: each side's statement, then what else leaves it undecided or is assumed."""
    found: list[Step] = []
    told: set[Opening] = set()
    for side in ("identity", "resource"):
        pick = chosen(decision, side, caller, target)
        if pick is None:
            continue
        reference, statement = pick
        state = Tri.YES if reference in decision.allows else Tri.UNKNOWN
        reasons = [item for item in decision.openings if item.reference == reference]
        told.update(reasons)
        words = statement.words + "".join(f", which {item.why}" for item in reasons[:1]) + suffix
        gaps = _gaps(reasons) if state is Tri.UNKNOWN else ()
        found.append(Step(caller.arn, to, words, _cite(statement.source, caller), state, gaps))
    if caller.kind == "root" and not found:
        found.append(Step(caller.arn, to, "the account's root user may do anything", caller.resource.source))
    for opening in decision.openings:
        if opening not in told:
            found.append(_opening(opening, caller, to, target))
            told.add(opening)
    source = caller.resource.source
    found.extend(Step(caller.arn, to, f"{name}{_ASSUMED}", source) for name in decision.assumed)
    return found


def assumed(steps: Iterable[Step]) -> tuple[str, ...]:
    """The assumptions that a witness names: ``scp``, ``rcp``."""
    return tuple(sorted({step.by.removesuffix(_ASSUMED) for step in steps if step.by.endswith(_ASSUMED)}))


def _opening(opening: Opening, caller: Caller, to: str, target: Target) -> Step:
    words, source = opening.why, opening.source
    if opening.reference is not None:
        held = grant(opening.reference, caller, target)
        words, source = f"{held.words} {opening.why}", held.source
    return Step(caller.arn, to, words, _cite(source, caller), Tri.UNKNOWN, opening.gaps)


def _gaps(reasons: Iterable[Opening]) -> tuple[Gap, ...]:
    return tuple(sorted({gap for item in reasons for gap in item.gaps}))


def _cite(source: Source, caller: Caller) -> Source:
    """A line to show: where nothing was read, the caller's own."""
    return source if source.part else caller.resource.source


def walk(world: World, edges: Sequence[Edge], first: Caller) -> tuple[Step, ...]:
    """The steps of a whole path that starts at ``first``."""
    found: list[Step] = []
    caller = first
    for edge in edges:
        found += steps(edge, caller)
        caller = as_itself(of_node(world, edge.target), caller)
    return tuple(found)


def last(world: World, edges: Sequence[Edge], first: Caller) -> Caller:
    """Who arrives at the end of a path."""
    caller = first
    for edge in edges:
        caller = as_itself(of_node(world, edge.target), caller)
    return caller


def of_node(world: World, node: Node) -> Caller:
    """The identity that a node is; of one that is none, who stands for it."""
    return world.callers.get(node.id, node.group.first)
