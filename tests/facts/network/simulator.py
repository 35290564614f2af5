"""One packet at a time through a small network, from the definitions in the Amazon VPC User Guide.

Deliberately slow and plain, and shares no code with the product: the oracle for `network_paths` on
networks without gaps and without devices that are not modelled.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from scanner.model.estate import Estate

TCP, UDP, ICMP, OTHER = "6", "17", "1", "47"
ECHO, REPLY, UNREACHABLE = 8, 0, 3
Packet = tuple[str, str, str, int]
"""Source address, destination address, protocol, destination port (for ICMP its type)."""


def inside(address: str, cidr: str) -> bool:
    network = ipaddress.ip_network(cidr)
    one = ipaddress.ip_address(address)
    return one.version == network.version and one in network


class Simulator:
    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.by_kind = {
            kind: {one.name: one for one in estate.of(kind)}
            for kind in (
                "network",
                "subnet",
                "route_table",
                "network_acl",
                "security_group",
                "peering",
                "interface",
                "transit_gateway",
                "transit_route_table",
            )
        }
        self.attachments = [
            (one.name, one.attrs)
            for one in estate.of("transit_attachment")
            if one.attrs["state"] == "available"
        ]
        self.probes = self._probes()

    def crossings(self) -> dict[tuple[str, str, str], tuple[set[str], set[str], set[tuple[str, int]]]]:
        """(from, to, border) -> sources, targets and (protocol, port) of every conversation there is."""
        found: dict[tuple[str, str, str], tuple[set[str], set[str], set[tuple[str, int]]]] = defaultdict(
            lambda: (set(), set(), set())
        )
        interfaces = list(self.by_kind["interface"].values())
        for one in interfaces:
            for other in interfaces:
                if None in (one.environment, other.environment) or one.environment == other.environment:
                    continue
                for protocol, port in self.probes:
                    for border in self._borders(one, other, protocol, port):
                        sources, targets, ports = found[one.environment, other.environment, border]
                        sources.add(one.id)
                        targets.add(other.id)
                        ports.add((protocol, port))
        return dict(found)

    def _borders(self, one: Any, other: Any, protocol: str, port: int) -> Iterator[str]:
        for source in one.attrs["addresses"]:
            for target in other.attrs["addresses"]:
                if (":" in source) == (":" in target):
                    yield from self._private(one, other, (source, target, protocol, port))
        # An IPv6 address is known to the internet as it is.
        for source in [*one.attrs["public_addresses"], *(x for x in one.attrs["addresses"] if ":" in x)]:
            for target in [
                *other.attrs["public_addresses"],
                *(x for x in other.attrs["addresses"] if ":" in x),
            ]:
                if (":" in source) == (":" in target):
                    yield from self._public(one, other, (source, target, protocol, port))

    def _private(self, one: Any, other: Any, packet: Packet) -> Iterator[str]:
        source, target, protocol, _ = packet
        answered = protocol == TCP
        same_network = one.attrs["network"] == other.attrs["network"]
        same_subnet = one.attrs["subnet"] == other.attrs["subnet"]
        if not self._lets_out(one, other, packet, by_group=True):
            return
        if same_subnet:
            yield from self._admitting(other, one, packet, by_group=True)
            return
        way = self._route(one.attrs["subnet"], target)
        home = self._route(other.attrs["subnet"], source)
        if same_network:
            ways = {way, home} if answered else {way}
            if ways == {("local", "local")} and self._acls(one, other, packet, answered=answered):
                yield from self._admitting(other, one, packet, by_group=True)
            return
        networks = (one.attrs["network"], other.attrs["network"])
        if way is None or self._land(networks[0], way, target) != networks[1]:
            return
        if answered and (
            home is None or home[0] != way[0] or self._land(networks[1], home, source) != networks[0]
        ):
            return
        if way[0] == "peering":
            yield from self._over_peering(one, other, packet, way, home)
        elif way[0] == "transit_gateway":
            yield from self._over_transit(one, other, packet, way[1])

    def _over_peering(
        self, one: Any, other: Any, packet: Packet, way: tuple[str, str], home: tuple[str, str] | None
    ) -> Iterator[str]:
        answered = packet[2] == TCP
        if (answered and way != home) or not self._acls(one, other, packet, answered=answered):
            return
        attrs = self.by_kind["peering"][way[1]].attrs
        region = attrs["requester"]["region"] == attrs["accepter"]["region"]
        admitted = any(True for _ in self._admitting(other, one, packet, by_group=region))
        if admitted and self._lets_out(one, other, packet, by_group=region):
            yield way[1]

    def _over_transit(self, one: Any, other: Any, packet: Packet, gateway: str) -> Iterator[str]:
        """Inbound rules alone may refer to groups, if both networks are on a gateway that supports it."""
        if not self._transit_acls(one, other, packet, gateway):
            return
        plugged = [self._plug(gateway, end.attrs["network"]) for end in (one, other)]
        refers = self.by_kind["transit_gateway"][gateway].attrs["group_references"] and None not in plugged
        admitted = any(True for _ in self._admitting(other, one, packet, by_group=refers))
        if admitted and self._lets_out(one, other, packet, by_group=False) and plugged[0]:
            yield plugged[0]["route_table"]

    def _plug(self, gateway: str, network: str) -> Any:
        found = [attrs for _, attrs in self.attachments if attrs["transit_gateway"] == gateway]
        return next((attrs for attrs in found if attrs["target"] == network), None)

    def _land(
        self, network: str, way: tuple[str, str] | None, address: str, seen: tuple[str, ...] = ()
    ) -> str | None:
        """The network that a packet comes to by a hop."""
        if way is None:
            return None
        kind, target = way
        if kind == "local":
            return network
        if kind == "peering" and target in self.by_kind["peering"]:
            attrs = self.by_kind["peering"][target].attrs
            ends = {attrs[side]["network"] for side in ("requester", "accepter")}
            if attrs["status"] != "active" or network not in ends:
                return None
            other = next(iter(ends - {network}))
            cidrs = self.by_kind["network"][other].attrs["cidrs"]
            return other if any(inside(address, cidr) for cidr in cidrs) else None
        if kind == "transit_gateway" and (plug := self._plug(target, network)):
            return self._by_table(target, plug["route_table"], address, seen)
        return None

    def _by_table(self, gateway: str, table: str | None, address: str, seen: tuple[str, ...]) -> str | None:
        """Longest prefix, a static route before a propagated one; then out by its attachment."""
        if table is None or table in seen:
            return None
        routes = self.by_kind["transit_route_table"][table].attrs["routes"]
        held = [one for one in routes if inside(address, one["destination"])]
        best = max(
            held,
            key=lambda one: (int(one["destination"].split("/")[1]), one["type"] == "static"),
            default=None,
        )
        if best is None or best["state"] != "active":
            return None
        (out,) = best["attachments"]
        if out["type"] == "peering":
            back = [
                attrs
                for name, attrs in self.attachments
                if name == out["id"] and attrs["transit_gateway"] == out["target"]
            ]
            return (
                self._by_table(out["target"], back[0]["route_table"], address, (*seen, table))
                if back
                else None
            )
        plug = next(
            (
                attrs
                for name, attrs in self.attachments
                if name == out["id"] and attrs["transit_gateway"] == gateway
            ),
            None,
        )
        if plug is None:
            return None
        way = self._route(plug["subnets"][0], address)
        if way and way[0] == "peering":
            return None  # never from one edge of a network to another
        return self._land(out["target"], way, address, (*seen, table))

    def _transit_acls(self, one: Any, other: Any, packet: Packet, gateway: str) -> bool:
        source, target, protocol, port = packet
        near, far = one.attrs["subnet"], other.attrs["subnet"]
        doors = [self._door(gateway, end.attrs["network"]) for end in (one, other)]
        there = [(near, True, target)]
        there += [(doors[0], False, source)]
        there += [] if doors[1] == far else [(doors[1], True, target), (far, False, source)]
        back = [(far, True, source), (doors[1], False, target)]
        back += [] if doors[0] == near else [(doors[0], True, source), (near, False, target)]
        if not all(self._acl(subnet, egress, address, protocol, port) for subnet, egress, address in there):
            return False
        return protocol != TCP or any(
            all(self._acl(subnet, egress, address, protocol, answer) for subnet, egress, address in back)
            for answer in self._answers(protocol, port)
        )

    def _door(self, gateway: str, network: str) -> str:
        plug = self._plug(gateway, network) or next(
            attrs
            for _, attrs in sorted(self.attachments, key=lambda one: one[1]["transit_gateway"])
            if attrs["target"] == network
        )
        return str(plug["subnets"][0])

    def _public(self, one: Any, other: Any, packet: Packet) -> Iterator[str]:
        source, target, _, _ = packet
        ways = (self._route(one.attrs["subnet"], target), self._route(other.attrs["subnet"], source))
        if any(way is None or way[0] != "internet_gateway" for way in ways):
            return
        if self._lets_out(one, other, packet, by_group=False) and self._acls(
            one, other, packet, answered=True
        ):
            yield from self._admitting(
                other, one, packet, by_group=False, shortest=16 if ":" in source else 8
            )

    def _lets_out(self, one: Any, other: Any, packet: Packet, *, by_group: bool) -> bool:
        for name in one.attrs["groups"]:
            for rule in self.by_kind["security_group"][name].attrs["egress"]:
                if self._rule(rule, packet[1], packet, other.attrs["groups"] if by_group else [], 0):
                    return True
        return False

    def _admitting(
        self, other: Any, one: Any, packet: Packet, *, by_group: bool, shortest: int = 0
    ) -> Iterator[str]:
        for name in other.attrs["groups"]:
            for rule in self.by_kind["security_group"][name].attrs["ingress"]:
                if self._rule(rule, packet[0], packet, one.attrs["groups"] if by_group else [], shortest):
                    yield name
                    break

    def _rule(self, rule: Any, address: str, packet: Packet, groups: list[str], shortest: int) -> bool:
        if not self._port(rule, packet[2], packet[3]):
            return False
        cidrs = [cidr for cidr in rule["cidrs"] if int(cidr.split("/")[1]) >= shortest]
        return any(inside(address, cidr) for cidr in cidrs) or any(
            one["id"] in groups for one in rule["groups"]
        )

    def _port(self, rule: Any, protocol: str, port: int) -> bool:
        if rule["protocol"] == "-1":
            return True
        if rule["protocol"] != protocol:
            return False
        if protocol == ICMP:
            return rule["icmp_type"] in (-1, None, port)
        if protocol not in (TCP, UDP) or rule["from_port"] is None:
            return True
        return bool(rule["from_port"] <= port <= rule["to_port"])

    def _acls(self, one: Any, other: Any, packet: Packet, *, answered: bool) -> bool:
        source, target, protocol, port = packet
        near, far = one.attrs["subnet"], other.attrs["subnet"]
        if not self._acl(near, True, target, protocol, port) or not self._acl(
            far, False, source, protocol, port
        ):
            return False
        return not answered or any(
            self._acl(far, True, source, protocol, answer)
            and self._acl(near, False, target, protocol, answer)
            for answer in self._answers(protocol, port)
        )

    def _answers(self, protocol: str, port: int) -> list[int]:
        if protocol in (TCP, UDP):
            return [number for one, number in self.probes if one == protocol and number >= 1024]
        return [REPLY] if protocol == ICMP and port == ECHO else [port]

    def _acl(self, subnet: str, egress: bool, address: str, protocol: str, port: int) -> bool:
        acl = next(one for one in self.by_kind["network_acl"].values() if subnet in one.attrs["subnets"])
        for entry in sorted(acl.attrs["entries"], key=lambda entry: entry["number"]):
            if (
                entry["egress"] == egress
                and inside(address, entry["cidr"])
                and self._port(entry, protocol, port)
            ):
                return bool(entry["allow"])
        return False

    def _route(self, subnet: str, address: str) -> tuple[str, str] | None:
        network = self.by_kind["subnet"][subnet].attrs["network"]
        tables = [one for one in self.by_kind["route_table"].values() if one.attrs["network"] == network]
        own = [one for one in tables if subnet in one.attrs["subnets"]] or [
            one for one in tables if one.attrs["main"]
        ]
        best, longest = None, -1
        for route in own[0].attrs["routes"]:
            length = int(route["destination"].split("/")[1])
            if inside(address, route["destination"]) and length > longest:
                longest = length
                best = (route["target_type"], route["target"]) if route["state"] == "active" else None
        return best

    def _probes(self) -> list[tuple[str, int]]:
        """Every protocol at every port where some rule changes its mind."""
        edges = {0, 1023, 1024, 65535}
        for kind, attrs in (("security_group", ("ingress", "egress")), ("network_acl", ("entries",))):
            for one in self.by_kind[kind].values():
                for attr in attrs:
                    for rule in one.attrs[attr]:
                        for port in (rule["from_port"], rule["to_port"]):
                            if port is not None:
                                edges |= {max(port - 1, 0), port, min(port + 1, 65535)}
        return [(protocol, port) for protocol in (TCP, UDP) for port in sorted(edges)] + [
            (OTHER, 0),
            (ICMP, ECHO),
            (ICMP, REPLY),
            (ICMP, UNREACHABLE),
        ]


def _rank(route: dict[str, Any]) -> tuple[int, bool]:
    return (int(route["destination"].split("/")[1]), route["type"] == "static")
