"""Makes networks of the tests' Azure, natively; each maker returns an id in lower case.

https://learn.microsoft.com/rest/api/virtualnetwork/ (virtual-networks/get, network-security-groups/get,
route-tables/get, network-interfaces/get, public-ip-addresses/get, private-endpoints/get,
private-link-services/get);
https://learn.microsoft.com/rest/api/load-balancer/load-balancers/get.
"""

from __future__ import annotations

from typing import Any

from tests.faults.azure.cloud import Cloud, Json

_NETWORK = "Microsoft.Network"
DEFAULTS = (
    ("AllowVnetInBound", "Inbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", "Inbound", 65001, "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", "Inbound", 65500, "Deny", "*", "*"),
    ("AllowVnetOutBound", "Outbound", 65000, "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", "Outbound", 65001, "Allow", "*", "Internet"),
    ("DenyAllOutBound", "Outbound", 65500, "Deny", "*", "*"),
)
"""https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview."""


def rule(name: str, priority: int, access: str, source: Any, ports: Any, **more: Any) -> Json:
    """A security rule; its ends are prefixes, tags, or ids of application security groups."""
    made = {
        "access": access,
        "direction": more.get("direction", "Inbound"),
        "priority": priority,
        "protocol": more.get("protocol", "Tcp"),
        **_ranges("sourcePortRange", more.get("source_ports", "*")),
        **_ranges("destinationPortRange", ports),
        **_end("source", source),
        **_end("destination", more.get("target", "*")),
    }
    return {"name": name, "properties": made}


def outbound(name: str, priority: int, access: str, target: Any, ports: Any, **more: Any) -> Json:
    """A security rule about what goes out."""
    return rule(name, priority, access, "*", ports, target=target, direction="Outbound", **more)


def _ranges(name: str, value: Any) -> Json:
    return {f"{name}s": list(value)} if isinstance(value, list | tuple) else {name: str(value)}


def _end(side: str, value: Any) -> Json:
    values = list(value) if isinstance(value, list | tuple) else [value]
    if all("/applicationsecuritygroups/" in each.lower() for each in values):
        return {f"{side}ApplicationSecurityGroups": [{"id": each} for each in values]}
    if len(values) > 1:
        return {f"{side}AddressPrefixes": values}
    return {f"{side}AddressPrefix": values[0]}


