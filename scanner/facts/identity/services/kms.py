"""Keys: the key policy must let a caller's own policies count, and grants allow what they list.

A grant allows its grantee on the key's side, as a statement of the key policy would: a grantee in another
account needs the consent of its own side too. What grants there are may be unread, and may then allow
anybody something; they deny nothing.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
https://docs.aws.amazon.com/kms/latest/developerguide/policy-evaluation.html
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.principals import Entry, Principals, parse
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.services import Service
from scanner.facts.identity.statements import Document, Statement
from scanner.model.estate import Resource

_ANY_OPERATION = tuple(
    f"kms:{name}"
    for name in (
        "creategrant",
        "decrypt",
        "derivesharedsecret",
        "describekey",
        "encrypt",
        "generatedatakey",
        "generatedatakeypair",
        "generatedatakeypairwithoutplaintext",
        "generatedatakeywithoutplaintext",
        "generatemac",
        "getpublickey",
        "reencryptfrom",
        "reencryptto",
        "retiregrant",
        "sign",
        "verify",
        "verifymac",
    )
)
"""What a grant may allow: https://docs.aws.amazon.com/kms/latest/developerguide/grants.html#grant-concepts"""
_SOMEBODY = Principals((Entry("unclear", "", "?"),))


def _policies(resource: Resource) -> tuple[Policy, ...]:
    return (*resource_policy(resource, "policy", "key policy"), *_grants(resource))


def _grants(resource: Resource) -> Iterator[Policy]:
    policy_id = f"{resource.id}/grants"
    if "grants" in resource.unknown:
        unread = Statement(0, "", "", "allow", _SOMEBODY, _ANY_OPERATION)
        gaps = tuple(resource.unknown["grants"])
        yield Policy(
            policy_id, Document(f"{policy_id}?", (unread,)), resource.source, "grants (not read)", gaps
        )
        return
    given = [_statement(index, item) for index, item in enumerate(resource.attrs.get("grants") or ())]
    if given:
        key = repr([(item.principals, item.actions) for item in given])
        yield Policy(policy_id, Document(key, tuple(given)), resource.where("grants"), "grants")


def _statement(index: int, item: Any) -> Statement:
    grantee = item.get("grantee") if isinstance(item, dict) else None
    named = parse({"AWS": grantee}) if grantee and "amazonaws.com" not in str(grantee) else None
    if grantee and named is None:
        named = parse({"Service": str(grantee)})
    listed = [f"kms:{name}".lower() for name in (item.get("operations") or ())] if grantee else []
    return Statement(
        index, f"/{index}", "", "allow", named or _SOMEBODY, tuple(sorted(listed)) or _ANY_OPERATION
    )


SERVICE = Service(policies=_policies)
