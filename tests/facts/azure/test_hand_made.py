"""Reach between virtual networks, each made by hand for one reason.

Each says the page that gives it, below https://learn.microsoft.com/azure/virtual-network/ where no other
service is named.
"""

from __future__ import annotations

from typing import Any

import pytest

from scanner.facts.azure.network_paths import derive
from scanner.model.facts import Crossing
from scanner.model.logic import Tri
from tests.facts.azure.tenant import Tenant
from tests.faults.azure.makers import storage
from tests.faults.azure.network_makers import outbound, rule


class Pair(Tenant):
    """``a`` of dev (10.1/16) and ``b`` of prod (10.2/16), each with a machine."""

    def __init__(self, *, ranges: tuple[str, str] = ("10.1.0.0/16", "10.2.0.0/16")) -> None:
        super().__init__()
        make = self.make
        self.a = make.network(self.dev, "vnet-dev", ranges[0])
        self.b = make.network(self.prod, "vnet-prod", ranges[1])
        self.from_ = make.interface(self.dev, "nic-dev", make.subnet(self.a), "10.1.0.4")
        self.to = make.interface(self.prod, "nic-prod", make.subnet(self.b), "10.2.0.4")

    def admit(self, *rules: Any, at: str = "subnet") -> str:
        """A group of prod with some rules, at its subnet or its interface."""
        group = self.make.group(self.prod, f"nsg-{at}", *rules)
        if at == "subnet":
            self.make.subnet(self.b, networkSecurityGroup=group)
        else:
            self.cloud.find(self.to)["properties"]["networkSecurityGroup"] = {"id": group}
        return group

    def route(self, network: str, *routes: tuple[str, str, str | None], **more: Any) -> str:
        """A route table at the subnet of a network."""
        boundary = self.dev if network == self.a else self.prod
        table = self.make.table(boundary, f"rt-{network.rpartition('/')[2]}", *routes, **more)
        self.make.subnet(network, routeTable=table)
        return table

    def found(self, pair: str = "dev->prod") -> list[Crossing]:
        """The crossings of a pair; these tenants are whole, so that nothing may be blind."""
        facts = derive(self.estate())
        assert not facts.blind
        return [one for one in facts.crossings if one.pair == pair]


def state(found: list[Crossing]) -> str:
    """``open``, ``latent``, ``undecided`` or ``closed``: the worst of some crossings."""
    if any(one.state is Tri.YES and not one.latent for one in found):
        return "open"
    if any(one.state is Tri.UNKNOWN for one in found):
        return "undecided"
    return "latent" if found else "closed"


def ports(found: list[Crossing]) -> list[str]:
    return sorted({port for one in found for port in one.detail["ports"]})


