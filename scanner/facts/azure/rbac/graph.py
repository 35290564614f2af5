"""Who can become whom: by running code on what acts as an identity, handing it over, letting oneself in.

An edge rests on one grant that can be taken away: a role assignment, a resource's identity, an owner, a
federated credential. Whoever may assign roles in a scope may do there whatever it likes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.azure.rbac.actions import Ask
from scanner.facts.azure.rbac.holdings import Holding, chain
from scanner.facts.azure.rbac.tables import ASSIGNING, EDITING, FEDERATING, HANDING, MAKING, running
from scanner.facts.azure.rbac.world import BEARER, IDENTITY, Node, World
from scanner.facts.identity.provenance import Grant
from scanner.model.facts import Step
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

PROVEN, HALF, MAYBE = 0, 1, 2
"""What an edge rests on: nothing open; a right that waits or a half held closed; something unread."""
_OWN = "/providers/microsoft.managedidentity/identities/"


@dataclass(frozen=True, slots=True)
class Said:
    """Whether something is allowed, by which words, and what leaves it open."""

    state: Tri
    words: str = ""
    gaps: tuple[Gap, ...] = ()
    closed: bool = False
    """Allowed, and of no use by itself: what else it takes is not held."""


NO = Said(Tri.NO)


@dataclass(frozen=True, eq=False, slots=True)
class Edge:
    """One node becomes another. ``rank`` is `PROVEN`, `HALF` or `MAYBE`."""

    source: Node
    target: Node
    grant: Grant
    steps: tuple[Step, ...]
    rank: int


class Rights:
    """Decides what a holding lets a node do to a thing, denials and all."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._refs: dict[str, tuple[str, ...]] = {}
        self._kept: dict[tuple[int, str, tuple[Ask, ...]], Said] = {}

    def refs(self, node: Node) -> tuple[str, ...]:
        """What a node goes by."""
        if node.id not in self._refs:
            self._refs[node.id] = self.world.refs(node)
        return self._refs[node.id]

    def of(self, node: Node) -> Iterator[tuple[str, Holding]]:
        """What a node holds, by itself and by its groups, each with the reference that holds it."""
        for ref in self.refs(node):
            for holding in self.world.holdings.by_principal.get(ref, ()):
                yield ref, holding

    def allowed(self, node: Node, ask: Ask, thing: str) -> Tri:
        """Whether a node may do something to a thing, by all that it holds there and above."""
        above = frozenset(chain(thing))
        return any_of(
            self.best(node, holding, (ask,), thing).state
            for _, holding in self.of(node)
            if holding.at in above and not holding.eligible
        )

    def best(self, node: Node, holding: Holding, asks: Iterable[Ask], thing: str) -> Said:
        """Whether a holding allows any of some actions on a thing: the surest one."""
        asks = tuple(asks)
        if not self.world.holdings.may_be_denied(thing):
            key = (id(holding), "", asks)
            if key not in self._kept:
                self._kept[key] = self._best(node, holding, asks, None)
            return self._kept[key]
        return self._best(node, holding, asks, thing)

    def _best(self, node: Node, holding: Holding, asks: tuple[Ask, ...], thing: str | None) -> Said:
        found = NO
        for ask in asks:
            state, gaps = holding.allows(ask), set[Gap]()
            if state is Tri.NO:
                continue
            if thing is not None:
                denied, hidden = self.world.holdings.denied(thing, self.refs(node), ask)
                state = state & ~denied
                gaps |= set(hidden)
            if state is Tri.YES:
                return Said(Tri.YES, ask.action)
            if state is Tri.UNKNOWN and found.state is Tri.NO:
                found = Said(Tri.UNKNOWN, ask.action, tuple(sorted({*gaps, *holding.why})))
        return found

    def power(self, node: Node, holding: Holding, thing: str) -> Said:
        """Whether a holding lets a node give itself whatever it likes on a thing."""
        first = self.best(node, holding, ASSIGNING[:1], thing)
        if first.state is Tri.YES:
            return Said(Tri.YES, "may assign itself any role there")
        later = self.best(node, holding, ASSIGNING[1:], thing)
        edited = self._edits(node, holding, thing)
        open_ones = [said for said in (first, later, edited) if said.state is not Tri.NO]
        if edited.state is Tri.YES:
            return edited
        if not open_ones:
            return NO
        gaps = tuple(sorted({gap for said in open_ones for gap in said.gaps}))
        return Said(Tri.UNKNOWN, "may, under a condition, assign itself roles there", gaps)

    def _edits(self, node: Node, holding: Holding, thing: str) -> Said:
        """Whether a node may rewrite the very role that it holds: it takes the right in all of its scopes."""
        role = holding.role
        if not role.custom or not role.scopes:
            return NO
        state, gaps = Tri.YES, set[Gap]()
        for scope in role.scopes:
            found = [
                self.best(node, held, (EDITING,), thing)
                for _, held in self.of(node)
                if f"{scope}/".startswith(f"{held.assigned_at}/")
            ]
            allowed = Tri.NO
            for said in found:
                allowed = allowed | said.state
                gaps |= set(said.gaps)
            state = state & allowed
        return Said(state, "may rewrite the role that it holds", tuple(sorted(gaps)))


