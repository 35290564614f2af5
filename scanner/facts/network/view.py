"""The networks of an estate as the question of reachability needs them, indexed once."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from scanner.facts.network.addresses import Prefix, parse
from scanner.facts.network.calls import not_told
from scanner.facts.network.hidden import Hidden
from scanner.facts.network.items import Item, items
from scanner.facts.network.public_block import PublicBlock
from scanner.facts.network.rules import Entry, GroupRule, Routes, acl_entries, group_rules
from scanner.facts.network.transit import Transit
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap, Scope, Source

_NEVER_WITHOUT = ("route_table", "network_acl", "security_group")


@dataclass(frozen=True, slots=True)
class Network:
    """A network that was listed, or that something listed refers to.

    ``cidrs`` is ``None`` when its ranges are not known; ``gaps`` hide the record. ``whole`` is false
    for the stand-in of networks that a scope may hold and nothing refers to.
    """

    name: str
    id: str
    account: str
    region: str
    place: str | None
    cidrs: tuple[Prefix, ...] | None
    source: Source
    gaps: tuple[Gap, ...] = ()
    default: bool | None = None
    whole: bool = True


@dataclass(frozen=True, slots=True)
class Choice:
    """Which route table or network ACL serves a subnet.

    It is one of ``items``; unless ``complete``, it may also be one that is not listed.
    """

    items: tuple[Item, ...]
    complete: bool
    gaps: tuple[Gap, ...] = ()

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for subnets that are served alike."""
        return (tuple(item.name for item in self.items), self.complete, self.gaps)


@dataclass(frozen=True, slots=True)
class Side:
    """One end of a peering."""

    account: str
    network: str
    region: str
    cidrs: tuple[Prefix, ...]


@dataclass(frozen=True, slots=True)
class Peering:
    """A peering as both accounts together show it; ``None`` is not known."""

    item: Item
    status: str | None
    sides: tuple[Side | None, Side | None]