class TestPeering:
    def test_1_default_rules_let_peered_networks_in(self) -> None:
        """service-tags-overview: ``VirtualNetwork`` holds peered ranges; ``AllowVnetInBound`` allows it."""
        pair = Pair()
        pair.admit()
        half, _ = pair.make.peer(pair.a, pair.b)
        (one,) = pair.found()
        assert (one.border, one.sources, one.targets) == (half, (pair.from_,), (pair.to,))
        assert (state([one]), one.detail["ports"], one.closes) == ("open", ["all traffic"], (half,))
        admitted = "allow * * from VirtualNetwork to VirtualNetwork"
        assert [step.by for step in one.steps] == [
            "system route of peering to-vnet-prod",
            "peering to-vnet-prod (connected) to vnet-prod",
            f"security group nsg-subnet ingress rule AllowVnetInBound: {admitted}",
            "system route of peering to-vnet-dev",
        ]
        assert all(step.source.line for step in one.steps)

    def test_without_any_peering_nothing_is_reached(self) -> None:
        pair = Pair()
        assert pair.found() == []

    def test_a_disconnected_peering_carries_nothing(self) -> None:
        """virtual-network-manage-peering: the other half was deleted."""
        pair = Pair()
        pair.make.peer(pair.a, pair.b, state="Disconnected")
        assert pair.found() == []

    def test_2_peering_is_not_transitive(self) -> None:
        """virtual-network-peering-overview: A-B and B-C do not make A-C."""
        pair = Pair()
        hub = pair.make.network(pair.hub, "vnet-hub", "10.0.0.0/16")
        pair.make.peer(pair.a, hub)
        pair.make.peer(hub, pair.b)
        assert pair.found() == []

    def test_3_the_lower_number_decides_whatever_comes_after(self) -> None:
        """network-security-groups-overview: processed in priority order, the first match ends it."""
        pair = Pair()
        pair.admit(
            rule("no-dev", 100, "Deny", "10.1.0.0/16", "*", protocol="*"),
            rule("sql", 200, "Allow", "10.1.0.0/16", "1433"),
        )
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"
        swapped = Pair()
        swapped.admit(
            rule("sql", 90, "Allow", "10.1.0.0/16", "1433"),
            rule("no-dev", 100, "Deny", "10.1.0.0/16", "*", protocol="*"),
        )
        swapped.make.peer(swapped.a, swapped.b)
        assert (state(swapped.found()), ports(swapped.found())) == ("open", ["tcp 1433"])

    @pytest.mark.parametrize("at", ["subnet", "interface"])
    def test_4_both_groups_have_to_allow(self, at: str) -> None:
        """network-security-group-how-it-works: subnet first, then interface; one that denies is enough."""
        pair = Pair()
        pair.admit(rule("no", 100, "Deny", "*", "*", protocol="*"), at=at)
        pair.admit(at="interface" if at == "subnet" else "subnet")
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"

    def test_groups_are_stateful_answers_need_no_rule(self) -> None:
        """network-security-groups-overview: flow records; no outbound rule is needed to answer."""
        pair = Pair()
        pair.admit(outbound("nothing-out", 100, "Deny", "*", "*", protocol="*"))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "open"
        assert state(pair.found("prod->dev")) == "latent"

    def test_5_a_longer_user_route_drops_it(self) -> None:
        """virtual-networks-udr-overview: longest prefix; next hop None drops."""
        pair = Pair()
        pair.route(pair.a, ("10.2.0.0/24", "None", None))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"
        shorter = Pair()
        shorter.route(shorter.a, ("10.0.0.0/8", "None", None))
        shorter.make.peer(shorter.a, shorter.b)
        assert state(shorter.found()) == "open", "a shorter one decides nothing"
        same = Pair()
        same.route(same.a, ("10.2.0.0/16", "None", None))
        same.make.peer(same.a, same.b)
        assert state(same.found()) == "latent", "of equal ones the user's"

    def test_the_answer_has_to_be_routed_too_where_there_is_one(self) -> None:
        """TCP without an answer is no connection; a datagram has arrived (decision 16)."""
        pair = Pair()
        pair.route(pair.b, ("10.1.0.0/16", "None", None))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "open"
        assert not any(port.startswith("tcp") for port in ports(pair.found()))
        pair.admit(rule("no-udp", 100, "Deny", "*", "*", protocol="Udp"))
        pair.admit(
            rule("tcp", 100, "Allow", "*", "*"),
            rule("no-other", 200, "Deny", "*", "*", protocol="*"),
            at="interface",
        )
        assert state(pair.found()) == "latent"

    def test_6_what_is_kept_out_of_the_tag_takes_a_rule_of_its_own(self) -> None:
        """virtual-network-manage-peering: without access traffic may still flow where a rule names it."""
        pair = Pair()
        pair.admit()
        off = {"allowVirtualNetworkAccess": False}
        pair.make.peer(pair.a, pair.b, near=off, far=off)
        assert state(pair.found()) == "latent", "AllowVnetInBound does not hold the peer's ranges"
        named = Pair()
        named.admit(rule("dev", 100, "Allow", "10.1.0.0/16", "443"))
        named.make.peer(named.a, named.b, near=off, far=off)
        assert (state(named.found()), ports(named.found())) == ("undecided", ["tcp 443"])

    def test_only_synchronized_ranges_are_routed(self) -> None:
        """update-virtual-network-peering-address-space: a range added later is routed after a sync."""
        pair = Pair(ranges=("10.1.0.0/16", "10.9.0.0/16"))
        network = pair.cloud.find(pair.b)["properties"]
        pair.make.peer(pair.a, pair.b)
        network["addressSpace"]["addressPrefixes"].append("10.2.0.0/16")
        assert state(pair.found()) == "latent"


