"""The evaluator against a naive one, written apart from it, on random small policies.

The naive one knows one request at a time, two-valued, and tries every object of a tiny bucket where the
evaluator reasons about all objects.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facts import estates
from facts.estates import DEV, PROD, document, role_arn
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.statements import parse
from scanner.facts.identity.world import World
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Source

ARN = role_arn(DEV, "r")
ACTIONS = ("s3:GetObject", "s3:Get*", "s3:PutObject", "*", "ec2:*")
RESOURCES = (
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/a*",
    "arn:aws:s3:::b/?",
    "arn:aws:s3:::b/*c",
    "arn:aws:s3:::c/*",
)
OBJECTS = tuple(
    f"arn:aws:s3:::b/{key}" for key in ("", "a", "b", "c", "x", "ab", "ac", "bc", "xc", "xx", "axc", "xxx")
)
CONDITIONS = (
    None,
    None,
    ("StringEquals", "aws:PrincipalTag/team", "ml"),
    ("StringNotEquals", "aws:PrincipalTag/team", "ml"),
    ("StringEqualsIfExists", "aws:PrincipalTag/team", "ml"),
    ("Null", "aws:PrincipalTag/team", "true"),
)
PRINCIPALS: tuple[Any, ...] = ("*", DEV, ARN, PROD, role_arn(DEV, "other"))


@st.composite
def statements(draw: st.DrawFn, *, attached: bool = False) -> dict[str, Any]:
    """One statement over the tiny vocabulary."""
    negated_action, negated_resource = draw(st.integers(0, 4)) == 0, draw(st.integers(0, 4)) == 0
    found: dict[str, Any] = {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        "NotAction" if negated_action else "Action": draw(st.sampled_from(ACTIONS)),
        "NotResource" if negated_resource else "Resource": draw(st.sampled_from(RESOURCES)),
    }
    condition = draw(st.sampled_from(CONDITIONS))
    if condition:
        operator, key, value = condition
        found["Condition"] = {operator: {key: value}}
    if attached:
        found["Principal"] = {"AWS": draw(st.sampled_from(PRINCIPALS))}
    return found


def lists(*, attached: bool = False, least: int = 0) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(statements(attached=attached), min_size=least, max_size=3)


def like(pattern: str, value: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(letter, re.escape(letter)) for letter in pattern)
    return re.fullmatch(expression, value) is not None


def applies(statement: dict[str, Any], resource: str, team: str | None) -> bool:
    acts = like((statement.get("Action") or statement["NotAction"]).lower(), "s3:getobject")
    about = like(statement.get("Resource") or statement["NotResource"], resource)
    if ("NotAction" in statement) == acts or ("NotResource" in statement) == about:
        return False
    for operator in statement.get("Condition", {}):
        equal = team == "ml"
        if not {
            "StringEquals": equal,
            "StringNotEquals": not equal,
            "StringEqualsIfExists": equal or team is None,
            "Null": team is None,
        }[operator]:
            return False
    principal = statement.get("Principal", {}).get("AWS")
    return principal in (None, "*", DEV, ARN)


@dataclass(frozen=True)
class Policies:
    """All policies of one random case; the caller's tag ``team``."""

    identity: list[Any]
    boundary: list[Any] | None
    scps: list[list[Any]]
    bucket: list[Any]
    team: str | None
    foreign: bool


def naive(held: Policies, resource: str) -> bool | None:
    """The flow chart of the documentation, for one object.

    ``None`` where it does not say: whether a boundary limits what everyone is granted.
    """

    def hits(policy: list[Any], effect: str) -> list[Any]:
        return [item for item in policy if item["Effect"] == effect and applies(item, resource, held.team)]

    if any(hits(policy, "Deny") for policy in (held.identity, held.boundary or [], held.bucket, *held.scps)):
        return False
    if not all(hits(policy, "Allow") for policy in held.scps):
        return False
    limited = held.boundary is None or bool(hits(held.boundary, "Allow"))
    own = bool(hits(held.identity, "Allow")) and limited
    if held.foreign:
        return own and bool(hits(held.bucket, "Allow"))
    named = {item["Principal"]["AWS"] for item in hits(held.bucket, "Allow")} - {DEV}
    if own or (named and limited):
        return True
    return None if "*" in named else False


@given(
    st.builds(
        Policies,
        lists(),
        st.none() | lists(least=1),
        st.lists(lists(least=1), max_size=2),
        lists(attached=True),
        st.sampled_from(("ml", "ops", None)),
        st.booleans(),
    )
)
@settings(max_examples=150, deadline=None)
def test_agrees_with_the_naive_evaluator(held: Policies) -> None:
    built = estates.World()
    for target, policy in zip(("r-root", DEV), held.scps, strict=False):
        built.guardrail(target, [target], *policy)
    limit = built.policy(DEV, "limit", *held.boundary) if held.boundary is not None else None
    built.role(DEV, "r", *held.identity, boundary=limit, tags={"team": held.team} if held.team else {})
    world = World(built.estate())
    raw = document(*held.bucket)
    policies = (Policy("b/policy", parse(raw, attached=True), Source("p", 1), "bucket policy"),)

    def ask(resource: str) -> Tri:
        target = Target(resource, PROD if held.foreign else DEV, "bucket", policies if held.bucket else ())
        return world.ask(world.callers[ARN], "s3:getobject", target).state

    expected = {item: naive(held, item) for item in OBJECTS}
    for item, allowed in expected.items():
        assert ask(item) is Tri.of(allowed), item
    # some object of the bucket: the tiny bucket has one of every kind that these patterns can tell apart
    assert ask("arn:aws:s3:::b/*") is any_of(map(Tri.of, expected.values()))
