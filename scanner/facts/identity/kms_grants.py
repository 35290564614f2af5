"""KMS grants as a policy that needs no other: a grant names one principal and the operations it may use.

A grant works in any account without the key policy's consent and without an identity policy; explicit
denials still win. One whose constraints name an encryption context holds under that context.

https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
https://docs.aws.amazon.com/kms/latest/APIReference/API_GrantListEntry.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import UNREAD, Document, parse
from scanner.model.snapshot import Gap, Source


def document(grants: Iterable[Mapping[str, Any]]) -> Document:
    """Grants as statements, in order: ``{grantee, operations}``, perhaps ``context`` or ``constrained``.

    ``operations`` are named as KMS names them (``Decrypt``), ``context`` are the pairs that a request's
    encryption context has to have; of one that is ``constrained`` they are not known.
    """
    return parse({"Version": "2012-10-17", "Statement": [_statement(item) for item in grants]}, attached=True)


def policy(
    key: str, grants: Iterable[Mapping[str, Any]] | None, source: Source, gaps: tuple[Gap, ...]
) -> Policy:
    """The grants of a key, ``None`` where they were not read, as one of its target's policies."""
    held = UNREAD if grants is None else document(grants)
    return Policy(f"{key}/grants", held, source, "grant", gaps, alone=True)


def _statement(item: Mapping[str, Any]) -> dict[str, Any]:
    grantee = str(item["grantee"])
    service = grantee.endswith((".amazonaws.com", ".amazonaws.com.cn"))
    found: dict[str, Any] = {
        "Effect": "Allow",
        "Principal": {"Service" if service else "AWS": grantee},
        "Action": [f"kms:{name}" for name in item["operations"]],
        "Resource": "*",
    }
    context = item.get("context") or {}
    if context:
        tests = {f"kms:EncryptionContext:{name}": value for name, value in context.items()}
        found["Condition"] = {"StringEquals": tests}
    elif item.get("constrained"):
        # Under which context is not told: no request has this key, and none is known to lack it.
        found["Condition"] = {"StringEquals": {"kms:GrantConstraints": "met"}}
    return found
