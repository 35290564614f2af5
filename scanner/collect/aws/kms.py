"""KMS: keys with their policy, rotations and grants, and their aliases (AWS KMS API, version 2014-11-01).

Four calls a key: no listing has its state, its policy, when it was rotated, or who was granted its use.
ListKeyRotations stands for GetKeyRotationStatus: when key material was replaced, on schedule or on
demand, rather than whether a schedule exists.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.aws._tagged import TAGS, add_tags
from scanner.collect.calls import Call, Data, Desk, Follow, Output, Read, Span, required

_KEYS = Read("kms", "ListKeys", page=1000)
_KIND = "kms.key"
_NEITHER = ("UnsupportedOperationException", "KMSInvalidStateException")
"""Keys that cannot be rotated in place, and those that wait for deletion."""

_CUSTOMERS = "DescribeKey.KeyManager != 'AWS'"
"""AWS rotates its own keys every year, and services alone have grants on them. Not known: asked."""


def _keys(desk: Desk) -> Mapping[str, list[Data]]:
    listed = required(desk.ask(_KEYS, {}), "Keys")
    found: list[Data] = [{_KEYS.operation: key} for key in listed]
    add_tags(desk, _KIND, "kms:key", ((data[_KEYS.operation]["KeyArn"], data) for data in found))
    return {_KIND: found}


CALLS = (
    Call(
        _KEYS,
        (Output(_KIND, "", "{KeyArn}"),),
        Span.REGION,
        gather=_keys,
        reads={TAGS: _KIND},
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
