"""What was not read and may hide a way between environments, for the pairs that it may matter to.

Rights in Azure hang on what they are over: where the assignments of an environment were not read, anybody may
hold some there. Else only those count of whom it is not known who they are, or who can act as them. A right
over the directory may lead anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from scanner.facts.azure.rbac.graph import PROVEN
from scanner.facts.azure.rbac.paths import Paths, Reached
from scanner.facts.azure.rbac.stores import KINDS, Stores, Use
from scanner.facts.azure.rbac.world import (
    BEARER,
    IDENTITY,
    PERSON,
    TOKEN,
    Node,
    from_elsewhere,
    gaps_of,
    issuer_of,
)
from scanner.model.estate import Resource, Unlisted
from scanner.model.snapshot import Gap, Reason, Scope

_USERS, _PRINCIPALS = "/users/", "/serviceprincipals/"
Blind = dict[str, set[Gap]]


class Hidden:
    """The gaps that may hide ways: to ``identities``, to ``stores``, or mere ``bindings`` of roles."""

    def __init__(self, paths: Paths, *, what: str) -> None:
        self._paths, self._world = paths, paths.world
        self._stores, self._bindings = what == "stores", what == "bindings"
        self._leads: dict[str, frozenset[str]] = {}
        self._touched: dict[str, set[str]] = {}
        self._homes = sorted(paths.world.estate.environments)
        self._inner: dict[str, set[str]] = defaultdict(set)
        for boundary, place in paths.world.estate.places.items():
            if place in paths.world.estate.environments:
                self._inner[boundary.partition("/")[0]].add(str(place))

    def blind(self, wanted: set[tuple[str, str]]) -> dict[str, tuple[Gap, ...]]:
        """Pair -> gaps, of the pairs that are asked about."""
        found: Blind = defaultdict(set)
        for home, place, gaps in self._all():
            if (home, place) in wanted:
                found[f"{home}->{place}"].update(gaps)
        return {pair: tuple(sorted(gaps)) for pair, gaps in sorted(found.items())}

    def users(
        self, stores: Stores, uses: Iterable[Use], wanted: Callable[[Node], bool]
    ) -> tuple[Gap, ...] | None:
        """Why one of the ``wanted`` may be missing among who uses a thing; ``None`` where none can be."""
        estate = self._world.estate
        found = [tuple(gaps) for gaps in self._unassigned(stores, uses)]
        strangers = {
            node.id: (node, gaps)
            for home in self._homes
            for node, gaps in self._strangers(home, everybody=True)
        }
        for node, gaps in (*self._open_groups(), *self._open_trusts(), *strangers.values()):
            if any(
                use.stores is stores
                for item in self._paths.reached(node, "")
                for use in self._paths.uses.of(item.node)
            ):
                found.append(gaps)
        rights = self._paths.rights
        found += [gaps for gaps in (rights.anybody,) if gaps]
        found += [
            gaps for _, gaps in rights.held(lambda node: node.kind in (IDENTITY, PERSON) and wanted(node))
        ]
        handed = any(use.node.kind == IDENTITY for use in uses)
        found += [item.gaps for item in estate.missing(BEARER) if handed]
        return tuple(sorted({gap for gaps in found for gap in gaps})) if found else None

    def _unassigned(self, stores: Stores, uses: Iterable[Use]) -> Iterator[tuple[Gap, ...]]:
        """Assignments that were not read: over a thing, or over whoever uses it."""
        over = {stores.first.scope.boundary, *(use.node.resource.scope.boundary for use in uses)}
        for missing in self._world.estate.missing("assignment"):
            if missing.scope.boundary in over:
                yield missing.gaps
        for subscription in over:
            for holding in self._world.holdings.unread.get(subscription, ()):
                yield tuple(holding.resource.unknown.get("principal", ()))

    def _all(self) -> Iterator[tuple[str, str, tuple[Gap, ...]]]:
        for place, gaps in self._to_anybody():
            for home in self._homes:
                yield home, place, gaps
        for home in self._homes:
            for place, gaps in self._from(home):
                yield home, place, gaps
        if not self._bindings:
            yield from self._of_directory()

    def _of_directory(self) -> Iterator[tuple[str, str, tuple[Gap, ...]]]:
        """Pairs that a right over the directory may lie behind: who can become anybody, and where to."""
        rights, places = self._paths.rights, {place for each in self._inner.values() for place in each}
        for place in sorted(places):
            if rights.anybody:
                for home in self._homes:
                    yield home, place, rights.anybody
            for node, gaps in rights.held(lambda node: bool(node.homes)):
                for home in node.homes:
                    if place not in node.homes:
                        yield home, place, gaps

    def _to_anybody(self) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        """Environments that anybody may have a way into, whoever they are."""
        estate, holdings = self._world.estate, self._world.holdings
        for missing in estate.missing("assignment"):
            for place in self._behind(missing):
                yield place, missing.gaps
        for items in holdings.unread.values():
            for holding in items:
                gaps = tuple(holding.resource.unknown.get("principal", ()))
                for place in estate.places_of(holding.resource) or self._inside(
                    holding.resource.scope.boundary
                ):
                    yield place, gaps
        trusts = () if self._bindings else self._open_trusts()
        for node, gaps in (*self._open_groups(), *trusts):
            for place in self._leading(node):
                yield place, gaps

    def _from(self, home: str) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        """Environments that something of one, which was not read, may have a way into."""
        for node, gaps in self._strangers(home):
            for place in self._leading(node):
                yield place, gaps
        for missing in self._world.missing(BEARER):
            if home in self._places(missing) and not self._bindings:
                for place in self._handed():
                    yield place, missing.gaps
        for node in self._world.nodes.values():
            if "assigned_by" in node.resource.unknown and home in self._world.estate.places_of(node.resource):
                for place in self._leading(node):
                    yield place, tuple(node.resource.unknown["assigned_by"])
        if not self._bindings:
            yield from self._targets(home)

    def _targets(self, home: str) -> Iterator[tuple[str, tuple[Gap, ...]]]:
        """What was not listed where somebody of an environment holds something; stores may be anybody's.

        A container may be public, and a vault's own policy names whom it likes: no role is held there.
        """
        touched = self._touches(home)
        for missing in self._world.missing(*(KINDS if self._stores else (IDENTITY, BEARER))):
            if self._stores or missing.scope.boundary in touched:
                for place in self._places(missing):
                    yield place, missing.gaps
        for item in self._paths.uses.unjudged if self._stores else ():
            if item.scope.boundary in touched:
                gap = Gap(
                    item.scope, item.kind, "envsplit:levels", "envsplit:levels", Reason.UNSUPPORTED, item.id
                )
                for place in self._world.estate.places_of(item):
                    yield place, (replace(gap, detail="NotUnderstood"),)
        for stores in self._paths.uses.all if self._stores else ():
            first = stores.first
            if "assigned_by" in first.unknown and first.scope.boundary in touched:
                for place in self._world.estate.places_of(first):
                    yield place, tuple(first.unknown["assigned_by"])

    def _open_groups(self) -> Iterator[tuple[Node, tuple[Gap, ...]]]:
        """Groups that hold something, and of which it is not known who is in them."""
        missing = gaps_of(self._world.estate.missing("people_group"))
        for ref in self._world.holdings.by_principal:
            if ref.startswith("/groups/"):
                group = self._world.groups.get(ref)
                if group is None:
                    yield _stranger(ref), missing or (_unheard(ref),)
                elif "members" in group.unknown:
                    yield _stranger(ref), tuple(group.unknown["members"])

    def _open_trusts(self) -> Iterator[tuple[Node, tuple[Gap, ...]]]:
        """Identities of which it is not known who can act as them."""
        clusters = gaps_of(self._world.estate.missing("cluster"))
        known = {str(item.attrs.get("issuer")).rstrip("/") for item in self._world.estate.of("cluster")}
        for node in self._world.nodes.values():
            if node.kind != IDENTITY:
                continue
            if "trust" in node.resource.unknown:
                yield node, tuple(node.resource.unknown["trust"])
            for entry in (node.resource.attrs.get("trust") or {}).get("federated") or ():
                issuer = issuer_of(entry)
                if clusters and from_elsewhere(issuer) and issuer not in known:
                    yield node, clusters

    def _strangers(self, home: str, *, everybody: bool = False) -> Iterator[tuple[Node, tuple[Gap, ...]]]:
        """Holders that no listing told of, if one that failed may have been of an environment.

        ``everybody``: people count whether or not the environment declares any.
        """
        world = self._world
        unseen = gaps_of(
            item
            for item in world.missing(IDENTITY, BEARER)
            if home in self._places(item) or not world.estate.places.get(item.scope.boundary)
        )
        people = gaps_of(world.estate.missing(PERSON))
        declares = everybody or bool(world.estate.environments[home].settings.get("people"))
        for ref in world.holdings.by_principal:
            if ref in world.by_ref:
                continue
            if ref.startswith(_PRINCIPALS) and unseen:
                yield _stranger(ref), unseen
            if ref.startswith(_USERS) and people and declares:
                yield _stranger(ref), people

    def _leading(self, node: Node) -> frozenset[str]:
        """The environments that a node, or whoever it can become, has a way into; its own included."""
        if node.id not in self._leads:
            found: set[str | None] = set()
            for item in (Reached(node, (), PROVEN),) if self._bindings else self._paths.reached(node, ""):
                if self._bindings:
                    for _, holding in self._paths.graph.rights.of(item.node):
                        found |= self._inside(holding.at.split("/")[2])
                elif self._stores:
                    found |= {use.stores.first.place for use in self._paths.uses.of(item.node)}
                elif item.node.kind == IDENTITY:
                    found.add(item.node.place)
            self._leads[node.id] = frozenset(place for place in found if place in self._homes)
        return self._leads[node.id]

    def _behind(self, missing: Unlisted) -> set[str]:
        """The environments that unread assignments of a scope may lead into: its own, and those behind."""
        found = self._places(missing) | self._inside(missing.scope.boundary)
        for node in self._world.nodes.values():
            if node.resource.scope.boundary == missing.scope.boundary:
                found |= self._leading(node)
        return found

    def _places(self, missing: Unlisted) -> set[str]:
        """The environments that a scope is of: also those of its resource groups."""
        own = set(self._world.estate.places_of(missing))
        return (own | self._inside(missing.scope.boundary)) & {*self._homes}

    def _inside(self, boundary: str) -> set[str]:
        """The environments that a subscription or its resource groups are of."""
        return self._inner.get(boundary, set())

    def _handed(self) -> set[str]:
        """The environments that have, or lie behind, identities that can be handed to a resource."""
        found: set[str] = set()
        for node in self._world.nodes.values():
            if node.kind == IDENTITY and node.id.startswith("/subscriptions/"):
                found |= self._leading(node)
        return found

    def _touches(self, home: str) -> set[str]:
        """The subscriptions in which somebody of an environment, or whom they can become, holds anything."""
        if home not in self._touched:
            rights, found = self._paths.graph.rights, set[str]()
            seen: set[str] = set()
            for node in self._world.of(home):
                for item in self._paths.reached(node, ""):
                    if item.node.id not in seen:
                        seen.add(item.node.id)
                        found |= {holding.at.split("/")[2] for _, holding in rights.of(item.node)}
            for node, _ in self._strangers(home):
                found |= {holding.at.split("/")[2] for _, holding in rights.of(node)}
            self._touched[home] = found
        return self._touched[home]


def _stranger(ref: str) -> Node:
    resource = Resource(ref, TOKEN, ref, Scope("azure", "", "global"), {})
    return Node(f"?{ref}", TOKEN, resource, None, (), ref)


def _unheard(ref: str) -> Gap:
    """A group that holds something and that no listing tells of: of another tenant, or not for security."""
    call = "tenant:Groups"
    return Gap(Scope("azure", "", "global"), "tenant.group", call, call, Reason.FAILED, ref, "NotInAnswer")
