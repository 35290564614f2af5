"""One packet at a time through virtual networks, from the documentation, over native rows.

Deliberately slow and plain, and shares no code with the product: the oracle for `network_paths` of Azure on
networks without appliances, gateways and hubs. It reads what Resource Graph answers, not the estate.

- https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
- https://learn.microsoft.com/azure/virtual-network/virtual-networks-udr-overview
- https://learn.microsoft.com/azure/virtual-network/service-tags-overview
- https://learn.microsoft.com/azure/private-link/disable-private-endpoint-network-policy
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from typing import Any

from tests.faults.azure.cloud import Cloud

NUMBERS = {"Tcp": 6, "Udp": 17, "Icmp": 1}
TCP = 6
Json = dict[str, Any]
Packet = tuple[str, str, int, int]
"""Source address, destination address, protocol, destination port."""


def inside(address: str, prefix: str) -> bool:
    network, one = ipaddress.ip_network(prefix), ipaddress.ip_address(address)
    return network.version == one.version and one in network


class Simulator:
    def __init__(self, cloud: Cloud, places: dict[str, str]) -> None:
        """``places``: subscription -> environment."""
        self.rows: dict[str, Json] = {row["id"].lower(): row for row in cloud.resources}
        self.places = places
        self.subnets: dict[str, tuple[str, Json]] = {}
        for identity, row in self.rows.items():
            for subnet in row["properties"].get("subnets", ()) if "virtualnetworks" in identity else ():
                self.subnets[subnet["id"].lower()] = (identity, subnet["properties"])
        self.interfaces = [
            (identity, row["properties"])
            for identity, row in self.rows.items()
            if row["type"] == "microsoft.network/networkinterfaces"
        ]

    def reached(self) -> Iterator[tuple[str, str, str, str, int, int]]:
        """(environment, environment, interface, interface, protocol, port) of every conversation there is."""
        for one, near in self.interfaces:
            for other, far in self.interfaces:
                sides = (self._place(one), self._place(other))
                if sides[0] != sides[1] and "privateEndpoint" not in near:
                    for protocol, port in self.probes():
                        if self._talks(near, far, protocol, port):
                            yield (*sides, one, other, protocol, port)

    def probes(self) -> list[tuple[int, int]]:
        """Every protocol at every port where some rule changes its mind."""
        edges = {0, 65535}
        for row in self.rows.values():
            for rule in row["properties"].get("securityRules", ()):
                low, _, high = rule["properties"]["destinationPortRange"].partition("-")
                for text in (low, high or low):
                    if text.isdigit():
                        edges |= {max(int(text) - 1, 0), int(text), min(int(text) + 1, 65535)}
        return [(protocol, port) for protocol in (6, 17) for port in sorted(edges)] + [(1, 0), (47, 0)]

    def _place(self, interface: str) -> str:
        return self.places[interface.split("/")[2]]

    def _talks(self, near: Json, far: Json, protocol: int, port: int) -> bool:
        return any(
            self._passes(near, far, (one, other, protocol, port))
            for one in _addresses(near)
            for other in _addresses(far)
            if (":" in one) == (":" in other)
        )

    def _passes(self, near: Json, far: Json, packet: Packet) -> bool:
        start, end = _subnet(near), _subnet(far)
        one, other, protocol, _ = packet
        endpoint = "privateEndpoint" in far
        policies = self.subnets[end][1].get("privateEndpointNetworkPolicies", "Disabled")
        by_route = not endpoint or policies in {"Enabled", "RouteTableEnabled"}
        by_group = not endpoint or policies in {"Enabled", "NetworkSecurityGroupEnabled"}
        if self._next(start, other, shadowed=by_route) != self.subnets[end][0]:
            return False
        if by_route and protocol == TCP and self._next(end, one, shadowed=True) != self.subnets[start][0]:
            return False
        leaving = [near.get("networkSecurityGroup"), self.subnets[start][1].get("networkSecurityGroup")]
        if not all(self._allows(group, "Outbound", start, packet) for group in leaving if group):
            return False
        coming = [self.subnets[end][1].get("networkSecurityGroup"), far.get("networkSecurityGroup")]
        return not by_group or all(self._allows(group, "Inbound", end, packet) for group in coming if group)

    def _next(self, subnet: str, address: str, *, shadowed: bool) -> str | None:
        """The network that a packet gets to; ``None``: dropped, or sent elsewhere."""
        network, properties = self.subnets[subnet]
        best: tuple[int, int, str | None] = (-1, -1, None)
        for prefix in self.rows[network]["properties"]["addressSpace"]["addressPrefixes"]:
            best = max(best, _offer(address, prefix, 0, network), key=lambda each: each[:2])
        for peering in self.rows[network]["properties"]["virtualNetworkPeerings"]:
            half = peering["properties"]
            for prefix in half["remoteAddressSpace"]["addressPrefixes"]:
                if half["peeringState"] == "Connected":
                    to = half["remoteVirtualNetwork"]["id"].lower()
                    best = max(best, _offer(address, prefix, 0, to), key=lambda each: each[:2])
        if properties.get("routeTable"):
            for route in self.rows[properties["routeTable"]["id"]]["properties"]["routes"]:
                prefix = route["properties"]["addressPrefix"]
                whole = prefix.endswith(("/32", "/128"))
                if shadowed or whole:
                    kind = route["properties"]["nextHopType"]
                    to = network if kind == "VnetLocal" else None
                    best = max(best, _offer(address, prefix, 1, to), key=lambda each: each[:2])
        return best[2]

    def _allows(self, group: Json, way: str, subnet: str, packet: Packet) -> bool:
        properties = self.rows[group["id"].lower()]["properties"]
        rules = [
            each["properties"] for each in (*properties["securityRules"], *properties["defaultSecurityRules"])
        ]
        for rule in sorted(rules, key=lambda each: each["priority"]):
            if rule["direction"] == way and self._matches(rule, subnet, packet):
                return bool(rule["access"] == "Allow")
        raise AssertionError("the default rules match everything")

    def _matches(self, rule: Json, subnet: str, packet: Packet) -> bool:
        one, other, protocol, port = packet
        if rule["protocol"] != "*" and NUMBERS[rule["protocol"]] != protocol:
            return False
        limits = rule["destinationPortRange"]
        if limits != "*" and protocol in {6, 17}:
            low, _, high = limits.partition("-")
            if not int(low) <= port <= int(high or low):
                return False
        if limits != "*" and protocol not in {6, 17} and rule["protocol"] == "*":
            return False
        return self._holds(rule, "source", subnet, one) and self._holds(rule, "destination", subnet, other)

    def _holds(self, rule: Json, side: str, subnet: str, address: str) -> bool:
        groups = rule.get(f"{side}ApplicationSecurityGroups")
        if groups:
            return any(self._is_member(address, each["id"].lower()) for each in groups)
        prefixes = rule.get(f"{side}AddressPrefixes") or [rule[f"{side}AddressPrefix"]]
        return any(self._in_word(address, word, subnet) for word in prefixes)

    def _in_word(self, address: str, word: str, subnet: str) -> bool:
        if word == "*":
            return True
        if word == "VirtualNetwork":
            return self._in_network(address, subnet)
        if word == "Internet":
            return ipaddress.ip_address(address).is_global and not self._in_network(address, subnet)
        return word != "AzureLoadBalancer" and inside(address, word)

    def _in_network(self, address: str, subnet: str) -> bool:
        network, properties = self.subnets[subnet]
        held = list(self.rows[network]["properties"]["addressSpace"]["addressPrefixes"])
        for peering in self.rows[network]["properties"]["virtualNetworkPeerings"]:
            if peering["properties"]["peeringState"] == "Connected":
                held += peering["properties"]["remoteAddressSpace"]["addressPrefixes"]
        if properties.get("routeTable"):
            routes = self.rows[properties["routeTable"]["id"]]["properties"]["routes"]
            held += [
                each["properties"]["addressPrefix"]
                for each in routes
                if each["properties"]["nextHopType"] == "VirtualAppliance"
            ]
        return any(inside(address, prefix) for prefix in held)

    def _is_member(self, address: str, group: str) -> bool:
        return any(
            configuration["properties"]["privateIPAddress"] == address
            and any(
                each["id"].lower() == group
                for each in configuration["properties"].get("applicationSecurityGroups", ())
            )
            for _, interface in self.interfaces
            for configuration in interface["ipConfigurations"]
        )


def _offer(address: str, prefix: str, rank: int, to: str | None) -> tuple[int, int, str | None]:
    length = int(prefix.split("/")[1])
    return (length, rank, to) if inside(address, prefix) else (-1, -1, None)


def _addresses(interface: Json) -> list[str]:
    return [each["properties"]["privateIPAddress"] for each in interface["ipConfigurations"]]


def _subnet(interface: Json) -> str:
    return str(interface["ipConfigurations"][0]["properties"]["subnet"]["id"]).lower()
