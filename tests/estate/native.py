"""Native records in the documented shapes, and the snapshots that tests make of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from scanner.config import parse
from scanner.estate import build
from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Coverage, Gap, Reason, Record, Scope, Snapshot, Source

DEV, PROD, CI, LONE, BOSS = "111111111111", "222222222222", "333333333333", "444444444444", "999999999999"
REGION = "eu-west-1"
TAKEN = "2026-11-24T05:00:00Z"
ORG = f"arn:aws:organizations::{BOSS}"

CONFIG = f"""
version: 1
tag_key: [environment, env]
environments:
  dev:
    tier: nonproduction
    match: {{aws: {{accounts: ["{DEV}"], tags: {{stage: [dev*, sandbox], team: ["*"]}}}}}}
  prod:
    tier: production
    match: {{aws: {{accounts: ["{PROD}"], tags: {{stage: [prod]}}}}}}
services:
  ci:
    purpose: ci
    match: {{aws: {{accounts: ["{CI}"], tags: {{stage: [build]}}}}}}
people:
  ana: {{is: ["arn:aws:iam::{PROD}:user/ana", "ana@example.com"]}}
assume: {{scp: absent}}
"""
PLAIN = f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{accounts: ["{DEV}"]}}}}}}
  prod: {{tier: production, match: {{aws: {{accounts: ["{PROD}"]}}}}}}
"""


def scope(account: str = PROD, region: str = "global") -> Scope:
    return Scope("aws", account, region)


def record(
    kind: str, name: str, data: Mapping[str, Any], account: str = PROD, region: str | None = None
) -> Record:
    if region is None:
        region = REGION if kind.startswith(("ec2.", "ecr.", "elb", "network-firewall.")) else "global"
    where = scope(account, region)
    return Record(where, kind, name, data, Source(f"parts/aws/{account}/{region}/{kind}.jsonl", 1))


def gap(
    call: str,
    kind: str = "",
    resource: str = "",
    account: str = PROD,
    *,
    region: str = "global",
    reason: Reason = Reason.DENIED,
) -> Gap:
    return Gap(scope(account, region), kind, call, call, reason, resource, "AccessDenied")


def snapshot(
    records: Iterable[Record] = (),
    gaps: Iterable[Gap] = (),
    *,
    asked: Iterable[str] = (DEV, PROD),
    reached: Iterable[str] | None = None,
    calls: Mapping[str, int] | None = None,
    listed: frozenset[tuple[str, str]] | None = None,
) -> Snapshot:
    asked = tuple(asked)
    coverage = Coverage(
        tuple(scope(each) for each in asked),
        tuple(scope(each) for each in (asked if reached is None else reached)),
    )
    return Snapshot(tuple(records), tuple(gaps), coverage, TAKEN, calls=calls or {}, listed=listed)


def estate(
    *records: Record, gaps: Iterable[Gap] = (), config: str = PLAIN, as_of: str | None = None, **told: Any
) -> Estate:
    return build(snapshot(records, gaps, **told), parse(config, "envsplit.yaml"), as_of)


def only(found: Estate, kind: str, name: str = "") -> Resource:
    """The one resource of a kind, or the one of it with an id."""
    matching = [each for each in found.of(kind) if name in ("", each.id)]
    assert len(matching) == 1, [each.id for each in found.of(kind)]
    return matching[0]


def tags(**pairs: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in sorted(pairs.items())]


ALLOW_TLS = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{PROD}:root"},
            "Action": "s3:*",
            "Resource": "*",
        }
    ],
}


def bucket(name: str = "models", account: str = PROD, **data: Any) -> Record:
    """Amazon S3 API Reference: ListBuckets and the Get operations of a bucket; keywords replace answers."""
    full: dict[str, Any] = {
        "ListBuckets": {"Name": name, "BucketRegion": REGION, "CreationDate": "2024-01-01T00:00:00Z"},
        "GetBucketPolicy": ALLOW_TLS,
        "GetPublicAccessBlock": dict.fromkeys(
            ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
        ),
        "GetBucketEncryption": {
            "Rules": [
                {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}, "BucketKeyEnabled": True}
            ]
        },
        "GetBucketVersioning": {"Status": "Enabled"},
        "GetBucketReplication": {
            "Role": f"arn:aws:iam::{account}:role/replicate",
            "Rules": [
                {"Status": "Enabled", "Destination": {"Bucket": "arn:aws:s3:::copy", "Account": DEV}},
                {"Status": "Disabled", "Destination": {"Bucket": "arn:aws:s3:::old"}},
            ],
        },
        "GetResources": tags(environment="prod"),
        "GetBucketLogging": {"LoggingEnabled": {"TargetBucket": "logs", "TargetPrefix": "s3/"}},
        "GetBucketAcl": {
            "Owner": {"ID": "abc"},
            "Grants": [{"Grantee": {"Type": "CanonicalUser", "ID": "abc"}, "Permission": "FULL_CONTROL"}],
        },
        "GetObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 30}},
        },
        "GetBucketOwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]},
        "GetBucketLifecycleConfiguration": None,
    }
    return record("s3.bucket", f"arn:aws:s3:::{name}", _changed(full, data), account)