class TestForcedRanges:
    def test_7_a_user_route_to_an_appliance_widens_the_tag(self) -> None:
        """service-tags-overview: ``VirtualNetwork`` holds the prefixes of user defined routes.

        The peering keeps dev out of the tag; a route of prod's to an appliance for all of 10/8 takes it in
        again, and the longer route of the peering still leads back.
        """
        off = {"allowVirtualNetworkAccess": False}
        pair = Pair()
        pair.admit()
        pair.make.peer(pair.a, pair.b, near=off, far=off)
        assert state(pair.found()) == "latent"
        pair.route(pair.b, ("10.0.0.0/8", "VirtualAppliance", "10.2.9.4"))
        assert state(pair.found()) == "undecided"

    def test_a_deny_of_the_tag_then_holds_everything(self) -> None:
        pair = Pair()
        pair.admit(rule("no-net", 100, "Deny", "VirtualNetwork", "*", protocol="*"))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"


class TestGroupsOfNames:
    def test_8_application_security_groups_stand_for_their_members(self) -> None:
        """application-security-groups: rules name groups, and hold for the interfaces that are in them."""
        tenant = Tenant()
        make = tenant.make
        shared = make.network(tenant.hub, "vnet", "10.0.0.0/16", dev="10.0.1.0/24", prod="10.0.2.0/24")
        web, other = (make.names(tenant.hub, name) for name in ("asg-web", "asg-other"))
        group = make.group(
            tenant.hub,
            "nsg",
            rule("web", 100, "Allow", [web], "443"),
            rule("none", 200, "Deny", "*", "*", protocol="*"),
        )
        make.subnet(shared, "prod", networkSecurityGroup=group)
        start = make.interface(tenant.dev, "nic-web", make.subnet(shared, "dev"), "10.0.1.4", names=[web])
        make.interface(tenant.dev, "nic-other", make.subnet(shared, "dev"), "10.0.1.5", names=[other])
        make.interface(tenant.prod, "nic-prod", make.subnet(shared, "prod"), "10.0.2.4")
        (one,) = [one for one in derive(tenant.estate()).crossings if one.pair == "dev->prod"]
        assert (one.sources, one.border, one.detail["ports"]) == ((start,), group, ["tcp 443"])


