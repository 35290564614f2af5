"""Service accounts' keys, when each was last used, and API keys (never a key itself).

- https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys#ServiceAccountKey;
- https://cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys#Key;
- https://cloud.google.com/policy-intelligence/docs/activity-analyzer-service-account-authentication: all
  keys of a project with one call, in pages of 1,000; times are those of two days ago at the latest.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._words import Assets, Get

CALLS = (
    Call(
        Assets("iam", "ServiceAccountKeys", type="iam.googleapis.com/ServiceAccountKey"),
        (
            Output(
                "iam.serviceaccountkey",
                "assets[]",
                "{name}",
                drop=("resource.data.privateKeyData", "resource.data.publicKeyData"),
            ),
        ),
    ),
    Call(
        Get(
            "iam",
            "KeyActivities",
            "policyanalyzer.serviceAccountKeyLastAuthenticationActivities.query",
            host="policyanalyzer.googleapis.com",
            path="/v1/projects/{project}/locations/global/activityTypes/"
            "serviceAccountKeyLastAuthentication/activities:query",
            query=(("pageSize", "1000"),),
            listed="activities",
        ),
        (
            Output(
                "iam.keyactivity",
                "activities[]",
                "{fullResourceName}",
                volatile=("activity.lastAuthenticatedTime", "observationPeriod"),
            ),
        ),
    ),
    Call(
        Assets("iam", "ApiKeys", type="apikeys.googleapis.com/Key"),
        (Output("iam.apikey", "assets[]", "{name}", drop=("resource.data.keyString",)),),
    ),
)
