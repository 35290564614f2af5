"""Issuers of the tokens that roles trust, by the ARNs of OIDC providers, and those that are clusters of EKS.

https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
"""

from __future__ import annotations

import re

PROVIDER = ":oidc-provider/"
"""What stands before the issuer in a provider's ARN."""

_EKS = re.compile(r"oidc[.-]eks[.-](?P<region>[a-z0-9-]+)\.")


def issuer(provider: str) -> str:
    """The address of a provider, without the scheme; what is no ARN of one is that itself."""
    return provider.rpartition(PROVIDER)[2]


def cluster_region(address: str) -> str | None:
    """The region of the cluster of EKS that an issuer is; ``None`` for any other."""
    found = _EKS.match(address)
    return found["region"] if found else None
