"""Who uses what holds data: storage accounts, secrets and keys of vaults, registries.

By actions on data, by keys of the thing itself where they open it, by access policies of a vault where these
decide, and by changing the thing. What is alike (type, place, settings, and where something is assigned above
it) is decided once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.facts.azure.rbac.graph import HALF, MAYBE, PROVEN, Graph, Said, step_of
from scanner.facts.azure.rbac.holdings import Holding
from scanner.facts.azure.rbac.tables import LEVELS, TARGETS, Level
from scanner.facts.azure.rbac.world import Node
from scanner.facts.identity.provenance import Grant
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri

KINDS = ("store", "registry", "key", "secret")
READS = (
    "key.policy",
    "key.type",
    "registry.access_keys",
    "registry.anonymous",
    "registry.type",
    "secret.policy",
    "secret.type",
    "store.access_keys",
    "store.public_access",
    "store.type",
)
"""What of an estate says how things that hold data are opened, roles aside."""


@dataclass(frozen=True, eq=False, slots=True)
class Stores:
    """Things that are alike, at least one."""

    items: tuple[Resource, ...]
    levels: Mapping[str, Level]

    @property
    def first(self) -> Resource:
        """The one that stands for all."""
        return self.items[0]

    @property
    def ids(self) -> tuple[str, ...]:
        """Their ids, sorted."""
        return tuple(item.id for item in self.items)


@dataclass(frozen=True, eq=False, slots=True)
class Use:
    """What a node may do with some stores, by one grant; ``rank`` as of an edge."""

    node: Node
    stores: Stores
    level: str
    grant: Grant
    steps: tuple[Step, ...]
    rank: int


class Uses:
    """Uses by every node, worked out when first asked for."""

    def __init__(self, graph: Graph) -> None:
        self.graph, self._rights = graph, graph.rights
        holdings = graph.world.holdings
        classes: dict[tuple[Any, ...], list[Resource]] = defaultdict(list)
        self.unjudged: list[Resource] = []
        """Things of types that no table here tells of: who uses them is not known."""
        for kind in KINDS:
            for item in graph.world.estate.of(kind):
                if str(item.attrs.get("type")) in TARGETS:
                    classes[self._key(item)].append(item)
                else:
                    self.unjudged.append(item)
        self.all = tuple(
            Stores(tuple(items), TARGETS[str(items[0].attrs["type"])]) for items in classes.values()
        )
        self._at: dict[str, list[Stores]] = defaultdict(list)
        self._opened: dict[str, list[tuple[Stores, frozenset[str]]]] = defaultdict(list)
        for stores in self.all:
            for scope in holdings.relevant(stores.first.id):
                self._at[scope].append(stores)
            for entry in (stores.first.attrs.get("policy") or {}).get("accessPolicies", ()):
                self._opened[str(entry["objectId"])].append((stores, _words(entry["permissions"])))
        self._kept: dict[str, tuple[Use, ...]] = {}

    def _key(self, item: Resource) -> tuple[Any, ...]:
        holdings = self.graph.world.holdings
        scopes = holdings.relevant(item.id)
        own = any(f"{scope}/".startswith(f"{item.id.lower()}/") for scope in scopes)
        alone = own or item.attrs.get("policy") is not None or holdings.may_be_denied(item.id)
        return (
            item.id if alone else "",
            item.kind,
            item.attrs["type"],
            item.place,
            item.scope.boundary,
            scopes,
            item.attrs.get("access_keys", "unknown"),
            "policy" in item.unknown,
            tuple(item.unknown.get("assigned_by", ())),
        )

    def of(self, node: Node) -> tuple[Use, ...]:
        """What a node uses: for each store, level and grant the surest way."""
        if node.id not in self._kept:
            best: dict[tuple[int, str, str], Use] = {}
            for use in self._of(node):
                key = (id(use.stores), use.level, use.grant.id)
                if key not in best or use.rank < best[key].rank:
                    best[key] = use
            self._kept[node.id] = tuple(best.values())
        return self._kept[node.id]

    def _of(self, node: Node) -> Iterator[Use]:
        for ref, holding in self._rights.of(node):
            for stores in self._at.get(holding.at, ()):
                for level in LEVELS:
                    said = self.allowed(node, holding, stores, level)
                    if said.state is not Tri.NO:
                        step = step_of(ref, node, holding, stores.first.id, said)
                        steps = (*self.graph.world.joined(node, ref), step)
                        rank = MAYBE if said.state is Tri.UNKNOWN else HALF if holding.eligible else PROVEN
                        yield Use(node, stores, level, holding.grant, steps, rank)
        yield from self._by_policy(node)

    def allowed(self, node: Node, holding: Holding, stores: Stores, level: str) -> Said:
        """Whether a holding gives a level of access to some stores."""
        first, how = stores.first, stores.levels[level]
        found: list[Said] = []
        decided_by_roles = first.attrs.get("policy") is None
        asks = tuple(ask for ask in how.asks if decided_by_roles or not ask.data)
        said = self._rights.best(node, holding, asks, first.id)
        if "policy" in first.unknown and said.state is Tri.YES:
            sure = self._rights.best(node, holding, tuple(ask for ask in asks if not ask.data), first.id)
            gaps = tuple(first.unknown["policy"])
            said = sure if sure.state is Tri.YES else Said(Tri.UNKNOWN, said.words, gaps)
        found.append(said)
        if how.keys and first.attrs.get("access_keys", True) is True:
            handed = self._rights.best(node, holding, how.keys, first.id)
            if handed.state is Tri.YES and "access_keys" in first.unknown:
                handed = Said(Tri.UNKNOWN, handed.words, tuple(first.unknown["access_keys"]))
            found.append(handed)
        # Whoever changes the thing is told so, and needs no such way.
        changes = stores.levels["admin"].asks
        if how.maybe and self._rights.best(node, holding, changes, first.id).state is not Tri.YES:
            perhaps = self._rights.best(node, holding, how.maybe, first.id)
            if perhaps.state is not Tri.NO:
                found.append(Said(Tri.UNKNOWN, perhaps.words, perhaps.gaps))
        found.append(self._rights.power(node, holding, first.id))
        yes = next((each for each in found if each.state is Tri.YES), None)
        return yes or next((each for each in found if each.state is Tri.UNKNOWN), found[0])

    def _by_policy(self, node: Node) -> Iterator[Use]:
        """https://learn.microsoft.com/azure/key-vault/general/assign-access-policy."""
        for ref in self._rights.refs(node):
            for stores, words in self._opened.get(ref.rpartition("/")[2], ()):
                for level in LEVELS:
                    given = sorted(words & stores.levels[level].policy)
                    if given:
                        first = stores.first
                        vault = first.id.lower().rsplit("/", 2)[0]
                        said = f"access policy of the vault ({given[0]})"
                        grant = Grant(
                            f"{vault}/accesspolicies/{ref.rpartition('/')[2]}", said, first.where("policy")
                        )
                        source = ref if ref != node.ref else node.shown
                        step = Step(source, first.id, said, grant.source)
                        yield Use(
                            node,
                            stores,
                            level,
                            grant,
                            (*self.graph.world.joined(node, ref), step),
                            PROVEN,
                        )


def public(item: Resource) -> tuple[Tri, str]:
    """Whether everybody may read a thing, and what says so."""
    attr = {"store": "public_access", "registry": "anonymous"}.get(item.kind)
    if attr is None:
        return Tri.NO, ""
    if attr in item.unknown:
        return Tri.UNKNOWN, attr
    return Tri.of(item.attrs.get(attr) in ("public", True)), attr


def _words(permissions: Mapping[str, Any]) -> frozenset[str]:
    """``secrets/get`` and the like, in lower case."""
    return frozenset(f"{sort}/{word}".lower() for sort, words in permissions.items() for word in words or ())
