"""KMS: keys with their policy, rotations and grants, and their aliases (AWS KMS API, version 2014-11-01).

Four calls a key: no listing has its state, its policy, when it was rotated, or who was granted its use.
ListKeyRotations stands for GetKeyRotationStatus: when key material was replaced, on schedule or on
demand, rather than whether a schedule exists.
"""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

_NEITHER = ("UnsupportedOperationException", "KMSInvalidStateException")
"""Keys that cannot be rotated in place, and those that wait for deletion."""

_CUSTOMERS = "DescribeKey.KeyManager != 'AWS'"
"""AWS rotates its own keys every year, and services alone have grants on them. Not known: asked."""

CALLS = (
    Call(
        Read("kms", "ListKeys", page=1000),
        (Output("kms.key", "Keys[]", "{KeyArn}"),),
        Span.REGION,
        bulk=tagged("kms:key"),
        follows=(
            Follow(Read("kms", "DescribeKey"), {"KeyId": "{KeyArn}"}, "KeyMetadata", drop=("Description",)),
            Follow(Read("kms", "GetKeyPolicy"), {"KeyId": "{KeyArn}"}, "Policy", policy=True),
            Follow(
                Read("kms", "ListKeyRotations", page=1000),
                {"KeyId": "{KeyArn}"},
                "Rotations",
                _NEITHER,
                when=_CUSTOMERS,
            ),
            Follow(
                Read("kms", "ListGrants", page=100),
                {"KeyId": "{KeyArn}"},
                "Grants",
                _NEITHER,
                when=_CUSTOMERS,
            ),
        ),
    ),
    Call(
        Read("kms", "ListAliases", page=100),
        (Output("kms.alias", "Aliases[]", "{AliasArn}"),),
        Span.REGION,
    ),
)
