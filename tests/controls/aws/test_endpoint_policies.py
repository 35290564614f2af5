"""DAT-001 over the wire, where a bucket asks for a VPC endpoint and that has a policy of its own."""

from __future__ import annotations

import pytest

from tests.controls.aws.conftest import Lab, allow, policy


@pytest.fixture
def endpoint(lab: Lab) -> str:
    """Dev's endpoint to S3, by which alone production's bucket may be read, from dev too."""
    ec2 = lab.client("ec2", lab.dev)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    tables = ec2.describe_route_tables(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["RouteTables"]
    made = ec2.create_vpc_endpoint(
        VpcId=vpc,
        ServiceName="com.amazonaws.eu-west-1.s3",
        VpcEndpointType="Gateway",
        RouteTableIds=[tables[0]["RouteTableId"]],
    )
    name = str(made["VpcEndpoint"]["VpcEndpointId"])
    arn = lab.bucket(lab.prod, "data")
    resources = [arn, f"{arn}/*"]
    admit = {
        "Effect": "Allow",
        "Principal": {"AWS": lab.dev},
        "Action": "s3:GetObject",
        "Resource": resources,
    }
    refuse = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": resources}
    by_another = {"StringNotEquals": {"aws:SourceVpce": name}}
    lab.client("s3", lab.prod).put_bucket_policy(
        Bucket=arn.rpartition(":")[2], Policy=policy(admit, {**refuse, "Condition": by_another})
    )
    lab.role(lab.dev, "notebooks", allow("s3:GetObject"))
    return name


def limit(lab: Lab, name: str, resource: str) -> None:
    """An endpoint policy for the objects of some buckets."""
    lab.client("ec2", lab.dev).modify_vpc_endpoint(
        VpcEndpointId=name,
        PolicyDocument=policy(
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resource}
        ),
    )


def reached(lab: Lab) -> list[tuple[str, bool]]:
    """State and latency of what leads from dev to prod."""
    found = lab.decide("DAT-001").facts["store_access"].crossings
    return [(one.state.value, one.latent) for one in found if one.pair == "dev->prod"]


def test_the_endpoint_s_policy_decides_where_the_way_demands_the_endpoint(lab: Lab, endpoint: str) -> None:
    limit(lab, endpoint, "*")
    assert reached(lab) == [("yes", False)]
    limit(lab, endpoint, "arn:aws:s3:::devs-own/*")
    assert reached(lab) == [("yes", True)], "the bucket still admits dev"


def test_endpoints_that_were_not_read_leave_it_open(lab: Lab, endpoint: str) -> None:
    limit(lab, endpoint, "arn:aws:s3:::devs-own/*")
    lab.server.deny("ec2:DescribeVpcEndpoints", account=lab.dev)
    assert lab.judge("DAT-001")["reach", "dev->prod"] == "unknown"
