"""A gap for everything that is not known: what nobody recorded a reason for must not look like nothing.

Facts tell what they could not see by its gaps alone. A document that could not be decoded, a reference
that leads nowhere and a kind that nobody asked for have none, so that one is put in their place.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from scanner.facts.crossings import pairs
from scanner.model.estate import Estate, Resource, Unlisted
from scanner.model.facts import Facts
from scanner.model.snapshot import Gap, Reason, Scope

_TARGETS = frozenset({"registry", "store"})
_PLACED = _TARGETS | {"identity", "interface", "network", "security_group", "subnet"}
"""Kinds of things that tags put in an environment."""


def explained(estate: Estate) -> Estate:
    """The same estate, in which nothing is unknown or unlisted without a gap."""
    kinds = {
        kind: tuple(_resource(item, estate) for item in items) for kind, items in estate.resources.items()
    }
    same = {
        id(old): new for kind in kinds for old, new in zip(estate.resources[kind], kinds[kind], strict=True)
    }
    return replace(
        estate,
        resources=kinds,
        by_id={key: same.get(id(item), item) for key, item in estate.by_id.items()},
        unlisted=tuple(item if item.gaps else _unlisted(item, estate) for item in estate.unlisted),
    )


def never_silent(name: str, provider: str, needs: Iterable[str], facts: Facts, estate: Estate) -> Facts:
    """The same facts of a provider, in which every blind pair has a gap that says so.

    What was not read in a boundary without a place may be of any environment that tags assign: it
    makes pairs of those blind.
    """
    kinds = {need.partition(".")[0] for need in needs} & _PLACED
    blind = {pair: gaps or (_of_pair(name, provider, pair),) for pair, gaps in facts.blind.items()}
    for source, target in pairs(estate) if estate.by_tags and facts.marks == () else ():
        pair = f"{source}->{target}"
        gaps = {
            gap
            for item in estate.unlisted
            if item.kind in kinds and estate.places.get(item.scope.boundary) is None
            if estate.by_tags & ({target} if item.kind in _TARGETS else {source, target})
            for gap in item.gaps
        }
        if gaps:
            blind[pair] = tuple(sorted({*blind.get(pair, ()), *gaps}))
    return facts if blind == facts.blind else replace(facts, blind=blind)


def _resource(resource: Resource, estate: Estate) -> Resource:
    if all(resource.unknown.values()):
        return resource
    unknown = dict(resource.unknown)
    for attr, gaps in resource.unknown.items():
        if not gaps:
            call = _call(estate, resource.kind, attr, resource.id)
            gap = Gap(resource.scope, resource.kind, call, call, Reason.FAILED, resource.id, "NotUnderstood")
            unknown[attr] = (gap,)
    return replace(resource, unknown=unknown)


def _unlisted(item: Unlisted, estate: Estate) -> Unlisted:
    call = _call(estate, item.kind)
    return replace(item, gaps=(Gap(item.scope, item.kind, call, call, Reason.UNREACHED, "", "NotAsked"),))


def _call(estate: Estate, kind: str, attr: str = "", resource: str = "") -> str:
    """The call that reads an attribute, or that lists a kind: of the resource's service, if it is told."""
    listing = estate.reads.get(kind, ())
    own = [call for call in estate.reads.get(f"{kind}.{attr}", ()) if call not in listing]
    service = ":".join(resource.split(":")[2:3])
    near = [call for call in own if call.startswith(f"{service}:")]
    return (near or own or [*listing, f"envsplit:{kind}"])[0]


def _of_pair(name: str, provider: str, pair: str) -> Gap:
    scope = Scope(provider, "", "global")
    return Gap(scope, name, f"envsplit:{name}", f"envsplit:{name}", Reason.FAILED, pair, "NotUnderstood")
