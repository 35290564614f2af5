"""The policies that AWS manages: every one is understood, and answers as the naive evaluator does."""

from __future__ import annotations

import json
import lzma
import os
import random
import re
from pathlib import Path
from typing import Any

import pytest

from facts.estates import DEV
from scanner.facts.identity.patterns import wild
from scanner.facts.identity.statements import UNREAD, parse
from scanner.facts.identity.values import Held
from scanner.model.logic import Tri
from truth import naive
from truth.cases import NOW, ROLE, Case, asker

MORE = int(os.environ.get("ENVSPLIT_EXAMPLES", "1"))
DATA = Path(__file__).parent / "data" / "iam-dataset" / "aws-managed-policies.jsonl.xz"
QUESTIONS = 400
FIXED = {
    "aws:principalaccount": (DEV,),
    "aws:principalarn": (ROLE,),
    "aws:principalorgid": ("o-example",),
    "aws:principaltype": ("AssumedRole",),
    "aws:resourceaccount": (DEV,),
    "s3:resourceaccount": (DEV,),
    "aws:resourceorgid": ("o-example",),
    "aws:currenttime": (NOW,),
    "aws:securetransport": ("true",),
    "aws:username": None,
}
"""Keys that the evaluator knows of a request of the role to its own account."""


@pytest.fixture(scope="module")
def policies() -> list[dict[str, Any]]:
    with lzma.open(DATA, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def test_every_one_is_understood(policies: list[dict[str, Any]]) -> None:
    assert len(policies) == 1641
    for policy in policies:
        document = parse(policy["document"])
        raw = policy["document"]["Statement"]
        assert document is not UNREAD, policy["name"]
        assert len(document.statements) == (len(raw) if isinstance(raw, list) else 1), policy["name"]
        assert all(item.effect in ("allow", "deny") for item in document.statements), policy["name"]


def concrete(pattern: str, draw: random.Random) -> str:
    """A string that a pattern matches, or nearly."""
    text = re.sub(r"\$\{[^}]*\}", "x", pattern)
    text = re.sub(r"\*", lambda _: draw.choice(("", "x", "a/b", "eu-west-1")), text)
    return text.replace("?", "q") + draw.choice(("", "", "", "y"))


def action_of(pattern: str, draw: random.Random) -> str:
    service, _, name = pattern.partition(":")
    if not name:
        service, name = draw.choice(("s3", "iam", "kms")), "*"
    return f"{service}:{name.replace('*', draw.choice(('', 'Thing', 'Object'))).replace('?', 'q')}"


def many(statement: dict[str, Any], name: str) -> list[str]:
    found = statement.get(name, statement.get(f"Not{name}", "*"))
    return [found] if isinstance(found, str) else found


def held(statements: list[dict[str, Any]], draw: random.Random) -> dict[str, Held]:
    """A value, or none, for every key that the statements read beyond those the evaluator knows."""
    found: dict[str, Held] = {}
    for statement in statements:
        for block in statement.get("Condition", {}).values():
            for key, values in block.items():
                listed = values if isinstance(values, list) else [values]
                value = concrete(naive.written(draw.choice(listed)), draw)
                found[key.lower()] = draw.choice((None, (value,), (value,)))
    for key in re.findall(r"\$\{([^},]+)", json.dumps(statements)):
        found.setdefault(key.strip().lower(), ("x",))
    return {key: value for key, value in found.items() if key not in FIXED}


def question(policies: list[dict[str, Any]], draw: random.Random) -> tuple[Case, naive.Question]:
    """One or two policies, and a request that their statements may be about."""
    chosen = draw.sample(policies, draw.choice((1, 1, 2)))
    documents = [policy["document"] for policy in chosen]
    statements = [item for document in documents for item in naive.statements(document)]
    statement = draw.choice(statements)
    action = action_of(draw.choice(many(statement, "Action")), draw)
    arn = concrete(draw.choice(many(statement, "Resource")), draw)
    arn = (
        arn
        if arn.startswith("arn:")
        else draw.choice(("arn:aws:s3:::b/key", f"arn:aws:x:eu-west-1:{DEV}:y/z"))
    )
    given = held(statements, draw)
    known = {key: list(value) for key, value in {**FIXED, **given}.items() if isinstance(value, tuple)}
    asked = naive.Question(naive.Principal(ROLE, DEV, "role"), action, arn, DEV, known, documents)
    case = Case(
        " and ".join(policy["name"] for policy in chosen),
        "",
        Tri.UNKNOWN,
        tuple(statements),
        action=action.lower(),
        arn=arn,
        kind="thing",
        given=given,
    )
    return case, asked


def unreadable(case: Case) -> bool:
    """Values that their operators cannot read, such as a pattern's remains for a number."""
    return any(
        operator.lower().rpartition(":")[2].startswith(("numeric", "date", "ip", "notip", "binary"))
        for statement in case.identity
        for operator in statement.get("Condition", {})
    )


def test_random_questions_have_the_naive_answers(policies: list[dict[str, Any]]) -> None:
    draw = random.Random(20261124)
    told: dict[Tri, int] = dict.fromkeys(Tri, 0)
    asked_for = 0
    while asked_for < QUESTIONS * MORE:
        case, asked = question(policies, draw)
        if unreadable(case) or wild(case.arn):
            continue
        asked_for += 1
        said, wanted = asker(case)(case.arn), Tri.of(naive.allowed(asked))
        assert said is wanted, (case.says, asked.action, asked.resource, case.given)
        told[said] += 1
    # both answers occur often: the questions ask something
    assert min(told[Tri.YES], told[Tri.NO]) > QUESTIONS // 10
    assert told[Tri.UNKNOWN] == 0
