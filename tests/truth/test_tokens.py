"""Whether some service account of a cluster gets a role: as the naive evaluator says, asked of each."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.acting import cluster, provider
from facts.estates import DEV, PROD, World, document
from scanner.facts.identity_paths import derive
from scanner.model.logic import Tri
from truth import naive
from truth.test_agreement import MORE

ISSUER = "oidc.eks.eu-west-1.amazonaws.com/id/ML"
PROVIDER = f"arn:aws:iam::{PROD}:oidc-provider/{ISSUER}"
SUBJECT, AUDIENCE = f"{ISSUER}:sub", f"{ISSUER}:aud"
ACTION = "sts:AssumeRoleWithWebIdentity"
ACCOUNTS = tuple(
    f"system:serviceaccount:{space}:{name}" for space in ("a", "b", "z") for name in ("x", "y", "z")
)
"""With names that no pattern below writes: they stand for all others."""
PATTERNS = (
    *("*", "system:serviceaccount:*:*", "system:serviceaccount:a:*", "system:serviceaccount:*:x"),
    *("system:serviceaccount:a:x", "system:serviceaccount:b:y", "system:*:a:?", "repo:example/app:*"),
)
OPERATORS = ("StringEquals", "StringLike", "StringNotEquals", "StringNotLike", "StringEqualsIgnoreCase")


@st.composite
def statements(draw: st.DrawFn) -> dict[str, Any]:
    """A statement of a trust policy about subjects and audiences."""
    tests: dict[str, Any] = {}
    for _ in range(draw(st.integers(0, 2))):
        lenient = draw(st.sampled_from(("", "", "IfExists")))
        values = draw(st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2, unique=True))
        tests.setdefault(f"{draw(st.sampled_from(OPERATORS))}{lenient}", {})[SUBJECT] = values
    if draw(st.integers(0, 3)) == 0:
        audience = draw(st.sampled_from(("sts.amazonaws.com", "other")))
        tests.setdefault("StringEquals", {})[AUDIENCE] = audience
    return {
        "Effect": draw(st.sampled_from(("Allow", "Allow", "Deny"))),
        "Principal": {"Federated": PROVIDER},
        "Action": draw(st.sampled_from((ACTION, "sts:*"))),
        **({"Condition": tests} if tests else {}),
    }


def expected(trust: dict[str, Any], subject: str) -> bool:
    """Whether one service account gets the role, by the naive evaluator."""
    asked = naive.Question(
        naive.Principal(PROVIDER, "", "federated"),
        ACTION,
        f"arn:aws:iam::{PROD}:role/serve",
        PROD,
        {SUBJECT.lower(): [subject], AUDIENCE.lower(): ["sts.amazonaws.com"]},
        policy=trust,
        required=True,
    )
    return naive.allowed(asked) is True


@given(st.lists(statements(), min_size=1, max_size=3))
@settings(max_examples=200 * MORE, deadline=None)
def test_agrees_with_the_naive_evaluator(held: list[dict[str, Any]]) -> None:
    world = World(organization=False)
    cluster(world, DEV)
    provider(world, PROD, ISSUER)
    trust = document(*held)
    world.role(PROD, "serve", trust=trust)
    found = [item for item in derive(world.estate()).crossings if item.pair == "dev->prod"]
    assert all(item.state is Tri.YES and not item.latent for item in found)
    assert bool(found) is any(expected(trust, subject) for subject in ACCOUNTS)
