"""Half-open grants: a security group rule names the other environment, and nothing arrives by it today."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from scanner.facts.network.answers import Rule
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.found import Found
from scanner.facts.network.guards import names_someone
from scanner.facts.network.items import Item
from scanner.facts.network.naming import Named, Names
from scanner.facts.network.ports import spell_span
from scanner.facts.network.rules import GroupRule
from scanner.facts.network.view import View
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

WAYS = ("ingress", "egress")


class Grants:
    """Security groups by environment, and who carries them."""

    def __init__(self, view: View, endpoints: Endpoints, names: Names) -> None:
        self._view, self._endpoints, self._names = view, endpoints, names
        self._groups: dict[str, list[Item]] = {}
        for item in view.groups.values():
            if item.place:
                self._groups.setdefault(item.place, []).append(item)
        self._carriers: dict[str, list[Endpoint]] = {}
        for environment in view.estate.environments:
            for network in view.networks:
                for endpoint in endpoints.seen(environment, network):
                    for name in endpoint.groups or ():
                        self._carriers.setdefault(name, []).append(endpoint)

    def half_open(self, source: str, target: str, used: set[Rule]) -> Iterator[Found]:
        """What F's groups let in of E by name, and E's let out to F, beside the rules in use.

        Border is the group. A rule that may name E, for all that is not read, makes an unknown.
        """
        for way, holder, other in (("ingress", target, source), ("egress", source, target)):
            for item in self._groups.get(holder, ()):
                hits = [
                    (rule, named)
                    for index, rule in enumerate(self._view.rules(item.name, way) or ())
                    if (item.name, way, index) not in used
                    and (named := self._names.named(rule, other, item)).state is not Tri.NO
                ]
                for state in (Tri.YES, Tri.UNKNOWN):
                    if chosen := [hit for hit in hits if hit[1].state is state]:
                        yield self._found(item, way, chosen, state, other)
                if way == "ingress" and (found := self._wide(item, source, target)):
                    yield found

    def _found(
        self, item: Item, way: str, hits: list[tuple[GroupRule, Named]], state: Tri, other: str
    ) -> Found:
        rule, named = hits[0]
        carriers = self._carriers.get(item.name, [])
        ours = frozenset(one.id for one in carriers) or frozenset({item.id})
        networks = {network.name: network.id for _, one in hits for network in one.networks}
        seen = {one.id for name in networks for one in self._endpoints.seen(other, name)}
        theirs = frozenset(seen or set(networks.values()) or {other})
        text = f"{rule.said(item.name, way)} ({named.whom})"
        far = min(networks.values(), default=other)
        ends = (far, item.id) if way == "ingress" else (item.id, far)
        steps = [Step(*ends, text, item.where(way), state, named.gaps if state is Tri.UNKNOWN else ())]
        if state is Tri.YES:
            steps.append(self._held(item, ends, way, carriers))
        sources, targets = (theirs, ours) if way == "ingress" else (ours, theirs)
        ports = frozenset(spell_span(rule.ports) for rule, _ in hits)
        return Found(item.name, state, sources, targets, ports, tuple(steps), latent=state is Tri.YES)

    def _held(self, item: Item, ends: tuple[str, str], way: str, carriers: list[Endpoint]) -> Step:
        """What holds it: nothing carries the group, or no way leads between the two."""
        if not carriers:
            return Step(*ends, f"no network interface carries {item.name}", item.where(way), Tri.NO)
        first = min(carriers, key=lambda one: one.id)
        table = next(iter(self._view.table_of(first.network, first.subnet).items), None)
        where = table.where("routes") if table else first.source
        return Step(*ends, f"no way between them lets it pass: routes of {first.network.name}", where, Tri.NO)

    def _wide(self, item: Item, source: str, target: str) -> Found | None:
        """A rule for a range around a public address of E, where F's interfaces are not all read."""
        gaps = self._hidden(item, target)
        if gaps is None:
            return None
        addresses = self._names.public.get(source, ())
        for rule in self._view.rules(item.name, "ingress") or ():
            for prefix in rule.prefixes:
                if names_someone(prefix) and any(address.within(prefix) for address in addresses):
                    text = f"{rule.said(item.name, 'ingress')}, around a public address of {source}"
                    step = Step(source, item.id, text, item.where("ingress"), Tri.UNKNOWN, gaps)
                    ends = (frozenset({source}), frozenset({item.id}))
                    return Found(item.name, Tri.UNKNOWN, *ends, frozenset({spell_span(rule.ports)}), (step,))
        return None

    def _hidden(self, item: Item, target: str) -> tuple[Gap, ...] | None:
        network = self._view.networks.get(str(item.get("network")))
        gaps = self._endpoints.hiding(target, network) if network else None
        unread = self._unread.get(target)
        if gaps is None and unread is None:
            return None
        return tuple(sorted({*(gaps or ()), *(unread or ())}))

    @cached_property
    def _unread(self) -> dict[str, set[Gap]]:
        """Environment -> the gaps that hide the public addresses of interfaces that were listed."""
        found: dict[str, set[Gap]] = {}
        for item in self._view.interfaces.values():
            if item.place and not item.knows("public_addresses"):
                found.setdefault(item.place, set()).update(item.gaps("public_addresses"))
        return found
