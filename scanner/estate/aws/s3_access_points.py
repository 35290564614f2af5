"""S3 access points: named ways into buckets, which may lie in another account.

Shapes: Amazon S3 Control API Reference, ``AccessPoint``, GetAccessPoint. Settings that block public
access are those of the access point and of its account together, and cannot be changed on it later
(Amazon S3 User Guide, "Managing public access to access points"); what the bucket blocks comes on top.
"""

from __future__ import annotations

from scanner.estate.aws._native import policy_at
from scanner.estate.aws._public_policy import lets_everyone_in
from scanner.estate.normaliser import Attr, Normaliser, Reading, field_of, inside
from scanner.estate.values import Known, Unknown, Value, truth
from scanner.model.logic import Tri

_LIST, _GET, _POLICY = "ListAccessPoints", "GetAccessPoint", "GetAccessPointPolicy"
_RESTRICT = "RestrictPublicBuckets"
_ACCOUNT = "s3control:GetPublicAccessBlock"


def _bucket(reading: Reading) -> Value:
    name = inside(reading.answer(_LIST), "Bucket")
    if isinstance(name, Unknown):
        return name
    return Known(f"arn:{reading.id.split(':', 2)[1]}:s3:::{name.value}", name.pointer)


def _bucket_account(reading: Reading) -> Value:
    return inside(reading.answer(_LIST), "BucketAccountId", absent=reading.scope.boundary)


_ALLOWS = policy_at(_POLICY)


def _public_access(reading: Reading) -> Value:
    """``blocked`` where the policy can let no public in; an access point of a network is never public."""
    origin = inside(reading.answer(_LIST), "NetworkOrigin")
    if isinstance(origin, Known) and origin.value == "VPC":
        return Known("blocked", origin.pointer)
    own = inside(
        reading.answer(_GET), "PublicAccessBlockConfiguration", "RestrictPublicBuckets", absent=False
    )
    account = inside(_account(reading), _RESTRICT, absent=False)
    blocked = truth(own) | truth(account)
    if blocked.value is Tri.YES:
        return Known("blocked")
    policy = _ALLOWS.read(reading)
    public = lets_everyone_in(policy) & ~blocked
    if public.value is Tri.YES:
        return Known("public", policy.pointer if isinstance(policy, Known) else "")
    undecided = blocked | public
    return Known("open") if undecided.value is Tri.NO else Unknown(undecided.gaps)


def _account(reading: Reading) -> Value:
    """The account's settings lie in its global scope, not beside a regional record."""
    world, boundary = reading.world, reading.scope.boundary
    for record in world.inside("s3.account_settings", boundary):
        if "GetAccountPublicAccessBlock" in record.data:
            return Known(record.data["GetAccountPublicAccessBlock"])
        return Unknown(world.hiding(_ACCOUNT, record.scope, record.id))
    return Unknown(world.hiding_any(_ACCOUNT, reading.scope))


ACCESS_POINT = Normaliser(
    native="s3control.access_point",
    kind="access_point",
    listed=((f"s3control:{_LIST}",),),
    regional=True,
    attrs={
        "store": Attr(_bucket, (_LIST,)),
        "store_account": Attr(_bucket_account, (_LIST,)),
        "policy": _ALLOWS,
        "network_origin": field_of(_LIST, "NetworkOrigin", convert=str.lower),
        "network": field_of(_LIST, "VpcConfiguration", "VpcId", absent=None),
        "public_access": Attr(_public_access, (_LIST, _GET, _POLICY), (_ACCOUNT,)),
    },
)
