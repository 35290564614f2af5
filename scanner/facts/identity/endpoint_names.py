"""Which service of the provider a VPC endpoint leads to, by the name that the endpoint has of it.

``com.amazonaws.eu-west-1.ecr.api``: the region stands before the service. What stands before the region
differs by partition (``cn.com.amazonaws.cn-north-1.ecr.api``).

https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/MultiRegionAccessPointsPrivateLink.html
"""

from __future__ import annotations

import re

_NAMED = re.compile(r"\.(?:[a-z]+(?:-[a-z]+)+-\d+\.([a-z0-9-]+)|(s3-global)\.)")


def service_of(name: str) -> str | None:
    """``ecr`` of ``com.amazonaws.eu-west-1.ecr.api``; ``None`` of a name that says no service."""
    found = _NAMED.search(name)
    return (found[1] or found[2]).removesuffix("-fips") if found else None
