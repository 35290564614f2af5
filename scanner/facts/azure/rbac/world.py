"""Who can act: identities, people, resources that act as identities, and what signs in from outside.

A node is whoever acts by its own name. It goes by several references: its own and those of the groups that it
is in. Whose people are the environment file says; one whom several environments declare is of each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.azure.rbac.holdings import READS as HELD
from scanner.facts.azure.rbac.holdings import Holdings
from scanner.facts.identity.actors.repositories import Repositories
from scanner.facts.identity.humans import Humans
from scanner.facts.identity.provenance import Grant
from scanner.model.estate import Estate, Resource, Unlisted
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Scope

READS = (
    *HELD,
    "bearer.identities",
    "bearer.resource",
    "bearer.type",
    "boundary.type",
    "cluster.issuer",
    "directory_right.eligible",
    "directory_right.principal",
    "directory_right.right",
    "identity.trust",
    "identity.type",
    "identity.unique_id",
    "people_group.members",
    "person.console",
    "person.logins",
)
"""What of an estate says who can act, and as whom."""
IDENTITY, PERSON, BEARER, TOKEN = "identity", "person", "bearer", "token"
_GITHUB = "token.actions.githubusercontent.com"


@dataclass(frozen=True, eq=False, slots=True)
class Node:
    """Somebody or something that acts. ``homes`` are the environments that it is of, for certain.

    ``place`` is the one that it lies in, ``None`` of people and of what lies in none.
    """

    id: str
    kind: str
    resource: Resource
    place: str | None
    homes: tuple[str, ...]
    ref: str = ""

    @property
    def shown(self) -> str:
        """What findings call it: of a bearer, the resource."""
        return str(self.resource.attrs.get("resource") or self.id) if self.kind == BEARER else self.id


@dataclass(frozen=True, eq=False, slots=True)
class Acting:
    """One node acts as an identity, by a setting and not by a role."""

    source: Node
    target: Node
    grant: Grant
    state: Tri = Tri.YES
    gaps: tuple[Gap, ...] = ()


class World:
    """The principals of an estate, indexed once."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.holdings = Holdings(estate)
        self.nodes: dict[str, Node] = {}
        self.by_ref: dict[str, Node] = {}
        self._humans = Humans(estate)
        self.groups = {item.id: item for item in estate.of("people_group")}
        self._in: dict[str, list[Resource]] = defaultdict(list)
        for group in self.groups.values():
            for member in group.attrs.get("members") or ():
                self._in[member].append(group)
        for item in estate.of(IDENTITY):
            self._add_identity(item)
        for item in estate.of(PERSON):
            self._add_person(item)
        for item in estate.of(BEARER):
            self._note(Node(item.id, BEARER, item, item.place, _env(item)))
        self.acting = tuple(self._settings())
        self.acts: dict[str, list[Acting]] = defaultdict(list)
        for each in self.acting:
            self.acts[each.source.id].append(each)

    def _note(self, node: Node) -> None:
        self.nodes[node.id] = node
        if node.ref:
            self.by_ref[node.ref] = node

    def _add_identity(self, item: Resource) -> None:
        unique = item.attrs.get("unique_id")
        self._note(
            Node(
                item.id,
                IDENTITY,
                item,
                item.place,
                _env(item),
                f"/serviceprincipals/{unique}" if unique else "",
            )
        )

    def _add_person(self, item: Resource) -> None:
        if item.attrs.get("console") is False:
            return
        homes = tuple(
            name
            for name, environment in sorted(self.estate.environments.items())
            if self._humans.declared(
                item, environment.settings.get("people") or (), self._known_groups(item.id)
            )
        )
        self._note(Node(item.id, PERSON, item, None, homes, item.id))

    def _known_groups(self, ref: str) -> Iterator[str]:
        for group in self._in.get(ref, ()):
            yield group.id
            yield group.id.rpartition("/")[2]

    def refs(self, node: Node) -> tuple[str, ...]:
        """What a node goes by: its own reference, and those of the groups that it is in."""
        return (node.ref, *(group.id for group in self._in.get(node.ref, ()))) if node.ref else ()

    def names(self, node: Node) -> tuple[str, ...]:
        """Everything that a declaration may call it."""
        own = (node.id, node.ref, node.ref.rpartition("/")[2])
        return tuple(
            filter(None, (*own, *(node.resource.attrs.get("logins") or ()), *self._known_groups(node.ref)))
        )

    def joined(self, node: Node, ref: str) -> tuple[Step, ...]:
        """How a node comes to go by a reference: by its being in a group, or by itself."""
        group = self.groups.get(ref)
        if group is None or ref == node.ref:
            return ()
        return (Step(node.shown, group.id, f"is in group {group.name}", group.where("members")),)

    def of(self, home: str) -> tuple[Node, ...]:
        """Everybody of an environment, sorted."""
        return tuple(node for _, node in sorted(self.nodes.items()) if home in node.homes)

    def missing(self, *kinds: str) -> Iterator[Unlisted]:
        """Where some kinds could not be listed."""
        for kind in kinds:
            yield from self.estate.missing(kind)

    def _settings(self) -> Iterator[Acting]:
        """Whatever acts as an identity without holding a role over it."""
        repositories = Repositories(self.estate)
        clusters = {
            str(item.attrs["issuer"]).rstrip("/"): item
            for item in self.estate.of("cluster")
            if item.attrs.get("issuer")
        }
        for item in self.estate.of(BEARER):
            for identity in item.attrs.get("identities") or ():
                target = self.nodes.get(identity)
                if target is not None:
                    grant = Grant(
                        f"{item.attrs['resource']}#{identity}",
                        "acts as its identity",
                        item.where("identities"),
                    )
                    yield Acting(self.nodes[item.id], target, grant)
        for item in self.estate.of(IDENTITY):
            trust = item.attrs.get("trust") or {}
            for owner in trust.get("owners") or ():
                source = self.by_ref.get(f"/users/{owner}") or self.by_ref.get(f"/serviceprincipals/{owner}")
                if source is not None:
                    grant = Grant(
                        f"{item.id}/owners/{owner}",
                        "owns it, and adds credentials to it",
                        item.where("trust"),
                    )
                    yield Acting(source, self.nodes[item.id], grant)
            for entry in trust.get("federated") or ():
                yield from self._federated(item, entry, repositories, clusters)

    def _federated(
        self, item: Resource, entry: dict[str, str], repositories: Repositories, clusters: dict[str, Resource]
    ) -> Iterator[Acting]:
        """Runs of a CI service and pods of a cluster that a federated credential lets in.

        https://learn.microsoft.com/entra/workload-id/workload-identity-federation
        """
        issuer = issuer_of(entry)
        subject = entry.get("subject")
        grant = Grant(
            f"{item.id}/federatedidentitycredentials/{entry.get('name')}",
            f"federated credential {entry.get('name')} for {subject or 'subjects that an expression tells'}",
            item.where("trust"),
        )
        target = self.nodes[item.id]
        if issuer == _GITHUB or issuer.startswith(f"{_GITHUB}/"):
            for owner in repositories.owners:
                state = repositories.whose(owner, subject) if subject else Tri.UNKNOWN
                if state is not Tri.NO:
                    yield Acting(
                        self._token(f"{issuer}:{subject}", owner.name, "github"), target, grant, state
                    )
        elif issuer in clusters:
            cluster = clusters[issuer]
            yield Acting(self._token(f"{cluster.id}#{subject}", cluster.environment, "azure"), target, grant)

    def _token(self, name: str, home: str | None, provider: str) -> Node:
        """Whatever signs in with a token of an issuer's, of one environment."""
        key = f"{name} of {home}"
        if key not in self.nodes:
            resource = Resource(name, TOKEN, name, Scope(provider, name, "global"), {})
            self.nodes[key] = Node(name, TOKEN, resource, home, (home,) if home else ())
        return self.nodes[key]


def issuer_of(entry: dict[str, str]) -> str:
    """The issuer of a federated credential, without its scheme."""
    return str(entry.get("issuer") or "").removeprefix("https://").rstrip("/")


def from_elsewhere(issuer: str) -> bool:
    """Whether an issuer is no CI service whose runs are told by repository: a cluster's, perhaps."""
    return not issuer.startswith(_GITHUB)


def gaps_of(items: Iterable[Unlisted]) -> tuple[Gap, ...]:
    """The gaps of some scopes, sorted."""
    return tuple(sorted({gap for item in items for gap in item.gaps}))


def _env(item: Resource) -> tuple[str, ...]:
    return (item.environment,) if item.environment else ()