class TestPrivateEndpoints:
    def _made(self, policies: str) -> tuple[Pair, str]:
        pair = Pair()
        account = storage(pair.cloud, pair.prod, "models")
        pair.admit(rule("none", 100, "Deny", "*", "*", protocol="*"))
        subnet = pair.make.subnet(pair.b, privateEndpointNetworkPolicies=policies)
        pair.make.endpoint(pair.prod, "pe", subnet, account, "10.2.0.9")
        pair.make.peer(pair.a, pair.b)
        return pair, f"{pair.to.rpartition('/')[0]}/pe-nic"

    def test_9_groups_do_not_apply_to_them_by_default(self) -> None:
        """private-link/disable-private-endpoint-network-policy: off unless a subnet turns them on."""
        pair, interface = self._made("Disabled")
        (one,) = pair.found()
        assert (state([one]), one.targets) == ("open", (interface,))

    def test_groups_apply_where_the_subnet_says_so(self) -> None:
        pair, _ = self._made("NetworkSecurityGroupEnabled")
        assert state(pair.found()) == "latent"

    @pytest.mark.parametrize(("policies", "wanted"), [("Disabled", "open"), ("RouteTableEnabled", "latent")])
    def test_routes_apply_where_the_subnet_says_so(self, policies: str, wanted: str) -> None:
        """The endpoint's own route (32 bits) goes before shorter ones, unless policies for routes are on."""
        pair, _ = self._made(policies)
        pair.route(pair.a, ("10.2.0.0/24", "None", None))
        assert state(pair.found()) == wanted

    def test_10_an_endpoint_of_dev_to_a_store_of_prod(self) -> None:
        """private-link/private-endpoint-overview: an address of the store in dev's network."""
        pair = Pair()
        account = storage(pair.cloud, pair.prod, "models")
        endpoint = pair.make.endpoint(pair.dev, "pe", pair.make.subnet(pair.a), account, "10.1.0.9")
        (one,) = pair.found()
        assert (state([one]), one.border, one.targets) == ("open", endpoint, (account,))
        pending = Pair()
        account = storage(pending.cloud, pending.prod, "models")
        pending.make.endpoint(
            pending.dev, "pe", pending.make.subnet(pending.a), account, "10.1.0.9", state="Pending"
        )
        assert state(pending.found()) == "latent", "nobody has approved it yet"

    def test_an_endpoint_by_an_alias_to_services_that_were_not_listed(self) -> None:
        """private-link/private-link-service-overview: an alias does not say whose service it is."""
        pair = Pair()
        alias = "svc.0f1e.westeurope.azure.privatelinkservice"
        pair.make.endpoint(pair.dev, "pe", pair.make.subnet(pair.a), alias, "10.1.0.9")
        assert pair.found() == []
        pair.denied.add(("prod", "network.privatelinkservice"))
        assert state(pair.found()) == "undecided"

    def test_an_endpoint_that_does_not_say_whether_it_stands(self) -> None:
        pair = Pair()
        account = storage(pair.cloud, pair.prod, "models")
        endpoint = pair.make.endpoint(pair.dev, "pe", pair.make.subnet(pair.a), account, "10.1.0.9")
        (connection,) = pair.cloud.find(endpoint)["properties"]["privateLinkServiceConnections"]
        del connection["properties"]["privateLinkServiceConnectionState"]
        assert state(pair.found()) == "undecided"

    def test_an_endpoint_of_a_service_that_dev_reaches(self) -> None:
        pair = Pair()
        account = storage(pair.cloud, pair.prod, "models")
        hub = pair.make.network(pair.hub, "vnet-hub", "10.0.0.0/16")
        endpoint = pair.make.endpoint(pair.hub, "pe", pair.make.subnet(hub), account, "10.0.0.9")
        assert pair.found() == []
        pair.make.peer(pair.a, hub)
        (one,) = pair.found()
        assert (state([one]), one.border, one.via, one.targets) == ("open", endpoint, ("hub",), (account,))


