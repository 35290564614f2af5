"""Ways that end at something which connects, or passes on, by itself: balancers, services, unknown addresses.

Each says the page that gives it, below https://learn.microsoft.com/azure/.
"""

from __future__ import annotations

import pytest

from tests.facts.azure.test_hand_made import Pair, state
from tests.faults.azure.network_makers import outbound, rule


class _Balanced(Pair):
    """Prod's machine stands behind a frontend in a subnet beside it; dev has no route to the machine's."""

    def __init__(self) -> None:
        super().__init__()
        native = self.cloud.find(self.b)["properties"]["subnets"][0]
        native["properties"]["addressPrefix"] = "10.2.0.0/24"
        whole = f"{self.cloud.find(self.b)['id']}/subnets/fronts"
        self.cloud.find(self.b)["properties"]["subnets"].append(
            {"id": whole, "name": "fronts", "properties": {"addressPrefix": "10.2.1.0/24"}}
        )
        self.balancer = self.make.balancer(
            self.prod, "lb", ("Tcp", 443, 8443), subnet=whole, address="10.2.1.4", members=[self.to]
        )


class TestFrontends:
    """load-balancer/components: a frontend is an address of its own; what is behind has another."""

    def test_a_route_that_drops_what_is_behind_alone(self) -> None:
        pair = _Balanced()
        pair.route(pair.a, ("10.2.0.0/24", "None", None))
        pair.make.peer(pair.a, pair.b)
        found = [one for one in pair.found() if not one.latent]
        assert [(one.border, one.targets) for one in found] == [(pair.balancer, (pair.to,))]
        assert state(found) == "undecided"

    def test_a_group_of_the_sender_that_denies_what_is_behind_alone(self) -> None:
        pair = _Balanced()
        group = pair.make.group(
            pair.dev, "out", outbound("no", 100, "Deny", "10.2.0.0/24", "*", protocol="*")
        )
        pair.make.subnet(pair.a, networkSecurityGroup=group)
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "undecided"

    def test_the_group_behind_judges_the_sender(self) -> None:
        pair = _Balanced()
        pair.route(pair.a, ("10.2.0.0/24", "None", None))
        pair.admit(rule("no-dev", 100, "Deny", "10.1.0.0/16", "*", protocol="*"))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"

    def test_a_frontend_that_is_not_reached_either(self) -> None:
        pair = _Balanced()
        pair.route(pair.a, ("10.2.0.0/16", "None", None))
        pair.make.peer(pair.a, pair.b)
        assert state(pair.found()) == "latent"
        assert state(_Balanced().found()) == "closed"

    def test_balancers_that_were_not_listed_may_have_one(self) -> None:
        pair = _Balanced()
        pair.route(pair.a, ("10.2.0.0/24", "None", None))
        pair.make.peer(pair.a, pair.b)
        pair.denied.add(("prod", "network.loadbalancer"))
        (one,) = [one for one in pair.found() if not one.latent]
        assert state([one]) == "undecided"
        assert any(step.gaps for step in one.steps)


_SERVICES = "/subscriptions/{}/resourcegroups/rg-hub/providers/microsoft.network/{}"


