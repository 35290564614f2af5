"""Who of one environment can use the stores and registries of another, and how (DAT-002).

Directly, by the store's policy and the caller's own; or after becoming another identity, where the border
is the grant that leaves the environment. A store that everyone may use is used from everywhere. Levels are
read, write, delete and admin. What was not read makes a pair `blind` as far as it could matter. Left out as
sources are the root users of accounts: what their account may do is told of its other identities.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scanner.facts.crossings import pairs
from scanner.facts.identity.bundles import Way, bundle
from scanner.facts.identity.callers import Caller, anonymous
from scanner.facts.identity.closing import closes, closing
from scanner.facts.identity.edges import Edge
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.paths import MAYBE, PROVEN, Arrival, Paths, others, services
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.store_blind import blind
from scanner.facts.identity.store_halves import admitting, reaching
from scanner.facts.identity.stores import Access, Store, Use
from scanner.facts.identity.witness import border, far_side, hop, last, together, walk
from scanner.facts.identity.world import READS, Group, World
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Step
from scanner.model.logic import Tri

NEEDS = (
    *READS,
    "registry.policy",
    "registry.registry_policy",
    "store.acl_grantees",
    "store.encryption",
    "store.policy",
    "store.public_access",
)


def derive(estate: Estate) -> Facts:
    """Crossings to stores and registries, with the levels of access that they give."""
    world = World(estate)
    paths, access = Paths(Graph(world)), Access(world)
    wanted = set(pairs(estate))
    ways: list[Way] = []
    used: dict[Tri, set[tuple[str, str]]] = {Tri.YES: set(), Tri.UNKNOWN: set()}
    for home in sorted({home for home, _ in wanted}):
        groups = [node.group for node in paths.starts(home) if node.group.first.kind != "root"]
        for group in groups:
            for use in access.of(group):
                ways += _direct(access, group, use)
                grants = far_side(group.first, use.target, use.decision)
                used[use.decision.state] |= {(home, name) for name in grants}
        ways += _indirect(paths, access, home)
        ways += _public(access, home)
        ways += _granted(access, home)
        ways += reaching(access, groups)
    used[Tri.UNKNOWN] |= used[Tri.YES]
    ways += (way for way in admitting(access) if (way.home, way.border.id) not in used[way.state])
    ways = [way for way in ways if (way.home, way.place) in wanted]
    crossings = sorted(bundle("store_access", estate, ways), key=lambda crossing: crossing.id)
    return Facts(tuple(crossings), blind=blind(paths, access, wanted))


def _direct(access: Access, group: Group, use: Use) -> Iterator[Way]:
    """Uses of a store in another place by an environment's own identities."""
    if use.store.resource.place == group.place:
        return
    for members in together(group, use.target, use.decision):
        yield _held(access, members, use)


def _held(access: Access, members: list[Caller], use: Use) -> Way:
    first, target, decision = members[0], use.target, use.decision
    return Way(
        first.place or "",
        use.store.resource.place or "",
        border(first, target, decision),
        tuple(member.arn for member in members),
        use.store.id,
        (use.level,),
        decision.state,
        lambda: tuple(hop(first, use.store.id, target, decision)),
        lambda: closing(access.world, first, use.action, target, decision),
    )


def _indirect(paths: Paths, access: Access, home: str) -> Iterator[Way]:
    """Uses after becoming another identity: per border and store the best way for each level."""
    leaving: dict[tuple[str, tuple[str, ...]], _Leaving] = {}
    for edge in paths.borders(home):
        for members in together(edge.group, edge.aim, edge.decision):
            sources = tuple(member.arn for member in members)
            named = border(members[0], edge.aim, edge.decision)
            start = _Leaving(access.world, named, sources, members[0])
            leaving.setdefault((named.id, sources), start).edges.append(edge)
    for start in leaving.values():
        yield from _uses(paths, access, home, start)


def _uses(paths: Paths, access: Access, home: str, start: _Leaving) -> Iterator[Way]:
    """What identities that leave by one grant may use, proven ways first."""
    best: dict[tuple[str, str, tuple[str, ...]], Way] = {}
    seen: set[tuple[bool, Group, tuple[str, ...]]] = set()
    for level in (PROVEN, MAYBE):
        for edge in start.edges:
            for arrival in paths.reached(edge, home, level):
                kind = (level == PROVEN, arrival.target.group, arrival.passed_to(None))
                if kind in seen:
                    continue
                seen.add(kind)
                for use in access.of(arrival.target.group):
                    if use.store.resource.place != home:
                        _keep(best, _borrowed(start, arrival, use, sure=kind[0]))
    yield from best.values()