class TestDevices:
    def test_11_an_appliance_is_not_read(self) -> None:
        """virtual-networks-udr-overview: next hop VirtualAppliance; what it passes on is its own affair."""
        pair = Pair()
        hub = pair.make.network(pair.hub, "vnet-hub", "10.0.0.0/16", AzureFirewallSubnet="10.0.1.0/24")
        firewall = pair.make.firewall(
            pair.hub, "fw", pair.make.subnet(hub, "AzureFirewallSubnet"), "10.0.1.4"
        )
        pair.make.peer(pair.a, hub)
        pair.make.peer(hub, pair.b)
        pair.route(pair.a, ("0.0.0.0/0", "VirtualAppliance", "10.0.1.4"))
        found = pair.found()
        assert {one.border for one in found} == {firewall}
        assert state(found) == "undecided"
        pair.admit(rule("none", 100, "Deny", "*", "*", protocol="*"))
        assert pair.found() == [], "prod admits neither dev nor the firewall"

    def test_routes_that_were_not_listed_may_lead_to_an_appliance(self) -> None:
        """Prod admits dev alone, and not what the firewall sends with its own address.

        firewall/tutorial-hybrid-portal: a route of all to the firewall takes private ranges there too.
        """
        pair = Pair()
        hub = pair.make.network(pair.hub, "vnet-hub", "10.0.0.0/16", AzureFirewallSubnet="10.0.1.0/24")
        pair.make.firewall(pair.hub, "fw", pair.make.subnet(hub, "AzureFirewallSubnet"), "10.0.1.4")
        pair.make.peer(pair.a, hub)
        pair.make.peer(hub, pair.b)
        pair.admit(
            rule("dev", 100, "Allow", "10.1.0.0/16", "*"), rule("no", 200, "Deny", "*", "*", protocol="*")
        )
        assert state(pair.found()) == "closed"
        pair.route(pair.a, ("0.0.0.0/0", "VirtualAppliance", "10.0.1.4"))
        assert state(pair.found()) == "undecided"
        pair.denied.add(("dev", "network.routetable"))
        assert state(pair.found()) == "undecided"

    def test_a_second_firewall_behind_the_first(self) -> None:
        pair = Pair()
        hubs = [
            pair.make.network(
                pair.hub, f"hub{number}", f"10.{number}0.0.0/16", AzureFirewallSubnet=f"10.{number}0.1.0/24"
            )
            for number in (1, 2)
        ]
        for number, hub in enumerate(hubs, 1):
            subnet = pair.make.subnet(hub, "AzureFirewallSubnet")
            pair.make.firewall(pair.hub, f"fw{number}", subnet, f"10.{number}0.1.4")
        pair.make.peer(pair.a, hubs[0])
        pair.make.peer(*hubs)
        pair.make.peer(hubs[1], pair.b)
        pair.route(pair.a, ("0.0.0.0/0", "VirtualAppliance", "10.10.1.4"))
        assert state(pair.found()) == "undecided"

    def test_12_gateways_of_both_are_not_read(self) -> None:
        """vpn-gateway/vpn-gateway-peering-gateway-transit: spokes learn what their gateway knows."""
        pair = Pair()
        hub = pair.make.network(pair.hub, "vnet-hub", "10.0.0.0/16", GatewaySubnet="10.0.0.0/24")
        pair.make.gateway(pair.hub, "gw", pair.make.subnet(hub, "GatewaySubnet"))
        uses, lends = {"useRemoteGateways": True}, {"allowGatewayTransit": True}
        pair.make.peer(pair.a, hub, near=uses, far=lends)
        pair.make.peer(pair.b, hub, far=lends)
        assert pair.found() == [], "prod does not use it"
        pair.cloud.find(pair.b)["properties"]["virtualNetworkPeerings"][0]["properties"].update(uses)
        assert state(pair.found()) == "undecided"

    def test_virtual_hubs_are_not_read(self) -> None:
        """virtual-wan/about-virtual-hub-routing: any-to-any by default, and by tables that are not read."""
        pair = Pair()
        managed = "00000000-1111-4000-8000-000000000000/resourceGroups/rg_hub"
        for network in (pair.a, pair.b):
            native = pair.cloud.find(network)
            hub = f"/subscriptions/{managed}/providers/Microsoft.Network/virtualNetworks/HV_hub_1"
            properties = {
                "allowVirtualNetworkAccess": True,
                "allowForwardedTraffic": False,
                "allowGatewayTransit": False,
                "peeringState": "Connected",
                "remoteAddressSpace": {"addressPrefixes": ["10.99.0.0/24"]},
                "remoteVirtualNetwork": {"id": hub},
                "useRemoteGateways": True,
            }
            native["properties"]["virtualNetworkPeerings"].append(
                {"id": f"{native['id']}/virtualNetworkPeerings/hub", "name": "hub", "properties": properties}
            )
        assert state(pair.found()) == "undecided"

    def test_groups_of_a_network_manager_may_be_connected(self) -> None:
        """virtual-network-manager/concept-connectivity-configuration: a mesh is no peering."""
        pair = Pair()
        pair.make.grouped(pair.a)
        assert pair.found() == []
        pair.make.grouped(pair.b)
        assert state(pair.found()) == "undecided"

    def test_13_security_admin_rules_come_first_and_are_not_read(self) -> None:
        """virtual-network-manager/concept-security-admins: they deny, or always allow, before any group."""
        pair = Pair()
        pair.admit(rule("none", 100, "Deny", "*", "*", protocol="*"))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"
        pair.make.admin_rules(pair.b)
        assert state(pair.found()) == "undecided"


