"""Whether a resource policy lets everyone in, in three values.

Amazon S3 User Guide, "The meaning of 'public'": a policy is public unless each grant to everyone is
held to fixed values (no wildcard, no variable) of a few condition keys, or to address ranges no
broader than /8 (IPv4) and /32 (IPv6). Conditions that this page does not speak of are not guessed
at: unknown. A statement that denies everyone what another allows is honoured, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import ip_network
from typing import Any

from scanner.estate.values import Truth, Unknown, Value, truth
from scanner.model.logic import Tri, all_of, any_of

_FIXED = frozenset(
    (
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceorgid",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
        "s3:x-amz-server-side-encryption-aws-kms-key-id",
    )
)
"""Keys (lower case) that hold a grant to somebody, if their value is fixed."""
_ANYBODY = frozenset(
    (
        "aws:referer",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:useragent",
        "s3:authtype",
        "s3:delimiter",
        "s3:locationconstraint",
        "s3:max-keys",
        "s3:prefix",
        "s3:signatureversion",
        "s3:tlsversion",
        "s3:versionid",
        "s3:x-amz-acl",
        "s3:x-amz-content-sha256",
        "s3:x-amz-server-side-encryption",
        "s3:x-amz-storage-class",
    )
)
"""Keys whose values anybody can send as asked."""
_POSITIVE = frozenset(("arnequals", "arnlike", "stringequals", "stringequalsignorecase", "stringlike"))
_NEGATIVE = frozenset(
    ("arnnotequals", "arnnotlike", "stringnotequals", "stringnotequalsignorecase", "stringnotlike")
)
_WIDEST = {4: 8, 6: 32}


def lets_everyone_in(policy: Value) -> Truth:
    """Whether a policy (`document`) does; none does not, and one that was not read may."""
    if isinstance(policy, Unknown) or policy.value is None:
        return truth(policy)
    return Truth(policy_is_public(policy.value))


def policy_is_public(document: dict[str, Any]) -> Tri:
    """Whether any statement of a decoded policy document grants everyone something."""
    statements = _listed(document.get("Statement"))
    if not all(_readable(each) for each in statements):
        return Tri.UNKNOWN
    denies = [each for each in statements if each.get("Effect") == "Deny" and _everyone(each)]
    grants = (each for each in statements if each.get("Effect") == "Allow" and _everyone(each))
    return any_of(all_of((~_held(each), ~_denied(each, denies))) for each in grants)


def _readable(statement: Any) -> bool:
    """Whether a statement has the shape of one; what has not may grant or deny anything."""
    if not isinstance(statement, dict) or statement.get("Effect") not in ("Allow", "Deny"):
        return False
    condition = statement.get("Condition") or {}
    return isinstance(condition, dict) and all(isinstance(keys, dict) for keys in condition.values())


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _everyone(statement: dict[str, Any]) -> bool:
    """``"*"`` in any form, or everyone but some."""
    if "NotPrincipal" in statement:
        return True
    principal = statement.get("Principal")
    named = principal.values() if isinstance(principal, dict) else (principal,)
    return any("*" in _listed(each) for each in named)


def _terms(statement: dict[str, Any]) -> Iterator[tuple[str, str, list[str]]]:
    for operator, keys in (statement.get("Condition") or {}).items():
        for key, values in keys.items():
            yield operator.lower(), key.lower(), [str(value) for value in _listed(values)]


def _held(statement: dict[str, Any]) -> Tri:
    """Whether a grant's conditions hold it to somebody: one that does is enough."""
    return any_of(_holds(*term) for term in _terms(statement))


def _holds(operator: str, key: str, values: list[str]) -> Tri:
    operator = operator.removeprefix("foranyvalue:")
    if key in _ANYBODY:
        return Tri.NO
    if key == "aws:sourceip" and operator in ("ipaddress", "notipaddress"):
        return _narrow(values) if operator == "ipaddress" else Tri.NO
    if key not in _FIXED or operator not in _POSITIVE | _NEGATIVE:
        return Tri.UNKNOWN
    if operator in _NEGATIVE or "*" in values:
        return Tri.NO
    return Tri.UNKNOWN if any(_varies(value) for value in values) else Tri.YES


def _varies(value: str) -> bool:
    return any(mark in value for mark in ("*", "?", "${"))


def _narrow(ranges: list[str]) -> Tri:
    try:
        networks = [ip_network(each, strict=False) for each in ranges]
    except ValueError:
        return Tri.UNKNOWN
    return Tri.of(all(each.prefixlen >= _WIDEST[each.version] for each in networks))


def _denied(grant: dict[str, Any], denies: list[dict[str, Any]]) -> Tri:
    """Whether a statement takes away from everyone all that a grant gives."""
    return any_of(_shuts_out(deny) for deny in denies if _covers(deny, grant))


def _shuts_out(deny: dict[str, Any]) -> Tri:
    """Whether a denial's condition leaves out nobody in particular.

    Without one it denies all; "unless from this network" denies everyone else, requests that lack
    the key included. Of what anybody can send as asked, it denies nobody.
    """
    terms = list(_terms(deny))
    if not terms and "NotPrincipal" not in deny:
        return Tri.YES
    if terms and all(key in _ANYBODY for _, key, _ in terms):
        return Tri.NO
    if len(terms) == 1 and "NotPrincipal" not in deny:
        operator, key, values = terms[0]
        if key == "aws:sourceip" and operator == "notipaddress" and _narrow(values) is Tri.YES:
            return Tri.YES
        if key in _FIXED and operator in _NEGATIVE and not any(_varies(value) for value in values):
            return Tri.YES
    return Tri.UNKNOWN


def _covers(deny: dict[str, Any], grant: dict[str, Any]) -> bool:
    """Whether a denial may reach all that a grant gives; what it names by exception, it may."""
    actions = "NotAction" in deny or _all_match(_actions(deny), _actions(grant))
    return actions and ("NotResource" in deny or _all_match(_resources(deny), _resources(grant)))


def _actions(statement: dict[str, Any]) -> list[str]:
    named = _listed(statement.get("Action")) or ["*"]
    return ["s3:*" if each == "*" else each.lower() for each in named]


def _resources(statement: dict[str, Any]) -> list[str]:
    return _listed(statement.get("Resource")) or ["*"]


def _all_match(patterns: list[str], names: list[str]) -> bool:
    return all(any(_pattern(each).fullmatch(name) for each in patterns) for name in names)


@lru_cache(maxsize=1024)
def _pattern(text: str) -> re.Pattern[str]:
    """An IAM pattern; its ``?`` does not take the ``*`` of a name that is a pattern itself."""
    parts = ({"*": ".*", "?": "[^*]"}.get(char, re.escape(char)) for char in text)
    return re.compile("".join(parts), re.DOTALL)
