"""Half-open assume paths: one side names the other, which does not answer.

Either an identity may assume a role, account or pattern inside F that does not trust it; or a role of F
trusts an account or identity of E that may not assume it. A wildcard that names nobody in particular
is not latent, and an explicit deny on the way closes the path for good.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial

from scanner.facts.identity.actions import ASSUME
from scanner.facts.identity.actors.acting import Acting
from scanner.facts.identity.callers import Caller, hidden
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import Edge
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.patterns import matches, wild
from scanner.facts.identity.principals import Entry
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import Statement, acting
from scanner.facts.identity.supports import upholding
from scanner.facts.identity.witness import chosen, leaving, steps
from scanner.facts.identity.world import Group, World, grant
from scanner.model.facts import Step
from scanner.model.logic import Tri

_ROLE = re.compile(r"arn:[^:]+:iam::(\d{12}):")


@dataclass(frozen=True, eq=False, slots=True)
class Half:
    """One half-open path; ``border`` is the grant that remains, ``state`` UNKNOWN if it may not.

    ``closed`` gives every grant that keeps it half open.
    """

    border: Grant
    home: str
    place: str
    sources: tuple[str, ...]
    target: str
    state: Tri
    steps: tuple[Step, ...]
    closed: Callable[[], tuple[str, ...]]


def reaching(graph: Graph) -> Iterator[Half]:
    """Identities that may assume what does not trust them."""
    for group in graph.world.groups:
        if group.place is None or group.first.kind == "root":
            continue
        for pattern in graph.world.patterns(group.first, ASSUME):
            yield from _reaching(graph, group, pattern)


def _reaching(graph: Graph, group: Group, pattern: str) -> Iterator[Half]:
    world, match = graph.world, _ROLE.match(pattern)
    if match is None:
        return
    account = match[1]
    roles = _roles(graph, pattern, account)
    for place in sorted(_places(graph, account, roles) - {group.place or ""}):
        aims = [world.as_target(role) for role in roles if role.place == place]
        if not aims and account not in world.unlisted and world.estate.places.get(account) == place:
            aims = [Target(pattern, account, "role", (), trust=True)]
        yield from _closed(graph, group, pattern, place, aims)


def _roles(graph: Graph, pattern: str, account: str) -> list[Caller]:
    callers = graph.world.callers
    if not wild(pattern):
        return [callers[pattern]] if pattern in callers else []
    return [
        caller
        for caller in graph.world.of_account.get(account, ())
        if caller.kind == "role" and matches(pattern, caller.arn)
    ]


def _places(graph: Graph, account: str, roles: list[Caller]) -> set[str]:
    """Where what a pattern names lies: with its roles, or with its account where it has none."""
    places = {role.place for role in roles} or {graph.world.estate.places.get(account)}
    return {place for place in places if place}


def _closed(graph: Graph, group: Group, pattern: str, place: str, aims: list[Target]) -> Iterator[Half]:
    """The half-open path of one pattern, if the first side grants it and the other keeps it closed."""
    best: tuple[Tri, Target, Decision] | None = None
    for aim in aims:
        decision = graph.world.ask(group.first, ASSUME, aim, ways=graph.ways)
        state = decision.identity & ~decision.denied
        if decision.state is not Tri.NO or decision.resource is Tri.YES or state is Tri.NO:
            continue
        if best is None or (state is Tri.YES and best[0] is not Tri.YES):
            best = (state, aim, decision)
        if state is Tri.YES:
            break
    if best is not None:
        yield from (_half(graph, member, pattern, place, best) for member in group.members)


def _half(graph: Graph, caller: Caller, pattern: str, place: str, best: tuple[Tri, Target, Decision]) -> Half:
    state, aim, decision = best
    held = chosen(decision, "identity", caller, aim)
    assert held is not None, "an identity side that agrees has a statement"  # noqa: S101 - an invariant
    statement = held[1]
    role = graph.world.callers.get(aim.arn)
    gaps = tuple(sorted({gap for opening in decision.openings for gap in opening.gaps}))
    closed = (
        f"the trust policy of {role.name} does not admit it" if role else "no such role is in that account"
    )
    second = role.trust.source if role and role.trust else statement.source
    return Half(
        statement,
        caller.place or "",
        place,
        (caller.arn,),
        pattern if wild(pattern) else aim.arn,
        state,
        (
            Step(caller.arn, aim.arn, statement.words, statement.source, state, gaps),
            Step(caller.arn, aim.arn, closed, second, Tri.NO),
        ),
        lambda: upholding(graph.world, caller, ASSUME, aim, side="identity", ways=graph.ways),
    )


def admitting(graph: Graph) -> Iterator[Half]:
    """Roles that trust whoever may not assume them."""
    for role in graph.world.callers.values():
        if role.trust is None or role.place is None:
            continue
        for statement in acting(role.trust.document, ASSUME):
            named = statement.principals
            if statement.effect != "allow" or named is None or named.excluded:
                continue
            for entry in named.entries:
                half = _admitting(graph, role, entry, statement)
                if half is not None:
                    yield half


def _admitting(graph: Graph, role: Caller, entry: Entry, statement: Statement) -> Half | None:
    """The half-open path of one principal of a trust statement; a proven one outranks an open one."""
    found = None
    aim = graph.world.as_target(role)
    for caller in stand_ins(graph.world, entry, conditional=bool(statement.tests)):
        if caller.place in (None, role.place):
            continue
        decision = graph.world.ask(caller, ASSUME, aim, ways=graph.ways)
        used = {item for item in (*decision.allows, *decision.maybe) if item.side == "resource"}
        reference = next((item for item in sorted(used) if item.statement == statement.index), None)
        state = decision.resource & ~decision.denied
        if decision.state is not Tri.NO or reference is None or state is Tri.NO:
            continue
        half = _answered(graph, role, entry, caller, (grant(reference, caller, aim), state))
        if half.state is Tri.YES:
            return half
        found = found or half
    return found


def unanswered(graph: Graph) -> Iterator[Half]:
    """Workloads and tokens that a role, or its account, does not admit though one side names the other."""
    for item in graph.actors.halves:
        first, place = item.members[0], item.role.place
        if item.closed is None or place is None:
            continue
        node = graph.nodes[item.role.arn]
        edge = Edge(Group(first, item.members), node, item.aim, item.action, item.decision, made=item.made)
        told = (*steps(edge, first), item.closed)
        sources = tuple(member.arn for member in item.members)
        state = item.decision.state
        closed = partial(_unanswered, graph.world, item, first)
        yield Half(leaving(edge, first), item.home, place, sources, item.role.arn, state, told, closed)


def _unanswered(world: World, item: Acting, first: Caller) -> tuple[str, ...]:
    if item.made is not None:
        return (item.made.grant.id,)
    return upholding(world, first, item.action, item.aim, side="resource")


def account_root(world: World, account: str) -> str:
    """How AWS names a whole account as a principal."""
    return f"arn:{world.partition}:iam::{account}:root"


def nobody(world: World, account: str, home: str | None) -> Caller:
    """Some role of an account that holds no policy."""
    arn = f"arn:{world.partition}:iam::{account}:role/none"
    return replace(hidden(account, home), arn=arn, kind="role", policies=(), tags={}, hidden=False)


def stand_ins(world: World, entry: Entry, *, conditional: bool) -> list[Caller]:
    """Whom an entry stands for: the identity itself, or of an account someone who holds no policy.

    Where a condition tells an account's identities apart, each class of them as well.
    """
    if entry.kind not in ("account", "role", "user", "session"):
        return []
    if entry.kind != "account" and entry.value in world.callers:
        return [world.callers[entry.value]]
    someone = nobody(world, entry.account, world.estate.places.get(entry.account))
    if entry.kind != "account":
        someone = replace(someone, arn=entry.value, kind="user" if entry.kind == "user" else "role")
    if entry.kind != "account" or not conditional:
        return [someone]
    others = (group.first for group in world.groups_of.get(entry.account, ()))
    return [someone, *(caller for caller in others if caller.kind != "root")]


def _answered(graph: Graph, role: Caller, entry: Entry, caller: Caller, answer: tuple[Grant, Tri]) -> Half:
    statement, state = answer
    account = entry.kind == "account"
    source = account_root(graph.world, entry.account) if account else entry.value
    line = caller.resource.source if caller.resource.source.part else statement.source
    boundary = graph.world.estate.by_id.get(entry.account)
    if account and boundary is not None:
        line = boundary.source
    unlisted = graph.world.unlisted.get(entry.account)
    if unlisted is None:
        last = Step(source, role.arn, "no identity policy there allows it", line, Tri.NO)
    else:
        words = "the identities there were not read"
        state, last = Tri.UNKNOWN, Step(source, role.arn, words, line, Tri.UNKNOWN, unlisted.gaps)
    first = Step(source, role.arn, statement.words, statement.source)
    aim = graph.world.as_target(role)
    return Half(
        statement,
        caller.place or "",
        role.place or "",
        (source,),
        role.arn,
        state,
        (first, last),
        lambda: upholding(graph.world, caller, ASSUME, aim, side="resource", ways=graph.ways),
    )