class TestProxies:
    """virtual-network/vnet-integration-for-azure-services: they connect from addresses of their subnet."""

    def _hub(self) -> tuple[Pair, str]:
        pair = Pair()
        hub = pair.make.network(pair.hub, "vnet-hub", "10.0.0.0/16")
        pair.make.peer(pair.a, hub)
        pair.make.peer(hub, pair.b)
        assert pair.found() == []
        return pair, hub

    @pytest.mark.parametrize("listed", ["ipConfigurations", "applicationGatewayIPConfigurations"])
    @pytest.mark.parametrize("kind", ["applicationgateways/g", "bastionhosts/b"])
    def test_a_service_with_addresses_in_a_hub(self, kind: str, listed: str) -> None:
        pair, hub = self._hub()
        identity = _SERVICES.format(pair.subscriptions["hub"], kind)
        pair.make.subnet(hub, **{listed: [{"id": f"{identity}/configurations/one"}]})
        found = pair.found()
        assert (state(found), {one.border for one in found}) == ("undecided", {identity})
        pair.admit(rule("none", 100, "Deny", "10.0.0.0/16", "*", protocol="*"))
        assert pair.found() == [], "prod admits nothing of the hub"

    @pytest.mark.parametrize(
        ("name", "said"),
        [
            ("delegations", {"serviceName": "Microsoft.App/environments"}),
            ("serviceAssociationLinks", {"linkedResourceType": "Microsoft.Web/serverfarms"}),
            ("resourceNavigationLinks", {"linkedResourceType": "Microsoft.ApiManagement/service"}),
        ],
    )
    def test_a_subnet_of_a_hub_that_is_given_to_a_service(self, name: str, said: dict[str, str]) -> None:
        pair, hub = self._hub()
        pair.make.subnet(hub, **{name: [{"name": "one", "properties": said}]})
        assert state(pair.found()) == "undecided"

    def test_a_service_behind_another(self) -> None:
        """Prod admits the second alone."""
        pair = Pair()
        hubs = [pair.make.network(pair.hub, f"hub{n}", f"10.{n}.0.0/16") for n in (10, 11)]
        for before, after in ((pair.a, hubs[0]), tuple(hubs), (hubs[1], pair.b)):
            pair.make.peer(before, after)
        for hub in hubs:
            pair.make.subnet(hub, delegations=[{"properties": {"serviceName": "Microsoft.App/environments"}}])
        pair.admit(
            rule("second", 100, "Allow", "10.11.0.0/16", "443"),
            rule("none", 200, "Deny", "*", "*", protocol="*"),
        )
        assert state(pair.found()) == "undecided"

    def test_a_hub_that_was_not_listed(self) -> None:
        """What stands in it is nobody's to see; a peering with both is."""
        pair = Pair()
        mine = pair.cloud.group(pair.subscriptions["mine"], "rg-else")
        hub = pair.make.network(mine, "vnet-else", "10.9.0.0/16")
        pair.make.peer(pair.a, hub)
        assert pair.found() == []
        pair.make.peer(hub, pair.b)
        assert state(pair.found()) == "undecided"


class TestUnknownAddresses:
    """nat-gateway/nat-gateway-resource: a NAT gateway goes out with any address of its prefixes."""

    def _named(self) -> Pair:
        pair = Pair()
        public = pair.make.public(pair.prod, "ip-prod", "203.0.114.9")
        native = pair.cloud.find(pair.to)["properties"]["ipConfigurations"][0]["properties"]
        native["publicIPAddress"] = {"id": public}
        pair.admit(rule("some", 100, "Allow", "198.51.102.0/24", "443"))
        assert pair.found() == []
        return pair

    def test_a_prefix_of_a_gateway(self) -> None:
        pair = self._named()
        base = {"publicIpPrefixes": [{"id": "/prefix"}], "subnets": [{"id": pair.make.subnet(pair.a)}]}
        pair.cloud.resource(pair.dev, "Microsoft.Network/natGateways", "nat", base)
        assert state(pair.found()) == "undecided"
        assert pair.found("prod->dev") == []

    def test_a_scale_set(self) -> None:
        pair = self._named()
        sets = (
            f"{pair.from_.partition('/providers/')[0]}/providers/microsoft.compute/virtualmachinescalesets/s"
        )
        name = f"{sets}/virtualMachines/0/networkInterfaces/nic/ipConfigurations/ip"
        pair.make.occupy(pair.make.subnet(pair.a), name)
        assert state(pair.found()) == "undecided"

    def test_a_balancer(self) -> None:
        pair = self._named()
        own = pair.make.public(pair.dev, "ip-lb", "198.51.102.8")
        pair.make.balancer(pair.dev, "lb", ("Tcp", 443, 443), public=own, members=[pair.from_])
        assert state(pair.found()) == "undecided"

    def test_gateways_that_were_not_listed(self) -> None:
        pair = self._named()
        pair.denied.add(("dev", "network.natgateway"))
        (one,) = pair.found()
        assert state([one]) == "undecided"
        assert any(step.gaps for step in one.steps)

    def test_a_rule_that_names_no_public_range(self) -> None:
        pair = self._named()
        pair.denied.add(("dev", "network.natgateway"))
        pair.admit(rule("own", 100, "Allow", "10.0.0.0/8", "443"))
        pair.cloud.find(pair.to)["properties"].pop("networkSecurityGroup", None)
        groups = [row for row in pair.cloud.resources if row["name"] == "nsg-subnet"]
        for row in groups:
            row["properties"]["securityRules"] = [rule("own", 100, "Allow", "10.0.0.0/8", "443")]
        assert pair.found() == []
