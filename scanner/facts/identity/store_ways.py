"""Uses as ways: what a witness tells of a use, and what closes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace

from scanner.facts.crossings import names
from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.bundles import Leaving, Way
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.stores import Store
from scanner.facts.identity.supports import upholding
from scanner.facts.identity.witness import border, hop
from scanner.facts.identity.world import Group
from scanner.model.estate import Flow
from scanner.model.facts import Step
from scanner.model.logic import Tri


def held(group: Group, members: list[Caller], use: Use) -> Way:
    """A use by members of one class, who hold the grant for it under one name."""
    first = members[0]
    return Way(
        first.place or "",
        use.store.place or "",
        border(first, use.target, use.decision),
        tuple(member.arn for member in members),
        use.store.id,
        (use.level,),
        use.decision.state,
        lambda: tuple(told(first, use)),
        Leaving(tuple(members), group),
        latent=use.held,
        alike=tuple(store.id for store in use.stores),
    )


def of_member(use: Use, store: Store) -> Use:
    """A use as one store of those that are alike has it: with its own policies, and its own key."""
    if store is use.store:
        return use
    place = next(number for number, ask in enumerate(use.store.asks) if ask[2] is use.target)
    key, seal = use.key, store.seal
    if key is not None and key.target is not None and seal is not None:
        key = replace(key, target=seal.target)
    return replace(use, stores=(store,), target=store.asks[place][2], key=key)


def agreed(access: Access, caller: Caller, use: Use, side: str) -> set[str]:
    """Every grant by which one side agrees to a level of access, whatever action gives it."""
    asks = (ask for ask in use.store.asks if ask[0] == use.level)
    return {
        name for _, action, aim in asks for name in upholding(access.world, caller, action, aim, side=side)
    }


def told(caller: Caller, use: Use) -> list[Step]:
    """The steps of a use: both sides of the store, then what the key of its content says."""
    found = hop(caller, use.store.id, use.target, use.decision)
    key, seal = use.key, use.store.seal
    if key is None or seal is None:
        return found
    if key.target is None or key.decision is None:
        words = "the provider's own key, under which its content is, serves its own account alone"
        return [*found, Step(caller.arn, use.store.id, words, seal.source, Tri.NO)]
    if key.decision.state is Tri.NO:
        words = f"the key of its content does not let it {key.action}"
        return [*found, Step(caller.arn, use.store.id, words, seal.source, Tri.NO)]
    return [*found, *hop(caller, use.store.id, key.target, key.decision, f" ({key.action} on its key)")]


def apart(flows: tuple[Flow, ...], way: Way) -> Iterator[Way]:
    """A way as one for each set of targets that declared flows tell apart."""
    patterns = [
        pattern
        for flow in flows
        if (flow.source, flow.target) == (way.home, way.place)
        for pattern in flow.resources
    ]
    if not patterns or len(way.targets) == 1:
        yield way
        return
    found: dict[tuple[bool, ...], list[str]] = defaultdict(list)
    for target in way.targets:
        found[tuple(names(pattern, target) for pattern in patterns)].append(target)
    for targets in found.values():
        # The witness stays that of the first target of all: what is told of one is told of each.
        yield replace(way, target=targets[0], alike=tuple(targets))
