"""Buckets: public policies may be restricted, objects may be under a key, the owner alone changes the policy.

Reading an object under a KMS key needs the key's consent too. Writing does not: the writer may ask for
another encryption.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
"""

from __future__ import annotations

from scanner.facts.identity import levels
from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.services import Service
from scanner.model.estate import Resource
from scanner.model.logic import Tri

_ANYBODY = frozenset(
    (
        "aws:referer",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "s3:delimiter",
        "s3:max-keys",
        "s3:prefix",
        "s3:tlsversion",
        "s3:x-amz-acl",
        "s3:x-amz-server-side-encryption",
    )
)
"""Keys whose values anybody can send: a grant that depends on them alone is public all the same."""


def _policies(resource: Resource) -> tuple[Policy, ...]:
    return resource_policy(resource, "policy", "bucket policy")


def _shut(resource: Resource, policies: tuple[Policy, ...]) -> Tri:
    """Whether S3 keeps other accounts out because the policy is public and public policies are restricted.

    A bucket with a public policy that is not public as a whole is one whose public policy is restricted,
    unless a denial in it is what keeps it from being public.
    """
    if not any(_public(policy) for policy in policies):
        return Tri.NO
    if "public_access" in resource.unknown:
        return Tri.UNKNOWN
    if resource.attrs.get("public_access") == "public":
        return Tri.NO
    return Tri.UNKNOWN if any(_narrowed(policy) for policy in policies) else Tri.YES


def _public(policy: Policy) -> bool:
    """Whether a statement grants everyone something, held by nothing that holds it to somebody."""
    return any(
        statement.effect == "allow"
        and all(test.key in _ANYBODY for test in statement.tests)
        and statement.principals is not None
        and statement.principals.everyone
        for statement in policy.document.statements
    )


def _narrowed(policy: Policy) -> bool:
    """Whether a denial may take from everyone what is granted: not one of what anybody can avoid."""
    return any(
        statement.effect != "allow"
        and not (statement.tests and all(test.key in _ANYBODY for test in statement.tests))
        for statement in policy.document.statements
    )


def _sealed(resource: Resource) -> Tri:
    """Whether new objects are put under a key of KMS."""
    if "encryption" in resource.unknown:
        return Tri.UNKNOWN
    return Tri.of(str(resource.attrs.get("encryption") or "").startswith("aws:kms"))


SERVICE = Service(
    policies=_policies,
    shut=_shut,
    keyed={"read": "kms:decrypt"},
    sealed=_sealed,
    own_only=levels.peculiar("store", "owner_only"),
)
