"""What to do so that a call answers."""

import pytest

from scanner.model.finding import Missing
from scanner.report._advice import advice


@pytest.mark.parametrize(
    ("call", "reason", "detail", "said"),
    [
        ("s3:GetBucketPolicy", "denied", "AccessDenied", "allow the:Permission"),
        ("s3:GetBucketPolicy", "", "", "allow the:Permission"),
        ("sts:AssumeRole", "unreached", "NoRoleConfigured", "set sources.aws.role"),
        ("sts:AssumeRole", "unreached", "AccessDenied", "let the role of sources.aws.role be assumed"),
        (
            "sts:AssumeRole",
            "unreached",
            "WrongAccount",
            "correct sources.aws.role, which leads to another account",
        ),
        (
            "ec2:DescribeRegions",
            "not_enabled",
            "not-opted-in",
            "enable the region or leave it out of sources.aws.regions",
        ),
        ("iam:GetUser", "throttled", "Throttling", "run again later"),
        ("iam:ListRoles", "unreached", "NotAsked", "add it to sources.aws.accounts"),
        ("organizations:ListRoots", "unreached", "NotAsked", "set sources.aws.organization"),
        ("iam:GetUser", "failed", "ReadTimeoutError", "look into ReadTimeoutError, then run again"),
        ("iam:GetUser", "failed", "", "run again later"),
        ("s3:X", "unsupported", "X", "look elsewhere: the provider does not answer this here"),
    ],
)
def test_advice_names_what_would_help(call: str, reason: str, detail: str, said: str) -> None:
    assert advice(Missing(call, "the:Permission", "aws/111111111111/global", reason, detail)) == said


@pytest.mark.parametrize(
    ("call", "reason", "detail", "said"),
    [
        ("resources:Subscriptions", "unreached", "NotAsked", "add it to sources.azure.subscriptions"),
        (
            "storage:StorageAccounts",
            "not_enabled",
            "MissingSubscriptionRegistration",
            "register the resource provider in the subscription",
        ),
        ("storage:StorageAccounts", "denied", "NotGranted", "allow the:Permission"),
    ],
)
def test_advice_names_keys_that_the_source_of_azure_has(
    call: str, reason: str, detail: str, said: str
) -> None:
    assert advice(Missing(call, "the:Permission", "azure/s/global", reason, detail)) == said


@pytest.mark.parametrize(
    ("call", "scope", "reason", "detail", "said"),
    [
        ("organizations:Policies", "organizations", "unreached", "NotAsked", "set sources.gcp.organization"),
        ("asset:IamPolicies", "organizations", "unreached", "NotAsked", "set sources.gcp.organization"),
        ("resources:Projects", "ml-prod", "unreached", "NotAsked", "add it to sources.gcp.projects"),
        (
            "resources:Projects",
            "ml-prod",
            "failed",
            "SERVICE_DISABLED",
            "enable the API in the project that calls are counted against",
        ),
    ],
)
def test_advice_names_keys_that_the_source_of_google_cloud_has(
    call: str, scope: str, reason: str, detail: str, said: str
) -> None:
    assert advice(Missing(call, "the:Permission", f"gcp/{scope}/global", reason, detail)) == said