class Graph:
    """Edges out of every node, worked out when first asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rights = Rights(world)
        self._kept: dict[str, tuple[Edge, ...]] = {}
        self._making: dict[str, Said] = {}
        self._at: dict[str, list[Node]] = defaultdict(list)
        for node in world.nodes.values():
            thing = thing_of(node)
            for scope in world.holdings.relevant(thing) if thing else ():
                self._at[scope].append(node)

    def out(self, node: Node) -> tuple[Edge, ...]:
        """Whom a node can become at once: for each grant and target the surest way."""
        key = f"{node.id} {node.place}"
        if key not in self._kept:
            best: dict[tuple[str, str], Edge] = {}
            for edge in self._out(node):
                kept = best.get((edge.grant.id, edge.target.id))
                if edge.target is not node and (kept is None or edge.rank < kept.rank):
                    best[edge.grant.id, edge.target.id] = edge
            self._kept[key] = tuple(best.values())
        return self._kept[key]

    def _out(self, node: Node) -> Iterator[Edge]:
        for each in self.world.acts.get(node.id, ()):
            if each.source is not node:
                continue
            step = Step(
                node.shown, each.target.shown, each.grant.words, each.grant.source, each.state, each.gaps
            )
            yield Edge(node, each.target, each.grant, (step,), _rank(each.state, half=False))
        for ref, holding in self.rights.of(node):
            for target in self._at.get(holding.at, ()):
                said = self._taking(node, holding, target)
                if said.state is not Tri.NO:
                    yield self._edge(node, ref, holding, target, said)

    def _edge(self, node: Node, ref: str, holding: Holding, target: Node, said: Said) -> Edge:
        rank = _rank(said.state, half=holding.eligible or said.closed)
        return Edge(
            node,
            target,
            holding.grant,
            (*self.world.joined(node, ref), step_of(ref, node, holding, target.shown, said)),
            rank,
        )

    def _taking(self, node: Node, holding: Holding, target: Node) -> Said:
        """Whether a holding lets a node act as, or through, another."""
        thing = thing_of(target)
        found = self._by_running(node, holding, target) if target.kind == BEARER else NO
        if target.kind == IDENTITY:
            found = self._by_identity(node, holding, thing)
        if found.state is Tri.YES and not found.closed:
            return found
        power = self.rights.power(node, holding, thing)
        if power.state is Tri.YES or (power.state is Tri.UNKNOWN and found.state is Tri.NO):
            return power
        return found

    def _by_running(self, node: Node, holding: Holding, target: Node) -> Said:
        how = running(str(target.resource.attrs.get("type") or ""))
        said = self.rights.best(node, holding, how.asks, thing_of(target))
        if said.state is Tri.YES and not how.sure:
            return Said(Tri.UNKNOWN, f"{said.words}: whether that makes it act is not known")
        return said

    def _by_identity(self, node: Node, holding: Holding, thing: str) -> Said:
        direct = self.rights.best(node, holding, (FEDERATING,), thing)
        if direct.state is Tri.YES:
            return direct
        handed = self.rights.best(node, holding, (HANDING,), thing)
        if handed.state is Tri.NO:
            return direct
        made = self._makes(node)
        if made.state is Tri.NO:
            if direct.state is Tri.UNKNOWN:
                return direct
            words = f"{handed.words}, with nothing of its own to hand it to"
            return Said(handed.state, words, handed.gaps, closed=handed.state is Tri.YES)
        gaps = tuple(sorted({*handed.gaps, *made.gaps}))
        return Said(handed.state & made.state, f"{handed.words} and {made.words}", gaps)

    def _makes(self, node: Node) -> Said:
        """Whether a node has, somewhere, the right to make a resource that identities can be handed to."""
        if node.id not in self._making:
            found = NO
            for _, holding in self.rights.of(node):
                said = self.rights.best(node, holding, MAKING, holding.at)
                if said.state is Tri.YES and not holding.eligible:
                    found = said
                    break
                if said.state is not Tri.NO and found.state is Tri.NO:
                    found = Said(Tri.UNKNOWN, said.words, said.gaps)
            self._making[node.id] = found
        return self._making[node.id]


def thing_of(node: Node) -> str:
    """The id that roles are held over: of a bearer its resource; nothing of what lies in no subscription."""
    if node.kind == BEARER:
        return str(node.resource.attrs.get("resource") or "")
    managed = node.kind == IDENTITY and node.id.startswith("/subscriptions/") and _OWN not in node.id
    return node.id if managed else ""


def step_of(ref: str, node: Node, holding: Holding, target: str, said: Said) -> Step:
    """The step that a holding makes: one that has to be activated first, or is of no use yet, is closed."""
    group = ref if ref != node.ref else node.shown
    waits = f"eligible, not active: {holding.grant.words}" if holding.eligible else holding.grant.words
    state = Tri.NO if said.state is Tri.YES and (holding.eligible or said.closed) else said.state
    return Step(group, target, f"{waits} ({said.words})", holding.grant.source, state, said.gaps)


def _rank(state: Tri, *, half: bool) -> int:
    if state is Tri.UNKNOWN:
        return MAYBE
    return HALF if half else PROVEN
