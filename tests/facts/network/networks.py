"""Small estates of networks, in the estate's own words, for the tests of network paths."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.model.estate import Environment, Estate, Flow, Resource, Unlisted
from scanner.model.snapshot import Gap, Reason, Scope, Source

DEV, PROD, TEST, HUB = "111111111111", "222222222222", "444444444444", "333333333333"
REGION = "eu-west-1"
PLACES: dict[str, str | None] = {DEV: "dev", PROD: "prod", HUB: "service:hub"}
ARN = {
    "network": "vpc",
    "subnet": "subnet",
    "route_table": "route-table",
    "network_acl": "network-acl",
    "security_group": "security-group",
    "peering": "vpc-peering-connection",
    "interface": "network-interface",
    "transit_gateway": "transit-gateway",
    "transit_attachment": "transit-gateway-attachment",
    "transit_route_table": "transit-gateway-route-table",
    "prefix_list": "prefix-list",
    "nat_gateway": "natgateway",
}
NATIVE = {
    "network": ("ec2.vpc", "ec2:DescribeVpcs"),
    "subnet": ("ec2.subnet", "ec2:DescribeSubnets"),
    "route_table": ("ec2.route_table", "ec2:DescribeRouteTables"),
    "network_acl": ("ec2.network_acl", "ec2:DescribeNetworkAcls"),
    "security_group": ("ec2.security_group", "ec2:DescribeSecurityGroups"),
    "peering": ("ec2.vpc_peering_connection", "ec2:DescribeVpcPeeringConnections"),
    "interface": ("ec2.network_interface", "ec2:DescribeNetworkInterfaces"),
    "transit_gateway": ("ec2.transit_gateway", "ec2:DescribeTransitGateways"),
    "transit_attachment": ("ec2.transit_gateway_attachment", "ec2:DescribeTransitGatewayAttachments"),
    "transit_route_table": ("ec2.transit_gateway_route_table", "ec2:DescribeTransitGatewayRouteTables"),
    "prefix_list": ("ec2.prefix_list", "ec2:DescribeManagedPrefixLists"),
    "nat_gateway": ("ec2.nat_gateway", "ec2:DescribeNatGateways"),
}


def arn(kind: str, name: str, account: str, region: str = REGION) -> str:
    return f"arn:aws:ec2:{region}:{account}:{ARN[kind]}/{name}"


def rule(
    protocol: str = "-1", low: int | None = None, high: int | None = None, **peers: Any
) -> dict[str, Any]:
    return {
        "protocol": protocol,
        "from_port": low,
        "to_port": high if high is not None else low,
        "icmp_type": None,
        "icmp_code": None,
        "cidrs": peers.get("cidrs", []),
        "groups": peers.get("groups", []),
        "prefix_lists": peers.get("lists", []),
    }


ALL_OUT = [rule(cidrs=["0.0.0.0/0", "::/0"])]


def entry(
    number: int, egress: bool, allow: bool, cidr: str, protocol: str = "-1", *ports: int | None
) -> dict[str, Any]:
    return {
        "number": number,
        "egress": egress,
        "allow": allow,
        "protocol": protocol,
        "cidr": cidr,
        "from_port": ports[0] if ports else None,
        "to_port": ports[-1] if ports else None,
        "icmp_type": None,
        "icmp_code": None,
    }


OPEN_ACL = [entry(100, egress, True, cidr) for egress in (False, True) for cidr in ("0.0.0.0/0",)] + [
    entry(101, egress, True, "::/0") for egress in (False, True)
]


def route(destination: str, kind: str, target: str, state: str = "active") -> dict[str, Any]:
    return {"destination": destination, "target_type": kind, "target": target, "state": state}


def transit_route(
    destination: str,
    attachment: str,
    target: str,
    kind: str = "network",
    **more: Any,
) -> dict[str, Any]:
    """A route of a transit route table to one attachment; ``state`` may be ``blackhole``."""
    return {
        "destination": destination,
        "type": "static" if more.get("static") else "propagated",
        "state": more.get("state", "active"),
        "attachments": [{"id": attachment, "type": kind, "target": target}],
    }


class Builder:
    """Collects resources; every method adds one and returns its raw id."""

    def __init__(self, places: dict[str, str | None] | None = None) -> None:
        self.places = dict(places or PLACES)
        self.found: list[Resource] = []

    def __repr__(self) -> str:
        lines = [
            f"{one.kind} {one.name} {one.place} {one.scope.region} {dict(one.attrs)}" for one in self.found
        ]
        return "\n".join(["", *lines, ""])

    def add(
        self, kind: str, name: str, account: str, attrs: dict[str, Any], region: str = REGION, **more: Any
    ) -> str:
        listed_by = more.get("listed_by", account)
        place = more.get("place", self.places.get(account))
        service = place.removeprefix("service:") if place and place.startswith("service:") else None
        self.found.append(
            Resource(
                arn(kind, name, account, region),
                kind,
                name,
                Scope("aws", listed_by, region),
                attrs,
                source=Source(f"parts/aws/{listed_by}/{region}/{NATIVE[kind][0]}.jsonl", len(self.found) + 1),
                environment=None if service else place,
                service=service,
            )
        )
        return name

    def network(self, name: str, account: str, cidrs: list[str], region: str = REGION, **more: Any) -> str:
        """A network with one subnet ``name-a`` for all its IPv4 range, an open ACL and a main table."""
        default = more.pop("default", False)
        self.add("network", name, account, {"cidrs": cidrs, "default": default}, region, **more)
        self.subnet(f"{name}-a", name, account, cidrs, region, **more)
        acl_subnets = more.pop("acl_subnets", [f"{name}-a"])
        self.add(
            "network_acl",
            f"{name}-acl",
            account,
            {"network": name, "subnets": acl_subnets, "entries": more.pop("acl", OPEN_ACL)},
            region,
        )
        routes = [route(cidr, "local", "local") for cidr in cidrs] + more.pop("routes", [])
        self.table(f"{name}-main", name, account, routes, region, main=True)
        return name

    def subnet(
        self, name: str, network: str, account: str, cidrs: list[str], region: str = REGION, **more: Any
    ) -> str:
        return self.add(
            "subnet", name, account, {"network": network, "cidrs": cidrs, "owner": account}, region, **more
        )

    def table(
        self,
        name: str,
        network: str,
        account: str,
        routes: list[dict[str, Any]],
        region: str = REGION,
        *,
        main: bool = False,
        subnets: tuple[str, ...] = (),
    ) -> str:
        attrs = {"network": network, "subnets": list(subnets), "main": main, "routes": routes}
        return self.add("route_table", name, account, attrs, region)

    def group(
        self,
        name: str,
        network: str,
        account: str,
        ingress: list[dict[str, Any]],
        egress: list[dict[str, Any]] | None = None,
        **more: Any,
    ) -> str:
        attrs = {
            "network": network,
            "name": name,
            "ingress": ingress,
            "egress": list(ALL_OUT) if egress is None else egress,
        }
        return self.add("security_group", name, account, attrs, more.pop("region", REGION), **more)

    def interface(
        self, name: str, network: str, account: str, address: str | list[str], groups: list[str], **more: Any
    ) -> str:
        attrs = {
            "network": network,
            "subnet": more.pop("subnet", f"{network}-a"),
            "groups": groups,
            "addresses": [address] if isinstance(address, str) else address,
            "public_addresses": more.pop("public", []),
            "owner": account,
            "attached_to": None,
            "description": more.pop("description", ""),
            "requester_managed": False,
        }
        return self.add("interface", name, account, attrs, more.pop("region", REGION), **more)

    def peering(
        self,
        name: str,
        near: tuple[str, str, str],
        far: tuple[str, str, str],
        status: str = "active",
        *,
        regions: tuple[str, str] = (REGION, REGION),
        accounts: tuple[str, ...] | None = None,
    ) -> str:
        """Sides are (account, network, cidr); listed by both accounts that have a place."""
        sides = [
            {"account": account, "network": network, "region": region, "cidrs": [cidr]}
            for (account, network, cidr), region in zip((near, far), regions, strict=True)
        ]
        attrs = {"status": status, "requester": sides[0], "accepter": sides[1]}
        for side in sides:
            if side["account"] in (accounts or self.places) and not self._has(name, str(side["account"])):
                self.add("peering", name, str(side["account"]), attrs, str(side["region"]))
        return name

    def gateway(self, name: str, account: str, *, references: bool = False, region: str = REGION) -> str:
        """A transit gateway."""
        attrs = {"owner": account, "state": "available", "group_references": references}
        return self.add("transit_gateway", name, account, attrs, region)

    def attach(self, name: str, gateway: str, target: str, table: str | None, **more: Any) -> str:
        """What plugs a network (or by ``kind`` something else) into a gateway of ``owner``."""
        owner = more.pop("owner", HUB)
        attrs = {
            "transit_gateway": gateway,
            "owner": owner,
            "type": more.pop("kind", "network"),
            "target": target,
            "target_owner": None,
            "state": "available",
            "route_table": table,
            "subnets": more.pop("subnets", [f"{target}-a"]),
            "group_references": True,
            "appliance": False,
        }
        return self.add("transit_attachment", name, owner, attrs | more)

    def transit(self, name: str, gateway: str, routes: list[dict[str, Any]], owner: str = HUB) -> str:
        """A route table of a transit gateway."""
        attrs = {"transit_gateway": gateway, "state": "available", "routes": routes}
        return self.add("transit_route_table", name, owner, attrs)

    def _has(self, name: str, account: str) -> bool:
        return any(one.name == name and one.scope.boundary == account for one in self.found)

    def estate(self, **more: Any) -> Estate:
        return build(self.found, self.places, **more)


def build(
    found: list[Resource],
    places: dict[str, str | None],
    *,
    unlisted: tuple[Unlisted, ...] = (),
    gaps: tuple[Gap, ...] = (),
    flows: tuple[Flow, ...] = (),
    tiers: dict[str, str] | None = None,
    groups: dict[str, str] | None = None,
) -> Estate:
    boundaries = [
        Resource(account, "boundary", account, Scope("aws", account, "global"), {"type": "account"})
        for account in places
    ]
    kinds: dict[str, list[Resource]] = {}
    for resource in [*found, *boundaries]:
        kinds.setdefault(resource.kind, []).append(resource)
    names = sorted(
        {place for place in places.values() if place and not place.startswith("service:")} | set(tiers or ())
    )
    environments = {
        name: Environment(
            name,
            (tiers or {}).get(name, "production" if name == "prod" else "nonproduction"),
            (groups or {}).get(name),
        )
        for name in names
    }
    return Estate(
        {kind: tuple(sorted(items, key=lambda item: item.id)) for kind, items in kinds.items()},
        {resource.id: resource for resource in found},
        unlisted,
        gaps,
        environments,
        {},
        flows,
        places,
    )


def gap(kind: str, account: str, region: str = REGION, resource: str = "") -> Gap:
    native, call = NATIVE[kind]
    return Gap(Scope("aws", account, region), native, call, call, Reason.DENIED, resource)


def unlisted(kind: str, account: str, region: str = REGION, place: str | None = None) -> Unlisted:
    return Unlisted(kind, Scope("aws", account, region), (gap(kind, account, region),), place)


def deny(builder: Builder, *scopes: tuple[str, str], region: str = REGION, **more: Any) -> Estate:
    """The estate without a kind in an account, and with the gap that says so."""
    kept = [
        one
        for one in builder.found
        if (one.kind, one.scope.boundary) not in scopes or one.scope.region != region
    ]
    hidden = tuple(unlisted(kind, account, region, builder.places.get(account)) for kind, account in scopes)
    return build(kept, builder.places, unlisted=hidden, **more)


def without(builder: Builder, name: str, attr: str, **more: Any) -> Estate:
    """The estate with one attribute of one raw id unknown."""
    found = []
    for one in builder.found:
        if one.name != name:
            found.append(one)
            continue
        hole = gap(one.kind, one.scope.boundary, one.scope.region, one.id)
        attrs = {key: value for key, value in one.attrs.items() if key != attr}
        found.append(replace(one, attrs=attrs, unknown={**one.unknown, attr: (hole,)}))
    return build(found, builder.places, **more)


def peered(
    *,
    dev_routes: bool = True,
    prod_routes: bool = True,
    status: str = "active",
    ingress: list[dict[str, Any]] | None = None,
    **more: Any,
) -> Builder:
    """Dev 10.1/16 and prod 10.2/16 over pcx-1, one interface each, prod's group open to dev on tcp 5432."""
    made = Builder(more.get("places"))
    to_prod = [route("10.2.0.0/16", "peering", "pcx-1")] if dev_routes else []
    to_dev = [route("10.1.0.0/16", "peering", "pcx-1")] if prod_routes else []
    made.network(
        "vpc-dev",
        DEV,
        ["10.1.0.0/16"],
        routes=to_prod,
        **({"acl": more["dev_acl"]} if "dev_acl" in more else {}),
    )
    made.network(
        "vpc-prod",
        PROD,
        ["10.2.0.0/16"],
        routes=to_dev,
        **({"acl": more["prod_acl"]} if "prod_acl" in more else {}),
    )
    made.group("sg-dev", "vpc-dev", DEV, [], more.get("egress"))
    made.group(
        "sg-prod",
        "vpc-prod",
        PROD,
        [rule("tcp", 5432, cidrs=["10.1.0.0/16"])] if ingress is None else ingress,
    )
    made.peering("pcx-1", (DEV, "vpc-dev", "10.1.0.0/16"), (PROD, "vpc-prod", "10.2.0.0/16"), status)
    if more.get("dev_interface", True):
        made.interface("eni-dev", "vpc-dev", DEV, "10.1.0.10", ["sg-dev"])
    if more.get("prod_interface", True):
        made.interface("eni-prod", "vpc-prod", PROD, "10.2.0.10", ["sg-prod"])
    return made
