"""Which billing account pays for a project, and the budgets of that account.

- https://cloud.google.com/billing/docs/reference/rest/v1/ProjectBillingInfo;
- https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#Budget;
- https://cloud.google.com/billing/docs/reference/rest/v1/billingAccounts/getIamPolicy.

Budgets and the policy are the account's, and read once however many projects it pays for.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output
from scanner.collect.gcp._words import Assets, Get

_ACCOUNT = "{resource[data][billingAccountName]}"

CALLS = (
    Call(
        Assets("billing", "ProjectBillingInfo", type="cloudbilling.googleapis.com/ProjectBillingInfo"),
        (Output("billing.projectinfo", "assets[]", "{name}"),),
        children=(
            Call(
                Get(
                    "billing",
                    "Budgets",
                    "billing.budgets.list",
                    host="billingbudgets.googleapis.com",
                    path="/v1/{account}/budgets",
                    query=(("pageSize", "100"),),
                    listed="budgets",
                    shared=True,
                ),
                (Output("billing.budget", "budgets[]", "//billingbudgets.googleapis.com/{name}#{project}"),),
                params={"account": _ACCOUNT},
                follows=(
                    Follow(
                        Get(
                            "billing",
                            "AccountPolicy",
                            "billing.accounts.getIamPolicy",
                            host="cloudbilling.googleapis.com",
                            path="/v1/{account}:getIamPolicy",
                            shared=True,
                        ),
                        {"account": _ACCOUNT},
                        "bindings || `[]`",
                    ),
                ),
                when="resource.data.billingAccountName",
            ),
        ),
    ),
)
