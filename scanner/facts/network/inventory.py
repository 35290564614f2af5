"""Networks, subnets, and the route tables and network ACLs that serve them, joined and indexed once."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property

from scanner.facts.network.addresses import Prefix, prefixes
from scanner.facts.network.calls import not_told
from scanner.facts.network.hidden import Hidden
from scanner.facts.network.items import Item, items
from scanner.facts.network.networks import Choice, Network, joined_peering
from scanner.facts.network.rules import Routes
from scanner.model.estate import Estate
from scanner.model.snapshot import Scope, Source

_NEVER_WITHOUT = ("route_table", "network_acl", "security_group")


class Inventory:
    """Joined items by raw id, and the look-ups between networks, subnets and what serves them."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.hidden = Hidden(estate)
        self.subnets = items(estate, "subnet")
        self.tables = items(estate, "route_table")
        self.acls = items(estate, "network_acl")
        self.groups = items(estate, "security_group")
        self.interfaces = items(estate, "interface")
        self.peerings = {name: joined_peering(item) for name, item in items(estate, "peering").items()}
        self.lists = items(estate, "prefix_list")
        self._listed = items(estate, "network")
        self._routes: dict[str, Routes] = {}
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
            prefix for table in self.in_network("tables", name) for prefix in self.raw_routes(table).locals
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

    def raw_routes(self, table: Item) -> Routes:
        """A table's routes as they are listed."""
        return Routes(table.get("routes") or (), ())

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
