"""Which kinds could not be listed where: no resources seen is not "there are none"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.estate.normaliser import Normaliser
from scanner.estate.world import ABOVE, EVERY_KIND, GLOBAL, TENANT, World
from scanner.model.snapshot import Gap, Scope

Missing = dict[tuple[str, Scope], tuple[Gap, ...]]
"""(kind, scope) -> the gaps that hide it there."""

_BOUNDARY = "boundary"
_OF_TENANT = "tenant."


def unlisted(world: World, normalisers: Iterable[Normaliser]) -> Missing:
    """Every kind that a gap hides in a scope, that a boundary never told of, or that nobody asked for."""
    normalisers = tuple(normalisers)
    found: dict[tuple[str, Scope], set[Gap]] = defaultdict(set)
    by_call: dict[str, list[Normaliser]] = defaultdict(list)
    for normaliser in normalisers:
        for call in set(normaliser.listing()):
            by_call[call].append(normaliser)
    calls_missed = {(gap.scope, gap.call) for gap in world.gaps}
    for gap in world.gaps:
        for kind in _hidden_by(gap, world, normalisers, by_call, calls_missed):
            found[kind, gap.scope].add(gap)
    told = {gap.scope.boundary for gap in world.gaps}
    for boundary in world.asked - world.answered - told:
        for kind in _all_kinds(world, normalisers, GLOBAL):
            found[kind, Scope(world.provider, boundary, GLOBAL)] = set()
    hidden = {(kind, scope.boundary) for kind, scope in found}
    for kind, boundary in _never_asked_for(world, normalisers) - hidden:
        found[kind, Scope(world.provider, boundary, GLOBAL)] = set()
    for kind in _of_no_tenant(world, normalisers):
        found[kind, Scope(world.provider, TENANT, GLOBAL)] = set()
    return {key: tuple(sorted(gaps)) for key, gaps in sorted(found.items())}


def _of_no_tenant(world: World, normalisers: tuple[Normaliser, ...]) -> set[str]:
    """What lies in tenants, where no tenant was asked for it: a collection for a few rules left it out."""
    missed = {gap.call for gap in world.gaps}
    return {
        each.kind
        for each in normalisers
        if each.native.startswith(_OF_TENANT) and each.native not in world.told
        if world.answered and not missed.intersection(each.listing())
    }


def _hidden_by(
    gap: Gap,
    world: World,
    normalisers: tuple[Normaliser, ...],
    by_call: dict[str, list[Normaliser]],
    missed: set[tuple[Scope, str]],
) -> set[str]:
    if gap.kind == EVERY_KIND:
        return _all_kinds(world, normalisers, gap.scope.region)
    return {
        normaliser.kind
        for normaliser in by_call.get(gap.call, ())
        if gap.resource == "" or gap.kind == normaliser.native
        for group in normaliser.listed
        if gap.call in group and all((gap.scope, call) in missed for call in group)
    }


def _never_asked_for(world: World, normalisers: tuple[Normaliser, ...]) -> set[tuple[str, str]]:
    """What a collection for a few rules left out, and where; an organization is left out on purpose."""
    inside = [each for each in normalisers if each.listed and not each.native.startswith(ABOVE)]
    return {
        (each.kind, boundary)
        for boundary in world.answered
        for each in inside
        if not (world.asked_for(each.listed[0]) and world.listed(boundary, each.native))
    }


def _all_kinds(world: World, normalisers: tuple[Normaliser, ...], region: str) -> set[str]:
    """What may lie in a scope of which nothing was read.

    Every boundary that is asked for is a resource all the same. Its organization is read elsewhere,
    if it is: what hangs in that is hidden only where no other scope gave any of it.
    """
    above = [each.native for each in normalisers if each.native.startswith(ABOVE)]
    told = {native.partition(".")[0] for native in above if native in world.told}
    inside = (
        each
        for each in normalisers
        if (region == GLOBAL or each.regional)
        and not (each.native in above and each.native.partition(".")[0] in told)
    )
    return {each.kind for each in inside} - {_BOUNDARY}
