"""The evaluator agrees with the naive one on random sets of policies: every kind, every way of being named.

``ENVSPLIT_EXAMPLES=20 pytest tests/truth`` (or ``make fuzz``) tries twenty times as many.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.estates import DEV, PROD, document
from scanner.facts.identity.callers import Caller, anonymous, federated, service
from scanner.model.logic import Tri, any_of
from truth import naive
from truth.cases import ACCOUNT_ROOT, NOW, PROVIDER, ROLE, SESSION, USER, Case, asker

MORE = int(os.environ.get("ENVSPLIT_EXAMPLES", "1"))
"""How many times more examples than a quick run takes."""

ACTIONS = ("s3:GetObject", "s3:Get*", "S3:getobject", "s3:PutObject", "*", "ec2:*", "s3:?etObject")
KEYS = ("", "a", "b", "c", "x", "ab", "ac", "bc", "xc", "xx", "axc", "xxx", "ml", "team/x", "team/ml")
OBJECTS = tuple(f"arn:aws:s3:::b/{key}" for key in KEYS)
RESOURCES = (
    "*",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b/a*",
    "arn:aws:s3:::b/?",
    "arn:aws:s3:::b/*c",
    "arn:aws:s3:::c/*",
    "arn:aws:s3:::b/team/${aws:PrincipalTag/team}",
    "arn:aws:s3:::b/${aws:PrincipalTag/team, 'a'}",
)
TRAIL = "cloudtrail.amazonaws.com"
CALLERS: dict[str, str | Caller] = {
    "role": "role",
    "user": "user",
    "root": "root",
    "anonymous": anonymous(),
    "service": service(TRAIL, {"aws:sourceaccount": (DEV,), "aws:principalaccount": None}),
    "federated": federated(PROVIDER, {"aws:principaltag/team": None}),
}
PRINCIPALS: tuple[Any, ...] = (
    "*",
    {"AWS": "*"},
    {"AWS": DEV},
    {"AWS": ACCOUNT_ROOT},
    {"AWS": ROLE},
    {"AWS": USER},
    {"AWS": SESSION},
    {"AWS": [PROD, f"{ROLE}x"]},
    {"Service": TRAIL},
    {"Service": "s3.amazonaws.com"},
    {"Federated": PROVIDER},
)
TESTS: tuple[tuple[str, Any], ...] = (
    ("aws:PrincipalTag/team", ["x", "ml"]),
    ("aws:PrincipalTag/team", "x"),
    ("aws:PrincipalAccount", DEV),
    ("aws:PrincipalArn", [ROLE, "arn:aws:iam::*:user/*"]),
    ("aws:PrincipalOrgID", "o-example"),
    ("aws:ResourceAccount", "${aws:PrincipalAccount}"),
    ("aws:SourceAccount", DEV),
    ("test:set", ["a", "b"]),
    ("test:set", ["b", "c"]),
    ("test:none", ["a"]),
)
TEXTS = ("StringEquals", "StringNotEquals", "StringLike", "StringNotLike", "StringEqualsIgnoreCase")
OTHERS: tuple[tuple[str, str, Any], ...] = (
    ("NumericLessThan", "test:number", "7"),
    ("NumericGreaterThanEqualsIfExists", "test:number", ["7", "9"]),
    ("NumericNotEquals", "test:number", "5"),
    ("IpAddress", "test:ip", ["10.0.0.0/8", "2001:db8::/32"]),
    ("NotIpAddress", "test:ip", "10.1.0.0/16"),
    ("DateGreaterThan", "aws:CurrentTime", "2026-01-01T00:00:00Z"),
    ("Bool", "aws:SecureTransport", False),
    ("BoolIfExists", "test:flag", "true"),
    ("ArnLike", "aws:PrincipalArn", "arn:aws:iam::*:role/?"),
    ("ArnNotEquals", "aws:PrincipalArn", ROLE),
    ("Null", "aws:PrincipalTag/team", "true"),
    ("Null", "test:set", False),
)
GIVEN = {
    "test:set": (None, ("a",), ("a", "b"), ("a", "d"), ("d",)),
    "test:number": (None, ("5",), ("7.0",)),
    "test:ip": (None, ("10.1.2.3",), ("2001:db8::1",), ("192.0.2.1",)),
    "test:flag": (None, ("true",), ("false",)),
    "test:none": (None,),
}


@st.composite
def conditions(draw: st.DrawFn) -> dict[str, Any]:
    """None mostly, or one or two tests."""
    found: dict[str, Any] = {}
    for _ in range(draw(st.sampled_from((0, 0, 0, 1, 1, 2)))):
        if draw(st.integers(0, 2)) == 0:
            operator, key, value = draw(st.sampled_from(OTHERS))
        else:
            quantifier = draw(st.sampled_from(("", "", "", "ForAllValues:", "ForAnyValue:")))
            operator = (
                f"{quantifier}{draw(st.sampled_from(TEXTS))}{draw(st.sampled_from(('', '', 'IfExists')))}"
            )
            key, value = draw(st.sampled_from(TESTS))
        found.setdefault(operator, {})[key] = value
    return {"Condition": found} if found else {}


@st.composite
def statements(draw: st.DrawFn, *, attached: bool = False, effect: str = "") -> dict[str, Any]:
    """One statement over a small vocabulary, in which much coincides."""
    no_action, no_resource = draw(st.integers(0, 5)) == 0, draw(st.integers(0, 5)) == 0
    found: dict[str, Any] = {
        "Effect": effect or draw(st.sampled_from(("Allow", "Allow", "Allow", "Deny"))),
        "NotAction" if no_action else "Action": draw(st.sampled_from(ACTIONS)),
        "NotResource" if no_resource else "Resource": draw(st.sampled_from(RESOURCES)),
        **draw(conditions()),
    }
    if attached:
        found["Principal"] = draw(st.sampled_from(PRINCIPALS))
    return found


def several(
    *, attached: bool = False, least: int = 0, most: int = 3, effect: str = ""
) -> st.SearchStrategy[tuple[dict[str, Any], ...]]:
    return st.lists(statements(attached=attached, effect=effect), min_size=least, max_size=most).map(tuple)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A random question with policies of every kind, some of them absent."""
    sometimes = st.sampled_from((False, False, True))
    kind = draw(st.sampled_from(("role", "role", "role", "user", "user", *CALLERS)))
    levels = {"r-root": draw(several(least=1)), DEV: draw(several(least=1))}
    rcps = draw(several(attached=True, least=1, most=2, effect="Deny"))
    return Case(
        says=kind,
        page="",
        expected=Tri.UNKNOWN,
        identity=draw(several()),
        policy=draw(several(attached=True)),
        foreign=draw(st.booleans()),
        caller=CALLERS[kind],
        boundary=draw(several(least=1)) if draw(sometimes) else None,
        session=draw(several(least=1)) if draw(sometimes) else (),
        scp=levels if draw(sometimes) else {},
        rcp={"r-root": rcps} if draw(sometimes) else {},
        tags=draw(st.sampled_from(({}, {"team": "x"}, {"team": "ml"}))),
        given={key: draw(st.sampled_from(values)) for key, values in GIVEN.items()},
        kind=draw(st.sampled_from(("bucket", "bucket", "key"))),
    )