class Networks:
    """Makers for one cloud."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def _made(self, boundary: str, noun: str, name: str, properties: Json, **more: Any) -> str:
        tags = more.pop("tags", None)
        return self.cloud.resource(
            boundary, f"{_NETWORK}/{noun}", name, properties, tags=tags or None, **more
        )

    def network(self, boundary: str, name: str, *ranges: str, **subnets: str | list[str]) -> str:
        """A virtual network; without ``subnets`` it has one, ``default``, of its first range."""
        parts = subnets or {"default": ranges[0]}
        identity = self._made(
            boundary,
            "virtualNetworks",
            name,
            {
                "addressSpace": {"addressPrefixes": list(ranges)},
                "enableDdosProtection": False,
                "provisioningState": "Succeeded",
                "subnets": [],
                "virtualNetworkPeerings": [],
            },
        )
        native = self.cloud.find(identity)
        for part, cidr in parts.items():
            where = {"addressPrefix": cidr} if isinstance(cidr, str) else {"addressPrefixes": cidr}
            native["properties"]["subnets"].append(
                {
                    "id": f"{native['id']}/subnets/{part}",
                    "name": part,
                    "properties": {
                        **where,
                        "ipConfigurations": [],
                        "privateEndpointNetworkPolicies": "Disabled",
                        "provisioningState": "Succeeded",
                    },
                }
            )
        return identity

    def subnet(self, network: str, name: str = "default", **properties: Any) -> str:
        """A subnet's id, after setting some of its properties: ids (of groups, tables) as references."""
        found = self._subnet(network, name)
        for key, value in properties.items():
            refers = isinstance(value, str) and value.startswith("/")
            found["properties"][key] = {"id": value} if refers else value
        return str(found["id"]).lower()

    def _subnet(self, network: str, name: str) -> Json:
        parts = self.cloud.find(network)["properties"]["subnets"]
        found: Json = next(each for each in parts if each["name"] == name)
        return found

    def group(self, boundary: str, name: str, *rules: Json) -> str:
        """A network security group with the default rules."""
        defaults = [
            rule(named, priority, access, source, "*", target=target, direction=way, protocol="*")
            for named, way, priority, access, source, target in DEFAULTS
        ]
        properties = {"provisioningState": "Succeeded", "securityRules": list(rules)}
        return self._made(
            boundary,
            "networkSecurityGroups",
            name,
            {**properties, "defaultSecurityRules": defaults},
        )

    def table(self, boundary: str, name: str, *routes: tuple[str, str, str | None], **more: Any) -> str:
        """A route table; routes are (prefix, type of next hop, its address)."""
        made = [
            {
                "name": f"route{index}",
                "properties": {
                    "addressPrefix": prefix,
                    "nextHopType": kind,
                    **({"nextHopIpAddress": address} if address else {}),
                },
            }
            for index, (prefix, kind, address) in enumerate(routes)
        ]
        off = not more.get("propagates", True)
        return self._made(boundary, "routeTables", name, {"disableBgpRoutePropagation": off, "routes": made})

    def interface(self, boundary: str, name: str, subnet: str, *addresses: str, **more: Any) -> str:
        """An interface of a machine: ``group``, ``public`` (ids), ``names`` (application security groups)."""
        identity = f"/subscriptions/{boundary.partition('/')[0]}/resourceGroups/{boundary.partition('/')[2]}"
        identity += f"/providers/{_NETWORK}/networkInterfaces/{name}"
        configurations = []
        for index, address in enumerate(addresses):
            properties: Json = {
                "primary": index == 0,
                "privateIPAddress": address,
                "privateIPAddressVersion": "IPv6" if ":" in address else "IPv4",
                "privateIPAllocationMethod": "Dynamic",
                "provisioningState": "Succeeded",
                "subnet": {"id": subnet},
            }
            if more.get("names"):
                properties["applicationSecurityGroups"] = [{"id": each} for each in more["names"]]
            if index == 0 and more.get("public"):
                properties["publicIPAddress"] = {"id": more["public"]}
            configurations.append(
                {
                    "id": f"{identity}/ipConfigurations/ip{index}",
                    "name": f"ip{index}",
                    "properties": properties,
                }
            )
        native: Json = {
            "enableIPForwarding": more.get("forwards", False),
            "ipConfigurations": configurations,
            "provisioningState": "Succeeded",
        }
        if more.get("group"):
            native["networkSecurityGroup"] = {"id": more["group"]}
        if more.get("endpoint"):
            native["privateEndpoint"] = {"id": more["endpoint"]}
        network, _, part = subnet.rpartition("/subnets/")
        occupied = self._subnet(network, part)["properties"]["ipConfigurations"]
        occupied += [{"id": each["id"]} for each in configurations]
        return self._made(boundary, "networkInterfaces", name, native)

    def occupy(self, subnet: str, *ids: str) -> None:
        """Let something that is no listed interface have addresses in a subnet."""
        network, _, part = subnet.rpartition("/subnets/")
        self._subnet(network, part)["properties"]["ipConfigurations"] += [{"id": each} for each in ids]

    def public(self, boundary: str, name: str, address: str | None, sku: str = "Standard") -> str:
        """A public address."""
        properties: Json = {"publicIPAddressVersion": "IPv6" if ":" in (address or "") else "IPv4"}
        if address:
            properties["ipAddress"] = address
        return self._made(
            boundary, "publicIPAddresses", name, properties, sku={"name": sku, "tier": "Regional"}
        )

    def names(self, boundary: str, name: str) -> str:
        """An application security group."""
        return self._made(boundary, "applicationSecurityGroups", name, {"provisioningState": "Succeeded"})

    def peer(self, one: str, other: str, *, state: str = "Connected", **flags: Any) -> tuple[str, str]:
        """Both halves of a peering; ``near`` and ``far`` change the properties of the first and second."""
        halves = []
        for near, far, changed in ((one, other, "near"), (other, one, "far")):
            own, remote = self.cloud.find(near), self.cloud.find(far)
            name = f"to-{remote['name']}"
            properties = {
                "allowForwardedTraffic": False,
                "allowGatewayTransit": False,
                "allowVirtualNetworkAccess": True,
                "peerCompleteVnets": True,
                "peeringState": state,
                "remoteAddressSpace": {
                    "addressPrefixes": list(remote["properties"]["addressSpace"]["addressPrefixes"])
                },
                "remoteVirtualNetwork": {"id": remote["id"]},
                "useRemoteGateways": False,
                **flags.get(changed, {}),
            }
            identity = f"{own['id']}/virtualNetworkPeerings/{name}"
            native = {"id": identity, "name": name, "properties": properties}
            own["properties"]["virtualNetworkPeerings"].append(native)
            halves.append(identity.lower())
        return halves[0], halves[1]

    def endpoint(self, boundary: str, name: str, subnet: str, service: str, address: str, **more: Any) -> str:
        """A private endpoint with its interface."""
        connection = {
            "name": name,
            "properties": {
                "groupIds": more.get("parts", ["blob"]),
                "privateLinkServiceConnectionState": {"status": more.get("state", "Approved")},
                "privateLinkServiceId": service,
            },
        }
        identity = self._made(
            boundary,
            "privateEndpoints",
            name,
            {"privateLinkServiceConnections": [connection], "subnet": {"id": subnet}},
        )
        interface = self.interface(
            more.get("holder", boundary), f"{name}-nic", subnet, address, endpoint=identity
        )
        self.cloud.find(identity)["properties"]["networkInterfaces"] = [{"id": interface}]
        return identity

    def link_service(self, boundary: str, name: str, balancer: str, *visible: str) -> str:
        """A private link service before the first frontend of a balancer, visible to subscriptions."""
        front = self.cloud.find(balancer)["properties"]["frontendIPConfigurations"][0]["id"]
        return self._made(
            boundary,
            "privateLinkServices",
            name,
            {
                "loadBalancerFrontendIpConfigurations": [{"id": front}],
                "visibility": {"subscriptions": list(visible)},
                "autoApproval": {"subscriptions": []},
            },
        )

    def balancer(self, boundary: str, name: str, *rules: tuple[str, int, int], **more: Any) -> str:
        """A load balancer before interfaces (``members``): rules are (protocol, port, port behind)."""
        subscription, _, group = boundary.partition("/")
        base = (
            f"/subscriptions/{subscription}/resourceGroups/{group}/providers/{_NETWORK}/loadBalancers/{name}"
        )
        front: Json = {}
        if more.get("public"):
            front["publicIPAddress"] = {"id": more["public"]}
        else:
            front["subnet"] = {"id": more["subnet"]}
            front["privateIPAddress"] = more["address"]
        front_id, pool_id = f"{base}/frontendIPConfigurations/front", f"{base}/backendAddressPools/pool"
        members = [{"id": f"{each}/ipConfigurations/ip0"} for each in more.get("members", ())]
        return self._made(
            boundary,
            "loadBalancers",
            name,
            {
                "frontendIPConfigurations": [{"id": front_id, "name": "front", "properties": front}],
                "backendAddressPools": [
                    {"id": pool_id, "name": "pool", "properties": {"backendIPConfigurations": members}}
                ],
                "loadBalancingRules": [
                    {
                        "id": f"{base}/loadBalancingRules/r{port}",
                        "name": f"r{port}",
                        "properties": {
                            "protocol": protocol,
                            "frontendPort": port,
                            "backendPort": behind,
                            "backendAddressPool": {"id": pool_id},
                            "frontendIPConfiguration": {"id": front_id},
                        },
                    }
                    for protocol, port, behind in rules
                ],
                "inboundNatRules": [
                    {
                        "id": f"{base}/inboundNatRules/n{port}",
                        "name": f"n{port}",
                        "properties": {
                            "protocol": protocol,
                            "frontendPort": port,
                            "backendPort": behind,
                            "backendIPConfiguration": {"id": f"{member}/ipConfigurations/ip0"},
                            "frontendIPConfiguration": {"id": front_id},
                        },
                    }
                    for protocol, port, behind, member in more.get("forwards", ())
                ],
            },
            sku={"name": more.get("sku", "Standard"), "tier": "Regional"},
        )

    def gateway(self, boundary: str, name: str, subnet: str, kind: str = "Vpn") -> str:
        """A virtual network gateway in a subnet ``GatewaySubnet``."""
        configuration = {"name": "ip", "properties": {"subnet": {"id": subnet}}}
        return self._made(
            boundary,
            "virtualNetworkGateways",
            name,
            {"gatewayType": kind, "enableBgp": True, "ipConfigurations": [configuration]},
        )

    def firewall(self, boundary: str, name: str, subnet: str, address: str) -> str:
        """An Azure Firewall at an address of a subnet ``AzureFirewallSubnet``."""
        where = {"subnet": {"id": subnet}, "privateIPAddress": address}
        return self._made(
            boundary,
            "azureFirewalls",
            name,
            {"ipConfigurations": [{"name": "ip", "properties": where}], "sku": {"tier": "Standard"}},
        )

    def flow_log(self, boundary: str, name: str, target: str, **changed: Any) -> str:
        """A flow log of a network, subnet, interface or group.

        https://learn.microsoft.com/rest/api/network-watcher/flow-logs/get
        """
        store = "/subscriptions/0/resourceGroups/logs/providers/Microsoft.Storage/storageAccounts/flows"
        properties = {"enabled": True, "storageId": store, "targetResourceId": target, **changed}
        return self._made(boundary, "networkWatchers/flowLogs", name, properties)

    def admin_rules(self, network: str) -> None:
        """Let security admin rules of a network manager apply to a network."""
        self._managed(network, "effectiveSecurityAdminRules")

    def grouped(self, network: str) -> None:
        """Put a network into a group of a network manager."""
        self._managed(network, "networkGroupMemberships")

    def _managed(self, network: str, noun: str) -> None:
        """https://learn.microsoft.com/azure/virtual-network-manager/query-azure-resource-graph."""
        native = self.cloud.find(network)
        self.cloud.network.append(
            {
                "id": f"{native['id']}/providers/Microsoft.Network/{noun}/default",
                "name": "default",
                "type": f"microsoft.network/{noun.lower()}",
                "subscriptionId": native["subscriptionId"],
                "properties": {},
            }
        )