def account_settings(account: str = PROD, **flags: bool) -> Record:
    """S3 Control API: GetPublicAccessBlock; without flags nothing is configured."""
    data = {"GetAccountPublicAccessBlock": flags or None}
    return record("s3.account_settings", f"arn:aws:s3::{account}:account-settings", data, account)


def registry(account: str = PROD, **data: Any) -> Record:
    """Amazon ECR API: GetRegistryScanningConfiguration (its inner part), GetRegistryPolicy."""
    full = {
        "GetRegistryScanningConfiguration": {"scanType": "BASIC", "rules": []},
        "GetRegistryPolicy": None,
        "DescribeRegistry": {"rules": []},
    }
    return record("ecr.registry", f"arn:aws:ecr:{REGION}:{account}:registry", _changed(full, data), account)


def repository(name: str = "ml/train", account: str = PROD, *, on_push: bool = False, **data: Any) -> Record:
    """Amazon ECR API: ``Repository``, GetRepositoryPolicy, GetResources."""
    arn = f"arn:aws:ecr:{REGION}:{account}:repository/{name}"
    full = {
        "DescribeRepositories": {
            "repositoryArn": arn,
            "registryId": account,
            "repositoryName": name,
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": on_push},
        },
        "GetRepositoryPolicy": None,
        "GetResources": tags(environment="prod"),
    }
    return record("ecr.repository", arn, _changed(full, data), account)


def image(name: str = "ml/train", account: str = PROD, **fields: Any) -> Record:
    """Amazon ECR API: ``ImageDetail`` (DescribeImages)."""
    arn = f"arn:aws:ecr:{REGION}:{account}:repository/{name}"
    detail = {
        "imageDigest": "sha256:0a",
        "imageTags": ["v2", "latest"],
        "imagePushedAt": "2026-01-01T00:00:00Z",
        "imageScanStatus": {"status": "COMPLETE"},
        "imageScanFindingsSummary": {
            "imageScanCompletedAt": "2026-01-01T00:01:00Z",
            "findingSeverityCounts": {"HIGH": 2},
        },
    }
    return record("ecr.image", f"{arn}@sha256:0a", {"DescribeImages": _changed(detail, fields)}, account)


def details(kind: str, name: str, account: str = PROD, path: str = "/", **fields: Any) -> Record:
    """IAM API: ``RoleDetail``, ``UserDetail``, ``GroupDetail``, ``ManagedPolicyDetail``, as the kind says."""
    arn = f"arn:aws:iam::{account}:{kind}{path}{name}"
    detail = {"Arn": arn, "Path": path, **fields}
    return record(f"iam.{kind}", arn, {"GetAccountAuthorizationDetails": detail}, account)


TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


def role(name: str = "worker", account: str = PROD, path: str = "/", **fields: Any) -> Record:
    return details(
        "role",
        name,
        account,
        path,
        **{"RoleId": f"AROA{name}", "AssumeRolePolicyDocument": TRUST, "Tags": [], **fields},
    )


def user(name: str = "ana", account: str = PROD, path: str = "/", **fields: Any) -> Record:
    return details("user", name, account, path, **{"UserId": f"AIDA{name}", "GroupList": [], **fields})


def row(
    name: str = "ana", account: str = PROD, *, used: str = "2026-11-01T00:00:00+00:00", **columns: str
) -> Record:
    """IAM User Guide, credential report: one row; ``root`` is the account's root."""
    arn = f"arn:aws:iam::{account}:root" if name == "root" else f"arn:aws:iam::{account}:user/{name}"
    full = {
        "user": "<root_account>" if name == "root" else name,
        "arn": arn,
        "password_enabled": "not_supported" if name == "root" else "true",
        "mfa_active": "true",
        "access_key_1_active": "true",
        "access_key_1_last_rotated": "2026-10-01T00:00:00+00:00",
        "access_key_2_active": "false",
        "access_key_2_last_rotated": "N/A",
    }
    made = record("iam.credential_report", arn, {"GetCredentialReport": _changed(full, columns)}, account)
    seen = {f"access_key_{number}_last_used_date": used for number in (1, 2)}
    return replace(made, observed={"GetCredentialReport": seen})


def counts(account: str = PROD, **numbers: int) -> Record:
    """IAM API: GetAccountSummary, ``SummaryMap``."""
    full = {"AccountMFAEnabled": 1, "AccountAccessKeysPresent": 0, "Users": 1}
    data = {"GetAccountSummary": _changed(full, numbers)}
    return record("iam.account_summary", f"arn:aws:iam::{account}:root", data, account)


def device(owner: str, account: str = PROD) -> Record:
    """IAM API: ``VirtualMFADevice``."""
    serial = f"arn:aws:iam::{account}:mfa/phone"
    data = {"ListVirtualMFADevices": {"SerialNumber": serial, "User": {"Arn": owner}, "EnableDate": TAKEN}}
    return record("iam.mfa_device", serial, data, account)


