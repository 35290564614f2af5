"""The networks of an estate as the question of reachability needs them, indexed once."""

from __future__ import annotations

from functools import cached_property

from scanner.facts.network.inventory import Inventory
from scanner.facts.network.items import Item, items
from scanner.facts.network.public_block import PublicBlock
from scanner.facts.network.rules import Entry, GroupRule, acl_entries, group_rules
from scanner.facts.network.transit import Transit
from scanner.model.estate import Estate, Resource

ENDPOINT = "VPC Endpoint Interface "
"""How EC2 describes the interfaces of private endpoints; the endpoint's id follows."""
BALANCER = "ELB "
"""How EC2 describes the interfaces of load balancers; what tells one from the other follows."""


class View(Inventory):
    """The inventory with the filters that stand in it, transit gateways, and private links."""

    def __init__(self, estate: Estate) -> None:
        super().__init__(estate)
        self.transit = Transit(self)
        self.block = PublicBlock(estate, self.hidden)
        self._entries: dict[str, tuple[Entry, ...]] = {}
        self._rules: dict[tuple[str, str], tuple[GroupRule, ...]] = {}
        self._groups_of: dict[str, frozenset[str]] = {}

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

    @cached_property
    def described(self) -> dict[str | None, list[Item]]:
        """Place -> the interfaces of private endpoints and load balancers, as EC2 describes them."""
        found: dict[str | None, list[Item]] = {}
        for item in self.interfaces.values():
            if str(item.get("description") or "").startswith((ENDPOINT, BALANCER)):
                found.setdefault(item.place, []).append(item)
        return found

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
    def unnamed_services(self) -> list[Resource]:
        """Endpoint services of which the name is not known: an endpoint may lead to any of them."""
        return [one for one in self.estate.of("endpoint_service") if "service" in one.unknown]

    @cached_property
    def interface_owner(self) -> dict[str, str]:
        """Interface id -> the account that owns it."""
        return {item.id: item.account for item in self.interfaces.values()}

    @cached_property
    def services(self) -> frozenset[str]:
        """Prefix lists of the provider: addresses of its services, and no interface's."""
        own = {item.name for item in self.lists.values() if item.get("owner") == "AWS"}
        routed = {name for table in self.tables.values() for name in self.raw_routes(table).services}
        return frozenset(own | routed)
