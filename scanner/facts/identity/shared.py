"""The world and the graph of an estate, made once for all facts that read them."""

from __future__ import annotations

import weakref
from functools import cached_property

from scanner.facts.identity.access import Access
from scanner.facts.identity.actors import READS as ACTING
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.paths import Paths
from scanner.facts.identity.upstream import Upstream
from scanner.facts.identity.world import READS, World
from scanner.model.estate import Estate

PATHS = (
    *READS,
    "identity.instance_profiles",
    "instance.profile",
    "pipeline.identity",
    "pipeline.type",
    "policy.versions",
    "workload.identity",
    "workload.type",
    *ACTING,
)
"""What of an estate every fact about ways between identities reads."""

STORES = ("access_point", "key", "registry", "secret", "store")
"""Kinds of what holds data, or opens it."""

USES = (
    "access_point.network_origin",
    "access_point.policy",
    "access_point.public_access",
    "access_point.store",
    "key.grants",
    "key.manager",
    "key.policy",
    "registry.policy",
    "registry.registry_policy",
    "secret.key",
    "secret.policy",
    "secret.secure",
    "store.acl_grantees",
    "store.encryption",
    "store.key",
    "store.policy",
    "store.public_access",
    "store.region",
)
"""What of an estate every fact about who uses these reads, besides `PATHS` or what ways it follows reads."""


class Shared:
    """What is derived of one estate; each part is made when it is first asked for."""

    def __init__(self, estate: Estate) -> None:
        self.world = World(estate)

    @cached_property
    def paths(self) -> Paths:
        """Ways out of environments, by whatever makes one identity another."""
        return Paths(Graph(self.world))

    @cached_property
    def upstream(self) -> Upstream:
        """The graph backwards."""
        return Upstream(self.paths.graph)

    @cached_property
    def access(self) -> Access:
        """Who uses which store, registry, key or secret."""
        return Access(self.world, STORES)

    @cached_property
    def assuming(self) -> Graph:
        """The graph in which roles are assumed and no identity is taken over."""
        return Graph(self.world, become=False)


_LAST: list[tuple[weakref.ref[Estate], Shared]] = []


def shared(estate: Estate) -> Shared:
    """What was derived of this very estate before, or a new one."""
    for reference, held in _LAST:
        if reference() is estate:
            return held
    made = Shared(estate)
    _LAST[:] = [(weakref.ref(estate, lambda _: _LAST.clear() if _LAST else None), made)]
    return made