def passwords(account: str = PROD, **policy: Any) -> Record:
    """IAM API: ``PasswordPolicy``; none where nothing is said."""
    arn = f"arn:aws:iam::{account}:password-policy"
    return record("iam.password_policy", arn, {"GetAccountPasswordPolicy": policy or None}, account)


def identity_center(*accounts: str) -> list[Record]:
    """IAM Identity Center and Identity Store APIs: a person and a group, assigned one permission set."""
    held = "arn:aws:sso:::permissionSet/ssoins-1/ps-1"
    here = {"PermissionSetArn": held, "InstanceArn": "arn:aws:sso:::instance/ssoins-1", "HomeRegion": REGION}
    data = {
        "ListPermissionSets": here,
        "DescribePermissionSet": {"Name": "Engineer", "SessionDuration": "PT8H"},
        "ListManagedPoliciesInPermissionSet": [{"Name": "ReadOnly", "Arn": "arn:aws:iam::aws:policy/View"}],
        "ListCustomerManagedPolicyReferencesInPermissionSet": [],
        "GetInlinePolicyForPermissionSet": "",
        "GetPermissionsBoundaryForPermissionSet": None,
    }
    person = {"UserId": "u-1", "UserName": "ana", "Emails": ["ana@example.com"], "UserStatus": "ENABLED"}
    group = {"GroupId": "g-1", "DisplayName": "engineers"}
    found = [
        record("sso-admin.permission_set", held, data, BOSS),
        record("identitystore.user", "arn:aws:identitystore:::user/u-1", {"ListUsers": person}, BOSS),
        record(
            "identitystore.group",
            "arn:aws:identitystore:::group/g-1",
            {"ListGroups": group, "ListGroupMemberships": ["u-1"]},
            BOSS,
        ),
    ]
    for account in accounts:
        for kind, principal in (("USER", "u-1"), ("GROUP", "g-1")):
            item = {
                "AccountId": account,
                "PermissionSetArn": held,
                "PrincipalType": kind,
                "PrincipalId": principal,
            }
            name = f"{held}/{account}/{kind}/{principal}"
            found.append(record("sso-admin.assignment", name, {"ListAccountAssignments": item}, BOSS))
    return found


def native(kind: str, operation: str, resource: str, account: str = PROD, **fields: Any) -> Record:
    """Amazon EC2 API: any object of a Describe operation, under the ARN made of its raw id."""
    arn = f"arn:aws:ec2:{REGION}:{account}:{resource}"
    return record(f"ec2.{kind}", arn, {operation: {"OwnerId": account, **fields}}, account)


def organization() -> list[Record]:
    """AWS Organizations API: an organization with one unit, in which the production account stands."""

    def listed(account: str, name: str, parent: str) -> Record:
        arn = f"{ORG}:account/o-1/{account}"
        native = {"Id": account, "Arn": arn, "Name": name, "Status": "ACTIVE"}
        data = {"ListAccounts": native, "ListAccountsForParent": {"ParentId": parent}}
        return record("organizations.account", arn, data, BOSS)

    unit = {"Id": "ou-1-prod", "Arn": f"{ORG}:ou/o-1/ou-1-prod", "Name": "Production", "ParentId": "r-1"}
    root = {"Id": "r-1", "Arn": f"{ORG}:root/o-1/r-1", "Name": "Root"}
    whole = {"Id": "o-1", "Arn": f"{ORG}:organization/o-1", "MasterAccountId": BOSS}
    scp = {"Id": "p-1", "Arn": f"{ORG}:policy/o-1/service_control_policy/p-1", "Name": "guard"}
    policy = {
        "ListPolicies": {**scp, "Type": "SERVICE_CONTROL_POLICY", "AwsManaged": False},
        "DescribePolicy": {"Content": {"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}},
        "ListTargetsForPolicy": [{"TargetId": "r-1", "Type": "ROOT"}, {"TargetId": PROD, "Type": "ACCOUNT"}],
    }
    return [
        record("organizations.organization", whole["Arn"], {"DescribeOrganization": whole}, BOSS),
        record("organizations.root", root["Arn"], {"ListRoots": root}, BOSS),
        record("organizations.unit", unit["Arn"], {"ListOrganizationalUnitsForParent": unit}, BOSS),
        record("organizations.policy", scp["Arn"], policy, BOSS),
        listed(BOSS, "boss", "r-1"),
        listed(PROD, "prod-ml-account", "ou-1-prod"),
    ]


def without(kept: Record, key: str) -> Record:
    """A record that lacks the answer of one operation."""
    data = {name: value for name, value in kept.data.items() if name != key}
    return replace(kept, data=data)


def _changed(full: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Keywords replace; one that is ``...`` takes the key out."""
    return {key: value for key, value in (full | dict(changes)).items() if value is not ...}
