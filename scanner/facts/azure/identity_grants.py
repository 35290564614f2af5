"""What is granted in an environment, and to whom (ACC-002).

An administrator is whoever may do anything in a whole subscription or resource group, actions that no role
names included, and assign roles there. Rights that somebody could give itself are no part of it; a right that
has only to be activated is. Assignments are judged by themselves, but for those to an identity of the same
environment: there the identity is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.facts.azure.rbac.actions import Ask
from scanner.facts.azure.rbac.graph import Said
from scanner.facts.azure.rbac.holdings import Holding
from scanner.facts.azure.rbac.shared import READS, Shared, shared
from scanner.facts.azure.rbac.tables import ASSIGNING
from scanner.facts.azure.rbac.world import IDENTITY, Node, gaps_of
from scanner.facts.azure.undeclared_access import Declared
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = READS
_ANYTHING = Ask("Unheard.Of/things/anything/action")
"""An action that no role names: whoever may do it holds a wildcard over all providers."""
_WHOLE = (2, 4)
"""Steps of the id of a subscription, and of a resource group."""


def derive(estate: Estate) -> Facts:
    """Marks on identities and assignments."""
    return Facts(marks=tuple(_Scan(shared(estate)).marks()))


class _Scan:
    def __init__(self, held: Shared) -> None:
        self._held, self._world, self._estate = held, held.world, held.world.estate

    def marks(self) -> Iterator[Mark]:
        """Everything that is said of identities and assignments."""
        for item in self._estate.of(IDENTITY):
            yield from self._identity(item)
        holdings = self._world.holdings
        for held in (*holdings.by_scope.values(), *holdings.unread.values()):
            for holding in held:
                yield from self._assignment(holding)

    def _identity(self, item: Resource) -> Iterator[Mark]:
        node = self._world.nodes[item.id]
        yield Mark(item.id, "granted", True)
        yield Mark(item.id, "direct_grants", [])
        yield Mark(item.id, "break_glass", self._declared(item.environment, [node], ()))
        if item.environment is None:
            yield Mark(item.id, "administrator", False)
            return
        said = [
            (holding, self._administers(holding))
            for _, holding in self._held.graph.rights.of(node)
            if holding.resource.environment == item.environment
        ]
        sure = next((holding for holding, one in said if one.state is Tri.YES), None)
        hidden = self._hidden(node, item.environment)
        if sure is not None:
            step = Step(item.id, sure.at, sure.grant.words, sure.grant.source)
            yield Mark(item.id, "administrator", True, steps=(step,))
        elif hidden is not None or any(one.state is Tri.UNKNOWN for _, one in said):
            gaps = {gap for _, one in said for gap in one.gaps} | {*(hidden or ())}
            yield Mark(item.id, "administrator", unknown=True, gaps=tuple(sorted(gaps)))
        else:
            yield Mark(item.id, "administrator", False)

    def _hidden(self, node: Node, environment: str) -> tuple[Gap, ...] | None:
        """Why roles that an identity holds at home may be missing; ``None`` where none can be."""
        unlisted = [
            item for item in self._estate.missing("assignment") if self._may_be(item.place, environment)
        ]
        groups = list(self._estate.missing("people_group"))
        gaps = [gap for group in self._world.groups.values() for gap in group.unknown.get("members", ())]
        held = any(ref.startswith("/groups/") for ref in self._world.holdings.by_principal)
        if not node.ref:
            return tuple(node.resource.unknown.get("unique_id", ()))
        if unlisted or (held and (groups or gaps)):
            return tuple(sorted({*gaps_of(unlisted), *gaps_of(groups), *gaps}))
        return None

    def _may_be(self, place: str | None, environment: str) -> bool:
        return place in (None, environment)

    def _assignment(self, holding: Holding) -> Iterator[Mark]:
        item = holding.resource
        holder = self._world.by_ref.get(holding.principal or "")
        own = holder is not None and holder.kind == IDENTITY and holder.place == item.place
        if holding.principal is None:
            gaps = tuple(item.unknown.get("principal", ()))
            for attr in ("granted", "break_glass"):
                yield Mark(item.id, attr, unknown=True, gaps=gaps)
        else:
            nodes = [holder] if holder is not None else []
            yield Mark(item.id, "granted", not own)
            glass = self._declared(item.environment, nodes, (holding.principal, *_guid(holding.principal)))
            yield Mark(item.id, "break_glass", glass)
        said = self._administers(holding)
        if said.state is Tri.UNKNOWN:
            yield Mark(item.id, "administrator", unknown=True, gaps=said.gaps)
        else:
            step = Step(holding.principal or item.id, holding.at, holding.grant.words, holding.grant.source)
            found = said.state is Tri.YES
            yield Mark(item.id, "administrator", found, steps=(step,) if found else ())

    def _administers(self, holding: Holding) -> Said:
        if "scope" in holding.resource.unknown:
            return Said(Tri.UNKNOWN, gaps=tuple(holding.resource.unknown["scope"]))
        if len(holding.at.strip("/").split("/")) not in _WHOLE:
            return Said(Tri.NO)
        state = holding.allows(_ANYTHING) & holding.allows(ASSIGNING[0])
        return Said(state, gaps=holding.why if state is Tri.UNKNOWN else ())

    def _declared(self, environment: str | None, nodes: Iterable[Node], also: Iterable[str]) -> bool:
        """Whether an environment declares somebody, or a group by its id, under administrators."""
        found = self._estate.environments.get(environment or "")
        listed = found.settings.get("administrators") if found else None
        declared = Declared(self._estate, listed or ())
        return any(declared.covers(self._world, node) for node in nodes) or declared.names(also)


def _guid(ref: str) -> tuple[str, ...]:
    return (ref.rpartition("/")[2],)
