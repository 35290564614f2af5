"""Whoever has a right over the directory itself may become anybody there, and how is not followed.

A Global Administrator elevates itself, an Application Administrator adds credentials to what signs in, others
change who is in a group. So a right that is not known to be harmless leaves open what its holder, and whoever
can become the holder, has a way to.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from functools import cached_property
from pathlib import Path

from scanner.facts.azure.rbac.graph import PROVEN
from scanner.facts.azure.rbac.upstream import Upstream
from scanner.facts.azure.rbac.world import BEARER, IDENTITY, PERSON, Node, World, gaps_of
from scanner.model.estate import Resource
from scanner.model.snapshot import Gap, Reason

_TABLE = tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8"))
HARMLESS = frozenset(_TABLE["harmless"])
_SORTS = ("/users/", "/serviceprincipals/", "/groups/")
_CALLS = {
    "directoryroles": ("tenant.directoryrole", "tenant:DirectoryRoles", "RoleManagement.Read.Directory"),
    "eligibledirectoryroles": (
        "tenant.eligibledirectoryrole",
        "tenant:EligibleDirectoryRoles",
        "RoleManagement.Read.Directory",
    ),
    "graphpermissions": ("tenant.graphpermission", "tenant:GraphPermissions", "Application.Read.All"),
}
"""First step of an id -> kind, call and permission."""


class DirectoryRights:
    """The rights of an estate's directories that are not known to be harmless, and who has them."""

    def __init__(self, world: World, upstream: Upstream) -> None:
        self._world, self._upstream = world, upstream
        self._items = tuple(
            item for item in world.estate.of("directory_right") if item.attrs.get("right") not in HARMLESS
        )

    @cached_property
    def anybody(self) -> tuple[Gap, ...]:
        """Why anybody at all may have one: listings that were not read, and holders of whom too little is."""
        world = self._world
        found = set(gaps_of(world.missing("directory_right")))
        missing = gaps_of(world.missing(PERSON, IDENTITY, BEARER, "people_group"))
        nameless = any(node.kind == IDENTITY and not node.ref for node in world.nodes.values())
        for item in self._items:
            if "principal" in item.unknown:
                found |= {_gap(item), *item.unknown["principal"]}
                continue
            refs = _refs(item)
            group = next((world.groups[ref] for ref in refs if ref in world.groups), None)
            if group is not None and "members" in group.unknown:
                found |= {_gap(item), *group.unknown["members"]}
            elif group is None and not any(ref in world.by_ref for ref in refs) and (missing or nameless):
                found |= {_gap(item), *missing}
        return tuple(sorted(found))

    def held(self, wanted: Callable[[Node], bool]) -> Iterator[tuple[Node, tuple[Gap, ...]]]:
        """Those of some nodes that have one, or can become who has, each with what is not followed."""
        for node, gaps in self._holders:
            if wanted(node):
                yield node, gaps

    @cached_property
    def _holders(self) -> tuple[tuple[Node, tuple[Gap, ...]], ...]:
        """Everybody who can become somebody with such a right."""
        direct: dict[str, tuple[Node, tuple[Gap, ...]]] = {}
        by_ref: dict[str, list[Gap]] = {}
        for item in self._items:
            if "principal" not in item.unknown:
                for ref in _refs(item):
                    by_ref.setdefault(ref, []).append(_gap(item))
        for node in list(self._world.nodes.values()) if by_ref else ():
            gaps = {gap for ref in self._world.refs(node) for gap in by_ref.get(ref, ())}
            if gaps:
                direct[node.id] = node, tuple(sorted(gaps))
        if not direct:
            return ()
        found = self._upstream.of((node, PROVEN) for node, _ in direct.values())
        return tuple((climb.node, direct[aim.id][1]) for aim, climb in found.values())


def _refs(item: Resource) -> tuple[str, ...]:
    """What the holder of a right may go by; which sort it is of is not said."""
    return tuple(f"{sort}{item.attrs['principal']}" for sort in _SORTS)


def _gap(item: Resource) -> Gap:
    """That it is not followed what a right leads to."""
    kind, call, permission = _CALLS[item.id.split("/")[1]]
    right = str(item.attrs.get("right") or "")
    shown = _TABLE["names"].get(right, right)
    return Gap(item.scope, kind, call, permission, Reason.UNSUPPORTED, item.id, f"NotFollowed: {shown}")