def context(case: Case) -> dict[str, list[str]]:
    """Every key of the request that these policies may test."""
    kind, owner = case.says, PROD if case.foreign else DEV
    found: dict[str, Any] = dict(case.given)
    found |= {"aws:resourceaccount": [owner], "aws:currenttime": [NOW], "aws:securetransport": ["true"]}
    if kind in ("role", "user", "root"):
        arn = {"role": ROLE, "user": USER, "root": ACCOUNT_ROOT}[kind]
        found |= {
            "aws:principalaccount": [DEV],
            "aws:principalarn": [arn],
            "aws:principalorgid": ["o-example"],
        }
        if kind != "root":
            found |= {f"aws:principaltag/{key}": [value] for key, value in case.tags.items()}
    if kind == "service":
        found["aws:sourceaccount"] = [DEV]
    return {key: list(value) for key, value in found.items() if value is not None}


def expected(case: Case, arn: str) -> Tri:
    """What the naive evaluator says of one object."""
    kind = case.says
    names = {"role": ROLE, "user": USER, "root": ACCOUNT_ROOT, "service": TRAIL, "federated": PROVIDER}
    outside = kind in ("anonymous", "service", "federated")
    who = naive.Principal(
        names.get(kind, "*"), "" if outside else DEV, kind, SESSION if kind == "role" else ""
    )
    owner, said = PROD if case.foreign else DEV, lambda statements: [document(*statements)]
    asked = naive.Question(
        who,
        "s3:GetObject",
        arn,
        owner,
        context(case),
        [] if outside or kind == "root" or not case.identity else said(case.identity),
        said(case.boundary) if case.boundary and kind in ("role", "user") else [],
        said(case.session) if case.session else [],
        document(*case.policy) if case.policy else None,
        [said(level) for level in case.scp.values()],
        [said(level) for level in case.rcp.values()],
        required=case.kind == "key",
    )
    return Tri.of(naive.allowed(asked))


def unsaid(case: Case) -> bool:
    """What no page says.

    Whether everyone includes whoever an identity provider vouches for; what a condition or a `NotResource`
    means whose variable has no value.
    """
    own = () if isinstance(case.caller, Caller) else (case.identity, case.boundary or ())
    policies = (case.policy, *case.rcp.values(), *case.scp.values(), case.session, *own)
    found = [one for statements in policies for one in statements]
    tagged = case.tags and case.says in ("role", "user")
    if not tagged and any("${aws:PrincipalTag/team}" in one.get("NotResource", "") for one in found):
        return True
    if case.says == "federated" and any(one.get("Principal") in ("*", {"AWS": "*"}) for one in found):
        return True
    return isinstance(case.caller, Caller) and "${aws:PrincipalAccount}" in repr(
        [one.get("Condition") for one in found]
    )


@given(cases())
@settings(max_examples=300 * MORE, deadline=None)
def test_agrees_with_the_naive_evaluator(case: Case) -> None:
    ask = asker(case)
    found = {arn: expected(case, arn) for arn in OBJECTS}
    for arn, wanted in found.items():
        said = ask(arn)
        assert said is wanted or (said is Tri.UNKNOWN and unsaid(case)), arn
    # Some object of the bucket: of every kind that these patterns can tell apart there is one.
    assert ask("arn:aws:s3:::b/*") is any_of(found.values()) or unsaid(case)