class TestFamilies:
    def test_14_ipv6_is_filtered_and_routed_for_itself(self) -> None:
        """ip-services/ipv6-overview: rules by IPv4 ranges say nothing of IPv6."""
        pair = Pair()
        for network, four, six in ((pair.a, "10.1", "fd00:1"), (pair.b, "10.2", "fd00:2")):
            native = pair.cloud.find(network)["properties"]
            native["addressSpace"]["addressPrefixes"] = [f"{four}.0.0/16", f"{six}::/64"]
            subnet = native["subnets"][0]["properties"]
            subnet.pop("addressPrefix")
            subnet["addressPrefixes"] = [f"{four}.0.0/16", f"{six}::/64"]
        make = pair.make
        make.interface(pair.dev, "six-dev", make.subnet(pair.a), "10.1.0.6", "fd00:1::6")
        target = make.interface(pair.prod, "six-prod", make.subnet(pair.b), "10.2.0.6", "fd00:2::6")
        pair.admit(rule("no-four", 100, "Deny", "10.0.0.0/8", "*", protocol="*"))
        make.peer(pair.a, pair.b)
        (one,) = pair.found()
        assert (state([one]), one.targets) == ("open", (target,))


class TestInternet:
    def test_15_a_rule_that_names_an_address_of_the_other(self) -> None:
        """ip-services/public-ip-addresses: prod's rule names the address that dev goes out with."""
        pair = Pair()
        make = pair.make
        public = make.public(pair.prod, "ip-prod", "203.0.114.9")
        native = pair.cloud.find(pair.to)["properties"]["ipConfigurations"][0]["properties"]
        native["publicIPAddress"] = {"id": public}
        own = make.public(pair.dev, "ip-dev", "198.51.101.7")
        start = make.interface(pair.dev, "nic-out", make.subnet(pair.a), "10.1.0.9", public=own)
        group = pair.admit(rule("office", 100, "Allow", "198.51.102.0/24", "443"))
        assert pair.found() == [], "somebody else"
        pair.cloud.find(group)["properties"]["securityRules"][0] = rule(
            "dev", 100, "Allow", "198.51.101.7", "443"
        )
        (one,) = pair.found()
        assert (state([one]), one.border, one.sources, one.targets) == (
            "undecided",
            group,
            (start,),
            (pair.to,),
        )
        pair.cloud.find(group)["properties"]["securityRules"][0] = rule(
            "all", 100, "Allow", "Internet", "443"
        )
        assert pair.found() == [], "the internet at large is HRD-001's"


@pytest.mark.parametrize("port", ["443-80", "70000", "odd"])
def test_a_port_that_is_no_port_is_undecided(port: str) -> None:
    """Neither a mistake of ours nor nothing: what such a rule admits is not known."""
    pair = Pair()
    deny = rule("rest", 200, "Deny", "*", "*")
    pair.admit(rule("dev", 100, "Allow", "10.1.0.0/16", ["443", port]), deny)
    pair.make.peer(pair.a, pair.b)
    assert state(pair.found()) == "undecided"