class View:
    """Joined items by raw id, and the look-ups between them."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.hidden = Hidden(estate)
        self.subnets = items(estate, "subnet")
        self.tables = items(estate, "route_table")
        self.acls = items(estate, "network_acl")
        self.groups = items(estate, "security_group")
        self.interfaces = items(estate, "interface")
        self.peerings = {name: _peering(item) for name, item in items(estate, "peering").items()}
        self._listed = items(estate, "network")
        self.lists = items(estate, "prefix_list")
        self.transit = Transit(self)
        self.block = PublicBlock(estate, self.hidden)
        self._routes: dict[str, Routes] = {}
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._rules: dict[tuple[str, str], tuple[GroupRule, ...]] = {}
        self._groups_of: dict[str, frozenset[str]] = {}
        self._choices: dict[tuple[str, str | None, str], Choice] = {}

    @cached_property
    def networks(self) -> dict[str, Network]:
        """Raw id -> network; the stand-ins of unread scopes come last."""
        found = {name: self._network(name) for name in sorted({*self._listed, *self._referred})}
        for account, region, gaps in self.hidden.places("network"):
            # Every network has a main table, a default ACL and a default group: any of the three
            # listings, when whole, names them all.
            if all(self.hidden.within(kind, account, region) is not None for kind in _NEVER_WITHOUT):
                name = f"aws/{account}/{region}/network"
                place = self.estate.places.get(account)
                found[name] = Network(
                    name, name, account, region, place, None, Source("", 0), gaps, whole=False
                )
        return found

    @cached_property
    def _referred(self) -> dict[str, tuple[str, str, Source, bool]]:
        """Network -> (account, region, source, owned) of something that refers to it, the owner's first.

        Groups and interfaces may be a participant's, and do not tell whose the network is.
        """
        found: dict[str, tuple[str, str, Source, bool]] = {}
        for kind in (self.tables, self.acls, self.subnets):
            for item in kind.values():
                if name := item.get("network"):
                    found.setdefault(str(name), (item.account, item.region, item.where("network"), True))
        for peering in self.peerings.values():
            for side in peering.sides:
                if side:
                    where = peering.item.where("requester")
                    found.setdefault(side.network, (side.account, side.region, where, True))
        for kind in (self.groups, self.interfaces):
            for item in kind.values():
                if name := item.get("network"):
                    found.setdefault(str(name), (item.account, item.region, item.where("network"), False))
        return found

    def _network(self, name: str) -> Network:
        item = self._listed.get(name)
        if item:
            account, region, source, place = item.account, item.region, item.where("cidrs"), item.place
        else:
            account, region, source, owned = self._referred[name]
            place = self.estate.places.get(account) if owned else None
        gaps = item.gaps("cidrs") if item else self.hidden.within("network", account, region) or ()
        arn = item.id if item else f"arn:aws:ec2:{region}:{account}:vpc/{name}"
        default = item.get("default") if item else None
        return Network(name, arn, account, region, place, self._cidrs(name, item), source, gaps, default)

    def _cidrs(self, name: str, item: Item | None) -> tuple[Prefix, ...] | None:
        """The ranges of a network: its own word, else its local routes', else a peering's."""
        if item and item.knows("cidrs"):
            return prefixes(item.get("cidrs"))
        local = [
            prefix for table in self.in_network("tables", name) for prefix in self._raw_routes(table).locals
        ]
        sides = [
            side
            for peering in self.peerings.values()
            for side in peering.sides
            if side and side.network == name
        ]
        told = local or [prefix for side in sides for prefix in side.cidrs]
        return tuple(sorted(set(told))) or None

    def in_network(self, kind: str, network: str) -> list[Item]:
        """The ``tables``, ``acls``, ``groups`` or ``subnets`` of a network."""
        return self._by_network[kind].get(network, [])

    @cached_property
    def _by_network(self) -> dict[str, dict[str, list[Item]]]:
        found: dict[str, dict[str, list[Item]]] = {}
        for kind in ("tables", "acls", "groups", "subnets", "interfaces"):
            found[kind] = defaultdict(list)
            for item in getattr(self, kind).values():
                found[kind][str(item.get("network"))].append(item)
        return found

    def groups_of(self, network: str) -> frozenset[str]:
        """Raw ids of the security groups that interfaces of a network may carry.

        Those made in it, those in use there (a group may be associated with other networks), and those
        of which it is not known where they are.
        """
        if network not in self._groups_of:
            self._groups_of[network] = self._usable_groups(network)
        return self._groups_of[network]

    def _usable_groups(self, network: str) -> frozenset[str]:
        found = {item.name for item in self.in_network("groups", network)}
        found.update(
            name for item in self.in_network("interfaces", network) for name in item.get("groups") or ()
        )
        found.update(item.name for item in self.in_network("groups", "None") if not item.knows("network"))
        return frozenset(found)

    def subnets_of(self, network: str) -> list[str]:
        """Raw ids of the subnets of a network, from their own listing and from what refers to them."""
        found = {item.name for item in self.in_network("subnets", network)}
        for kind in ("tables", "acls"):
            for item in self.in_network(kind, network):
                found.update(item.get("subnets") or ())
        found.update(
            item.get("subnet") for item in self.in_network("interfaces", network) if item.get("subnet")
        )
        return sorted(found)

    def table_of(self, network: Network, subnet: str | None) -> Choice:
        """The explicitly associated route table, else the network's main one."""
        return self._choice(network, subnet, "tables", "route_table")

    def acl_of(self, network: Network, subnet: str | None) -> Choice:
        """The network ACL that lists the subnet: there is always exactly one."""
        return self._choice(network, subnet, "acls", "network_acl")

    def _choice(self, network: Network, subnet: str | None, attr: str, kind: str) -> Choice:
        key = (network.name, subnet, kind)
        if key not in self._choices:
            self._choices[key] = self._choose(network, subnet, attr, kind)
        return self._choices[key]

    def _choose(self, network: Network, subnet: str | None, attr: str, kind: str) -> Choice:
        here = self.in_network(attr, network.name)
        own = [item for item in here if subnet and subnet in (item.get("subnets") or ())]
        if own:
            return Choice((own[0],), complete=True)
        hidden = self.hidden.within(kind, network.account, network.region)
        doubtful = [item for item in here if not item.knows("subnets") or subnet is None]
        doubtful += [
            item
            for item in self.in_network(attr, "None")
            if not item.knows("network") and item.account == network.account
        ]
        mains = [item for item in here if attr == "tables" and (item.get("main") or not item.knows("main"))]
        chosen = tuple(dict.fromkeys([*mains, *doubtful]))
        gaps = {gap for item in doubtful for gap in (*item.gaps("subnets"), *item.gaps("network"))}
        gaps.update(gap for item in mains for gap in item.gaps("main"))
        gaps.update(hidden or ())
        if not chosen and not gaps:
            # There is always one: the listing left it out without saying so.
            gaps.add(not_told(kind, Scope("aws", network.account, network.region)))
        return Choice(chosen, hidden is None and bool(chosen), tuple(sorted(gaps)))

    def routes(self, table: Item, network: Network) -> Routes | None:
        """A table's routes, local ones included; ``None`` when not known."""
        if not table.knows("routes"):
            return None
        if table.name not in self._routes:
            routes = table.get("routes") or ()
            self._routes[table.name] = Routes(routes, network.cidrs or (), self.ranges)
        return self._routes[table.name]

    def _raw_routes(self, table: Item) -> Routes:
        return Routes(table.get("routes") or (), ())

    def entries(self, acl: Item) -> tuple[Entry, ...] | None:
        """A network ACL's entries; ``None`` when not known."""
        if not acl.knows("entries"):
            return None
        if acl.name not in self._entries:
            self._entries[acl.name] = acl_entries(acl.get("entries") or ())
        return self._entries[acl.name]

    def rules(self, group: str, way: str) -> tuple[GroupRule, ...] | None:
        """A security group's ``ingress`` or ``egress`` rules; ``None`` when not known."""
        item = self.groups.get(group)
        if item is None or not item.knows(way):
            return None
        key = (group, way)
        if key not in self._rules:
            self._rules[key] = group_rules(item.get(way) or (), self.ranges)
        return self._rules[key]

    def ranges(self, name: str) -> tuple[Prefix, ...] | None:
        """The ranges of a prefix list; ``None`` where they are not known.

        Those of the provider's own lists are its services', and hold no interface: none.
        """
        item = self.lists.get(name)
        return prefixes(item.get("entries")) if item and item.knows("entries") else None

    @cached_property
    def nats(self) -> dict[str, Item]:
        """NAT gateway -> its interface, which EC2 describes as "Interface for NAT Gateway nat-..."."""
        said = {item.name: str(item.get("description") or "") for item in self.interfaces.values()}
        return {
            text.rpartition(" ")[2]: self.interfaces[name]
            for name, text in said.items()
            if text.startswith("Interface for NAT Gateway ")
        }

    @cached_property
    def link_endpoints(self) -> dict[str, Item]:
        """Private endpoints by raw id."""
        return items(self.estate, "endpoint")

    @cached_property
    def link_services(self) -> dict[str, Resource]:
        """Endpoint services by the name that endpoints lead to."""
        found = self.estate.of("endpoint_service")
        return {str(one.attrs["service"]): one for one in found if one.attrs.get("service")}

    @cached_property
    def interface_owner(self) -> dict[str, str]:
        """Interface id -> the account that owns it."""
        return {item.id: item.account for item in self.interfaces.values()}

    @cached_property
    def services(self) -> frozenset[str]:
        """Prefix lists of the provider: addresses of its services, and no interface's."""
        own = {item.name for item in self.lists.values() if item.get("owner") == "AWS"}
        routed = {name for table in self.tables.values() for name in self._raw_routes(table).services}
        return frozenset(own | routed)


def prefixes(texts: Any) -> tuple[Prefix, ...]:
    """The ranges among some texts, sorted."""
    return tuple(sorted({prefix for text in texts or () if (prefix := parse(str(text)))}))


def _peering(item: Item) -> Peering:
    return Peering(item, item.get("status"), (_side(item, "requester"), _side(item, "accepter")))


def _side(item: Item, attr: str) -> Side | None:
    told = [side for side in item.every(attr) if side and side.get("network")]
    if not told:
        return None
    cidrs = prefixes(text for side in told for text in side.get("cidrs") or ())
    first = told[0]
    return Side(
        str(first.get("account")), str(first["network"]), str(first.get("region") or item.region), cidrs
    )