def _keep(best: dict[tuple[str, str, tuple[str, ...]], Way], way: Way) -> None:
    """Keep a way unless one that is proven, or no worse, goes by the same places."""
    key = (way.target, way.access[0], (*way.services, *way.through))
    held = best.get(key)
    if held is None or (way.state is Tri.YES and held.state is not Tri.YES):
        best[key] = way


@dataclass(frozen=True, eq=False, slots=True)
class _Leaving:
    """Identities that leave by one grant, and all the edges that it makes."""

    world: World
    border: Grant
    sources: tuple[str, ...]
    first: Caller
    edges: list[Edge] = field(default_factory=list)
    closed: list[tuple[str, ...]] = field(default_factory=list)

    def close(self) -> tuple[str, ...]:
        """Grants whose removal closes all of the edges."""
        if not self.closed:
            found = {name for edge in self.edges for name in closes(self.world, self.first, edge)}
            self.closed.append(tuple(sorted(found)))
        return self.closed[0]


def _borrowed(start: _Leaving, arrival: Arrival, use: Use, *, sure: bool) -> Way:
    def caller_of(edge: Edge) -> Caller:
        return start.world.callers.get(edge.target.id, edge.target.group.first)

    def tell() -> tuple[Step, ...]:
        user = last(arrival.edges, start.first, caller_of)
        return (
            *walk(arrival.edges, start.first, caller_of),
            *hop(user, use.store.id, use.target, use.decision),
        )

    passed = arrival.passed_to(use.store.resource.place)
    return Way(
        start.first.place or "",
        use.store.resource.place or "",
        start.border,
        start.sources,
        use.store.id,
        (use.level,),
        Tri.YES if sure and use.decision.state is Tri.YES else Tri.UNKNOWN,
        tell,
        start.close,
        length=1 + len(arrival.edges),
        services=services(passed),
        through=others(passed),
    )


def _public(access: Access, home: str) -> Iterator[Way]:
    """Stores that are open to everyone, by policy or otherwise."""
    for store in access.stores.values():
        resource = store.resource
        if resource.kind != "store" or resource.place in (None, home):
            continue
        hidden = "public_access" in resource.unknown
        if not hidden and resource.attrs.get("public_access") != "public":
            continue
        uses = [use for use in access.uses(anonymous(), store) if use.decision.state is not Tri.NO]
        for use in uses:
            state = Tri.UNKNOWN if hidden else use.decision.state
            yield _exposed(store, home, use.level, state, border(anonymous(), use.target, use.decision))
        if not hidden and not uses:
            # No policy admits everyone, so the ACL does; which of its grants is not modelled.
            acl = Grant(f"{store.id}/acl", "bucket ACL", resource.source.at("/data/GetBucketAcl"))
            yield from (_exposed(store, home, level, Tri.UNKNOWN, acl) for level in ("read", "write"))


def _granted(access: Access, home: str) -> Iterator[Way]:
    """Stores whose ACL names an account by its canonical id, which no other call tells whose it is."""
    for store in access.stores.values():
        if store.resource.place in (None, home) or not store.resource.attrs.get("acl_grantees"):
            continue
        acl = Grant(f"{store.id}/acl", "bucket ACL", store.resource.where("acl_grantees"))
        step = Step(
            "*", store.id, "bucket ACL admits an account by its canonical id", acl.source, Tri.UNKNOWN
        )
        for level in ("read", "write"):
            yield _opened(store, home, level, acl, step)


def _exposed(store: Store, home: str, level: str, state: Tri, named: Grant) -> Way:
    gaps = tuple(store.resource.unknown.get("public_access", ())) if state is Tri.UNKNOWN else ()
    step = Step("*", store.id, f"{named.words} admits everyone", named.source, state, gaps)
    return _opened(store, home, level, named, step)


def _opened(store: Store, home: str, level: str, named: Grant, step: Step) -> Way:
    """A way into a store that needs nothing of its user's own side."""
    return Way(
        home,
        store.resource.place or "",
        named,
        ("*",),
        store.id,
        (level,),
        step.state,
        lambda: (step,),
        lambda: (named.id,),
    )
