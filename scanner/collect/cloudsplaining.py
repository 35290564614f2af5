"""The report of cloudsplaining, brought back into the shape of the API's answer that it was made from.

It holds users, groups, roles and policies by name or id, inline policies once by the hash of their text,
and its own judgements (``PrivilegeEscalation`` and the like, ``exclusions``), which are no facts about the
account and are left. It leaves out tags, permissions boundaries and when a role was used; what is left out
is said to be unread, never to be absent.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

UNREAD = "$unread"
"""Names, in an answer, those of its fields that were not in what was read."""

_SECTIONS = (
    "users",
    "groups",
    "roles",
    "aws_managed_policies",
    "customer_managed_policies",
    "inline_policies",
)
_LEFT_OUT = ["PermissionsBoundary", "Tags"]
_OF_A_POLICY = (
    "PolicyName",
    "PolicyId",
    "Arn",
    "Path",
    "DefaultVersionId",
    "AttachmentCount",
    "IsAttachable",
    "CreateDate",
    "UpdateDate",
    "PolicyVersionList",
)

Report = Mapping[str, Any]


def recognised(found: Report) -> bool:
    """Whether a file's content is such a report."""
    return all(isinstance(found.get(name), dict) for name in _SECTIONS)


def native(report: Report) -> dict[str, Any]:
    """The answer of GetAccountAuthorizationDetails that a report was made from."""
    managed = {**report["aws_managed_policies"], **report["customer_managed_policies"]}
    return {
        "RoleDetailList": [_role(item, report, managed) for item in report["roles"].values()],
        "UserDetailList": [_user(item, report, managed) for item in report["users"].values()],
        "GroupDetailList": [_group(item, report, managed) for item in report["groups"].values()],
        "Policies": [{key: item[key] for key in _OF_A_POLICY if key in item} for item in managed.values()],
    }


def _role(item: Report, report: Report, managed: Report) -> dict[str, Any]:
    return {
        **_named(item, "Role"),
        "AssumeRolePolicyDocument": item["assume_role_policy"]["PolicyDocument"],
        "RolePolicyList": list(_inline(item, report)),
        "AttachedManagedPolicies": list(_attached(item, managed)),
        "InstanceProfileList": item["instance_profiles"],
        UNREAD: _LEFT_OUT,
    }


def _user(item: Report, report: Report, managed: Report) -> dict[str, Any]:
    return {
        **_named(item, "User"),
        "UserPolicyList": list(_inline(item, report)),
        "AttachedManagedPolicies": list(_attached(item, managed)),
        "GroupList": [group["name"] for group in item["groups"].values()],
        UNREAD: _LEFT_OUT,
    }


def _group(item: Report, report: Report, managed: Report) -> dict[str, Any]:
    return {
        **_named(item, "Group"),
        "GroupPolicyList": list(_inline(item, report)),
        "AttachedManagedPolicies": list(_attached(item, managed)),
    }


def _named(item: Report, kind: str) -> dict[str, Any]:
    """What identities and groups have in common. An id is left out where the report has the name for it."""
    found = {
        "Arn": item["arn"],
        f"{kind}Name": item["name"],
        "Path": item["path"],
        "CreateDate": item["create_date"],
    }
    return found if item["id"] == item["name"] else {**found, f"{kind}Id": item["id"]}


def _inline(item: Report, report: Report) -> Iterator[dict[str, Any]]:
    for key, name in item["inline_policies"].items():
        yield {"PolicyName": name, "PolicyDocument": report["inline_policies"][key]["PolicyDocument"]}


def _attached(item: Report, managed: Report) -> Iterator[dict[str, Any]]:
    """Policies that are attached; one that the report does not have is named all the same."""
    for kind in ("aws_managed_policies", "customer_managed_policies"):
        for key, name in item[kind].items():
            account = "aws" if kind.startswith("aws") else item["arn"].split(":")[4]
            arn = managed[key]["Arn"] if key in managed else f"arn:aws:iam::{account}:policy/{name}"
            yield {"PolicyName": name, "PolicyArn": arn}
