"""Whether a bucket is open to everyone: its policy, its ACL, and what blocks both, in Kleene logic.

Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage". Of the four settings, two
act on access that has already been granted, and the union of account and bucket settings counts:

- RestrictPublicBuckets leaves a public policy to AWS services and the bucket's own account;
- IgnorePublicAcls makes S3 ignore public ACLs, as does disabling ACLs altogether
  (object ownership BucketOwnerEnforced).

Both together block whatever policy and ACL say or come to say. The other two, BlockPublicPolicy and
BlockPublicAcls, only refuse later changes, so they neither block nor excuse what stands already.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._native import document
from scanner.estate.aws._public_policy import lets_everyone_in
from scanner.estate.normaliser import Reading, inside
from scanner.estate.values import Known, Truth, Unknown, Value, truth, union
from scanner.model.logic import Tri

_EVERYONE = (
    "http://acs.amazonaws.com/groups/global/AllUsers",
    "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
)


def public_access(reading: Reading) -> Value:
    """``blocked``, ``public`` or ``open``; unknown if what is not read could change which."""
    restrict = _setting(reading, "RestrictPublicBuckets")
    ignore = _setting(reading, "IgnorePublicAcls") | _acls_disabled(reading)
    blocked = restrict & ignore
    if blocked.value is Tri.YES:
        return Known("blocked")
    policy, acl = lets_everyone_in(document(reading.answer("GetBucketPolicy"))), _acl(reading)
    public = (policy & ~restrict) | (acl & ~ignore)
    if public.value is Tri.YES:
        return Known("public", "/data/GetBucketPolicy" if policy.value is Tri.YES else "/data/GetBucketAcl")
    undecided = blocked | public
    return Known("open") if undecided.value is Tri.NO else Unknown(undecided.gaps)


def _setting(reading: Reading, name: str) -> Truth:
    """One block public access setting, in force if the bucket or its account has it."""
    bucket = reading.answer("GetPublicAccessBlock")
    account = reading.answer(
        "GetAccountPublicAccessBlock", of="s3.account_settings", call="s3control:GetPublicAccessBlock"
    )
    return _flag(bucket, name) | _flag(account, name)


def _flag(answer: Value, name: str) -> Truth:
    if isinstance(answer, Known) and isinstance(answer.value, dict):
        return Truth(Tri.of(bool(answer.value.get(name))))
    return truth(answer)


def _acls_disabled(reading: Reading) -> Truth:
    controls = reading.answer("GetBucketOwnershipControls")
    if isinstance(controls, Unknown) or not controls.value:
        return truth(controls)
    rules = controls.value.get("Rules", ())
    return Truth(Tri.of(any(rule.get("ObjectOwnership") == "BucketOwnerEnforced" for rule in rules)))


def acl_grantees(reading: Reading) -> Value:
    """Canonical ids other than the owner's that the ACL names; none where ACLs are disabled.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
    """
    disabled, answer = _acls_disabled(reading), reading.answer("GetBucketAcl")
    if disabled.value is Tri.YES:
        return Known([])
    if isinstance(answer, Unknown):
        return Unknown(union([answer.gaps, disabled.gaps]))
    owner = (answer.value or {}).get("Owner", {}).get("ID")
    grantees = [grant.get("Grantee") or {} for grant in (answer.value or {}).get("Grants", ())]
    named = {grantee["ID"] for grantee in grantees if grantee.get("ID") not in (None, owner)}
    if named and disabled.value is Tri.UNKNOWN:
        return Unknown(disabled.gaps)
    return Known(sorted(named), answer.pointer)


def _acl(reading: Reading) -> Truth:
    grants = inside(reading.answer("GetBucketAcl"), "Grants")
    return truth(grants) if isinstance(grants, Unknown) else Truth(Tri.of(_grants_everyone(grants.value)))


def _grants_everyone(grants: list[dict[str, Any]]) -> bool:
    return any((grant.get("Grantee") or {}).get("URI") in _EVERYONE for grant in grants)
