"""Security group rules that name another environment in particular: a range of its networks, or a group."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from scanner.facts.network.addresses import Prefix, is_public, prefixes
from scanner.facts.network.endpoints import Endpoints
from scanner.facts.network.guards import names_someone
from scanner.facts.network.items import Item
from scanner.facts.network.networks import Network
from scanner.facts.network.rules import GroupRule
from scanner.facts.network.view import View
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

_NETWORK_BITS = {4: 16, 6: 44}
"""No range of a VPC is wider (Amazon VPC User Guide, "VPC CIDR blocks")."""


@dataclass(frozen=True, slots=True)
class Named:
    """Whether a rule names an environment; ``whom`` in words, the networks meant, and what hides it."""

    state: Tri
    whom: str = ""
    networks: tuple[Network, ...] = ()
    gaps: tuple[Gap, ...] = ()


class Names:
    """The ranges that are an environment's own."""

    def __init__(self, view: View, endpoints: Endpoints) -> None:
        self._view, self._endpoints = view, endpoints
        self._cache: dict[tuple[str, str, Prefix], Named] = {}

    def named(self, rule: GroupRule, environment: str, own: Item) -> Named:
        """Whether a rule of the group ``own`` names an environment other than its own."""
        found = [self._group(group, account, environment, own) for group, account in rule.groups]
        found += [self._prefix(prefix, environment, own) for prefix in rule.prefixes]
        lists = sorted(set(rule.lists) - self._view.services)
        if (lists or rule.unread) and self.present(environment):
            whom = (
                f"prefix list {', '.join(lists)}, which is not read"
                if lists
                else "a range that is not understood"
            )
            found.append(Named(Tri.UNKNOWN, whom))
        for state in (Tri.YES, Tri.UNKNOWN):
            if hits := [one for one in found if one.state is state]:
                networks = dict.fromkeys(network for one in hits for network in one.networks)
                gaps = tuple(sorted({gap for one in hits for gap in one.gaps}))
                return Named(state, ", ".join(dict.fromkeys(one.whom for one in hits)), tuple(networks), gaps)
        return Named(Tri.NO)

    def belongs(self, network: Network, environment: str) -> Tri:
        """Whether a network is an environment's; one that was not listed may be any its account holds."""
        if network.place is not None:
            return Tri.of(network.place == environment)
        unread = bool(network.gaps) and environment in self._view.hidden.hosts(network.account)
        return Tri.UNKNOWN if unread else Tri.NO

    @cached_property
    def _present(self) -> frozenset[str]:
        """The environments that have or may have networks, or interfaces or groups in those of others."""
        items = [*self._view.interfaces.values(), *self._view.groups.values()]
        found = {str(item.place) for item in items}
        for environment in self._view.estate.environments:
            belongs = (self.belongs(network, environment) for network in self._view.networks.values())
            if any(one is not Tri.NO for one in belongs) or self._endpoints.everywhere(environment):
                found.add(environment)
        return frozenset(found)

    def present(self, environment: str) -> bool:
        """Whether an environment has or may have anything in a network."""
        return environment in self._present

    def _group(self, group: str, account: str | None, environment: str, own: Item) -> Named:
        """A group of another environment; one that a whole listing does not have is deleted."""
        item = self._view.groups.get(group)
        if item is not None:
            return Named(Tri.of(item.place == environment and group != own.name), f"security group {group}")
        hidden, holder = self._view.hidden, account or own.account
        gaps = hidden.within("security_group", holder, own.region)
        if environment not in hidden.hosts(holder) or (gaps is None and holder in hidden.collected):
            return Named(Tri.NO)
        return Named(Tri.UNKNOWN, f"security group {group} of account {holder}, not read", (), gaps or ())

    def _prefix(self, prefix: Prefix, environment: str, own: Item) -> Named:
        key = (environment, own.name, prefix)
        if key not in self._cache:
            self._cache[key] = self._inside(prefix, environment, own)
        return self._cache[key]

    def _inside(self, prefix: Prefix, environment: str, own: Item) -> Named:
        if not names_someone(prefix):
            return Named(Tri.NO)
        mine, gaps = self._is_own(prefix, own)
        found = Named(Tri.NO) if mine is Tri.YES else self._within(prefix, environment)
        if found.state is Tri.YES and mine is Tri.UNKNOWN:
            return Named(Tri.UNKNOWN, found.whom, found.networks, gaps)
        return found

    def _is_own(self, prefix: Prefix, own: Item) -> tuple[Tri, tuple[Gap, ...]]:
        """Whether a range is the group's own side's: there local routes go first, so it means nobody else.

        A default network's range is the same in every account and says nothing, but in itself.
        """
        states, gaps = {Tri.NO}, set[Gap]()
        for network in self._view.networks.values():
            mine = Tri.YES
            if network.name != own.get("network"):
                mine = self.belongs(network, own.place or "") & ~Tri.of(network.default)
                mine |= Tri.NO if own.knows("network") else Tri.UNKNOWN
            overlaps = Tri.UNKNOWN
            if network.cidrs is not None:
                overlaps = Tri.of(any(prefix.overlaps(cidr) for cidr in network.cidrs))
            state = mine & overlaps
            states.add(state)
            gaps.update(network.gaps if state is Tri.UNKNOWN else ())
        return any_of(states), tuple(sorted(gaps))

    def _within(self, prefix: Prefix, environment: str) -> Named:
        """Whether a range is inside an environment's networks or one of its public addresses."""
        for range_, network, whom in self._ranges[environment]:
            if prefix.within(range_):
                return Named(Tri.YES, whom, (network,))
        networks = self._view.networks.values()
        elsewhere = any(prefix.within(cidr) for network in networks for cidr in network.cidrs or ())
        narrow = prefix.length >= _NETWORK_BITS[prefix.family]
        unread = [
            network
            for network in networks
            if self.belongs(network, environment) is not Tri.NO
            and (
                (narrow and not elsewhere)
                if network.cidrs is None
                else any(prefix.within(cidr) for cidr in network.cidrs)
            )
        ]
        if unread:
            gaps = tuple(sorted({gap for network in unread for gap in network.gaps}))
            return Named(Tri.UNKNOWN, "a range that may be inside networks not read", tuple(unread), gaps)
        hidden = self.unread_addresses.get(environment)
        if hidden is not None and is_public(prefix):
            return Named(Tri.UNKNOWN, "public addresses that may be those of unread interfaces", (), hidden)
        return Named(Tri.NO)

    @cached_property
    def _ranges(self) -> dict[str, list[tuple[Prefix, Network, str]]]:
        """Environment -> the ranges of its networks, and its public addresses."""
        found: dict[str, list[tuple[Prefix, Network, str]]] = defaultdict(list)
        networks = self._view.networks
        for network in networks.values():
            if network.place:
                said = f"a range of {network.name}"
                found[network.place] += [(cidr, network, said) for cidr in network.cidrs or ()]
        for item in self._view.interfaces.values():
            if item.place and (where := networks.get(str(item.get("network")))):
                public = prefixes(item.get("public_addresses"))
                said = f"the public address of {item.name}"
                found[item.place] += [(address, where, said) for address in public]
        return found

    @cached_property
    def public(self) -> dict[str, tuple[Prefix, ...]]:
        """Environment -> the public addresses of its interfaces and NAT gateways."""
        found: dict[str, set[Prefix]] = defaultdict(set)
        for item in self._view.interfaces.values():
            found[str(item.place)].update(prefixes(item.get("public_addresses")))
        return {environment: tuple(sorted(addresses)) for environment, addresses in found.items()}

    @cached_property
    def unread_addresses(self) -> dict[str, tuple[Gap, ...]]:
        """Environment -> gaps that hide interfaces of it, and with them public addresses."""
        found: dict[str, set[Gap]] = {}
        for environment in self._view.estate.environments:
            for endpoint in self._endpoints.everywhere(environment):
                if not endpoint.sure:
                    found.setdefault(environment, set()).update(endpoint.gaps)
        for item in self._view.interfaces.values():
            for attr in ("public_addresses", "description"):
                if item.place and not item.knows(attr):
                    found.setdefault(item.place, set()).update(item.gaps(attr))
        return {environment: tuple(sorted(gaps)) for environment, gaps in found.items()}
