"""Which APIs the tests' Google Cloud answers for: the document that has their methods, and what lets one ask.

Names are those of our call table where it has one, so that a fault can be put on a call.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

DOCUMENTS = (
    *(
        "cloudasset.v1",
        "cloudresourcemanager.v3",
        "policyanalyzer.v1",
        "billingbudgets.v1",
        "cloudbilling.v1",
    ),
)
CONTENTS: Mapping[str, tuple[str, str]] = {
    "1": ("RESOURCE", "cloudasset.assets.listResource"),
    "2": ("IAM_POLICY", "cloudasset.assets.listIamPolicy"),
    "4": ("ORG_POLICY", "cloudasset.assets.listOrgPolicy"),
}
"""``contentType``, as the proto numbers it -> its name, and the permission.

https://cloud.google.com/asset-inventory/docs/access-control
"""
MEMBERS: Mapping[str, str] = {"RESOURCE": "resource", "IAM_POLICY": "iamPolicy", "ORG_POLICY": "orgPolicy"}
"""Content -> the member of an asset that holds it."""


@dataclass(frozen=True)
class Method:
    """A method that is answered from what the test put there, page by page."""

    name: str
    """The call, as our table names it."""
    document: str
    schema: str
    """What each whole answer is held to."""
    listed: str
    """The member that comes in pages; nothing where the answer is one object."""
    permission: str
    at: str
    """Where the permission is to be held: ``project`` or ``billing``."""


METHODS: Mapping[str, Method] = {
    "policyanalyzer.projects.locations.activityTypes.activities.query": Method(
        "iam:KeyActivities",
        "policyanalyzer.v1",
        "GoogleCloudPolicyanalyzerV1QueryActivityResponse",
        "activities",
        "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query",
        "project",
    ),
    "billingbudgets.billingAccounts.budgets.list": Method(
        "billing:Budgets",
        "billingbudgets.v1",
        "GoogleCloudBillingBudgetsV1ListBudgetsResponse",
        "budgets",
        "billing.budgets.list",
        "billing",
    ),
    "cloudbilling.billingAccounts.getIamPolicy": Method(
        "billing:AccountPolicy",
        "cloudbilling.v1",
        "Policy",
        "",
        "billing.accounts.getIamPolicy",
        "billing",
    ),
}
"""Id of a method in its discovery document -> how it is answered."""
