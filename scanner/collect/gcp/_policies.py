"""Allow policies of assets: all of a project's come with one listing, and each record gets its own.

https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list, content ``IAM_POLICY``: an asset
without a policy of its own is not in it.
"""

from __future__ import annotations

from scanner.collect.calls import Bulk
from scanner.collect.gcp._words import IAM_POLICY, Assets

POLICIES = Assets("asset", "IamPolicies", content=IAM_POLICY)


def policies(kind: str) -> Bulk:
    """The policies of the assets of a type, kept under ``IamPolicies``."""
    return Bulk(POLICIES, "types", kind, "assets[]", "{name}", "iamPolicy")
