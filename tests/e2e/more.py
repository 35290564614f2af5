"""What the demo lacks, so that every call of the table is made: networks and compute in the CI account."""

from __future__ import annotations

import json
from typing import Any

import demo_estate
from tests.faults import compute, network


class Beyond:
    """The estate as `tests.faults.network` wants it: one account, with a network of its own."""

    def __init__(self, url: str) -> None:
        self._wire = demo_estate.Wire(url, demo_estate.CI)
        self.dev = self.prod = demo_estate.CI

    def client(self, service: str, account: str, region: str = demo_estate.REGION) -> Any:
        """A client of the CI account."""
        assert account == demo_estate.CI
        return self._wire.client(service, region)


def build(url: str) -> None:
    """Add it to the estate on a server."""
    estate = Beyond(url)
    ec2 = estate.client("ec2", estate.dev)
    vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.1.0.0/24")
    estate.client("s3", estate.dev).create_bucket(
        Bucket="dev-artifacts", CreateBucketConfiguration={"LocationConstraint": demo_estate.REGION}
    )
    network.build(estate, {estate.dev: vpc})
    _image(estate.client("ecr", estate.dev))
    estate.client("iam", estate.dev).create_role(RoleName="worker", AssumeRolePolicyDocument=NOBODY)
    compute.build(estate.client, estate.dev)


NOBODY = '{"Version": "2012-10-17", "Statement": []}'


def _image(ecr: Any) -> None:
    """The image that compute runs."""
    ecr.create_repository(repositoryName="ml/train")
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {"digest": "sha256:v1"},
        "layers": [],
    }
    ecr.put_image(repositoryName="ml/train", imageManifest=json.dumps(manifest), imageTag="v1")
