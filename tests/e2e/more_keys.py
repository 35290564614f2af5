"""What the demo lacks, so that every call of the table is made: keys and what watches, in the CI account."""

from __future__ import annotations

from typing import Any

import demo_estate
from tests.faults import keys, watching

REGIONS = (demo_estate.REGION, "us-east-1")


def build(url: str) -> None:
    """Add it to the estate on a server."""
    wire = demo_estate.Wire(url, demo_estate.CI)

    def client(service: str, account: str) -> Any:
        assert account == demo_estate.CI
        return wire.client(service, demo_estate.REGION)

    client("s3", demo_estate.CI).create_bucket(
        Bucket="ci-artifacts", CreateBucketConfiguration={"LocationConstraint": demo_estate.REGION}
    )
    keys.build(client, demo_estate.CI, "ci")
    watching.build(client, demo_estate.CI, "ci")
    _aws_keys(url)


def _aws_keys(url: str) -> None:
    """moto makes the keys of AWS itself when aliases are first listed: have them before all is collected."""
    for account in (
        *(demo_estate.DEV, demo_estate.TEST, demo_estate.PROD),
        *(demo_estate.CI, demo_estate.SANDBOX, demo_estate.MANAGEMENT),
    ):
        for region in REGIONS:
            demo_estate.Wire(url, account).client("kms", region).list_aliases()
