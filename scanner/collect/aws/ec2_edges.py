"""EC2: what leads out of networks, and what is said of that (Amazon EC2 API, version 2016-11-15)."""

from __future__ import annotations

from typing import Any

from scanner.collect.calls import Call, Follow, Output, Read, Span

_ARN = "arn:{partition}:ec2:{region}:"


def _listing(
    operation: str, kind: str, items: str, arn: str, *, page: int | None = 1000, **params: Any
) -> Call:
    output = Output(f"ec2.{kind}", items, f"{_ARN}{arn}", defaults={"OwnerId": "{account}"})
    return Call(Read("ec2", operation, page=page), (output,), Span.REGION, params=params)


CALLS = (
    _listing("DescribeNatGateways", "nat_gateway", "NatGateways[]", "{account}:natgateway/{NatGatewayId}"),
    _listing(
        "DescribeInternetGateways",
        "internet_gateway",
        "InternetGateways[]",
        "{OwnerId}:internet-gateway/{InternetGatewayId}",
    ),
    _listing(
        "DescribeEgressOnlyInternetGateways",
        "egress_only_internet_gateway",
        "EgressOnlyInternetGateways[]",
        "{account}:egress-only-internet-gateway/{EgressOnlyInternetGatewayId}",
        page=255,
    ),
    _listing(
        "DescribeVpnGateways",
        "vpn_gateway",
        "VpnGateways[]",
        "{account}:vpn-gateway/{VpnGatewayId}",
        page=None,
    ),
    Call(
        Read("ec2", "DescribeManagedPrefixLists", page=100),
        (Output("ec2.prefix_list", "PrefixLists[]", "{PrefixListArn}"),),
        Span.REGION,
        follows=(
            # Lists of AWS itself name its own services, and are not read.
            Follow(
                Read("ec2", "GetManagedPrefixListEntries", page=100),
                {"PrefixListId": "{PrefixListId}"},
                "Entries",
                when="OwnerId != 'AWS'",
            ),
        ),
    ),
    _listing(
        "DescribeVpcBlockPublicAccessOptions",
        "vpc_block_public_access",
        "[VpcBlockPublicAccessOptions]",
        "{account}:vpc-block-public-access-options/settings",
        page=None,
    ),
    # Not paged by the SDK; an account may have 50.
    _listing(
        "DescribeVpcBlockPublicAccessExclusions",
        "vpc_block_public_access_exclusion",
        "VpcBlockPublicAccessExclusions[]",
        "{account}:vpc-block-public-access-exclusion/{ExclusionId}",
        page=None,
        MaxResults=1000,
    ),
    _listing("DescribeFlowLogs", "flow_log", "FlowLogs[]", "{account}:vpc-flow-log/{FlowLogId}"),
)
