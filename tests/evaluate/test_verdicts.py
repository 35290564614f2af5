from __future__ import annotations

from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.evaluate import Catalogue
from scanner.evaluate.applies import Subjects
from scanner.evaluate.shards import Document
from scanner.evaluate.verdicts import collect, judged
from scanner.model.logic import Verdict
from scanner.model.rule import CrossingVerdict, Rule

STORES = Subjects(frozenset({"s1", "s2"}), frozenset({"aws/1/r/store"}), frozenset())
PAIRS = Subjects(frozenset(), frozenset(), frozenset({"dev->prod"}))
CROSSINGS = {"dev->prod": frozenset({"c1", "c2"}), "prod->dev": frozenset({"c3"})}
GOOD = [
    {"check": check, "subject": subject, "verdict": verdict}
    for check in ("versioning", "logging")
    for subject, verdict in (("s1", "pass"), ("s2", "fail"), ("aws/1/r/store", "unknown"))
]


@pytest.fixture
def stores(catalogue: Catalogue) -> Rule:
    return catalogue.rules["DAT-901"]


@pytest.fixture
def paths(catalogue: Catalogue) -> Rule:
    return catalogue.rules["ISO-901"]


def judge(rule: Rule, answers: list[Any], expected: Subjects = STORES) -> Any:
    return judged(rule, answers, dict.fromkeys(rule.checks, expected), CROSSINGS)


def refused(rule: Rule, answers: list[Any], expected: Subjects = STORES) -> str:
    with pytest.raises(PolicyError) as caught:
        judge(rule, answers, expected)
    assert rule.id in str(caught.value)
    return str(caught.value)


def test_complete_answers_come_back_sorted(stores: Rule) -> None:
    found = judge(stores, GOOD[::-1])
    assert [(one.check, one.subject, one.verdict) for one in found] == [
        ("logging", "aws/1/r/store", "unknown"),
        ("logging", "s1", "pass"),
        ("logging", "s2", "fail"),
        ("versioning", "aws/1/r/store", "unknown"),
        ("versioning", "s1", "pass"),
        ("versioning", "s2", "fail"),
    ]
    assert {one.rule for one in found} == {"DAT-901"}


@pytest.mark.parametrize("lost", range(len(GOOD)))
def test_any_missing_answer_fails_naming_rule_check_and_subject(stores: Rule, lost: int) -> None:
    said = refused(stores, GOOD[:lost] + GOOD[lost + 1 :])
    assert f"rule DAT-901 answered nothing for check {GOOD[lost]['check']} on {GOOD[lost]['subject']}" in said


def test_no_answer_at_all_is_no_pass(stores: Rule) -> None:
    assert "answered nothing for check versioning on aws/1/r/store" in refused(stores, [])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"subject": "s3"}, "answered for a subject it does not apply to"),
        ({"check": "encryption"}, "a check it does not declare: 'encryption'"),
        ({"check": ["versioning"]}, "a check it does not declare"),
        ({"verdict": "PASS"}, "answered 'PASS' for check versioning on 's1'"),
        ({"verdict": "attested"}, "answered 'attested'"),
        ({"verdict": True}, "answered True"),
        ({"verdict": None}, "answered None"),
        ({"verdict": ["pass"]}, "answered ['pass']"),
        ({"subject": 1}, "on 1"),
        ({"subject": ["s1"]}, "on ['s1']"),
        ({"message": "hello"}, "no verdict"),
        ({"evidence": "versioning"}, "evidence is not a list of strings"),
        ({"evidence": [1]}, "evidence is not a list of strings"),
        ({"gaps": {}}, "gaps is not a list of strings"),
        ({"detail": []}, "detail is not an object"),
        ({"undeclared": ["environments.prod.launchers"]}, "undeclared is the key"),
        ({"verdict": "pass", "undeclared": "environments.prod.launchers"}, "undeclared is the key"),
        ({"crossings": {}}, "no crossing verdict"),
        ({"crossings": [{"id": "c1"}]}, "no crossing verdict"),
        ({"crossings": [{"id": "c1", "verdict": "maybe"}]}, "no crossing verdict"),
        ({"crossings": [{"id": "c1", "verdict": ["pass"]}]}, "no crossing verdict"),
        ({"crossings": [{"id": "c1", "verdict": "fail", "latent": 1}]}, "no crossing verdict"),
        ({"crossings": [{"id": "c9", "verdict": "fail"}]}, "a crossing that no fact shows: c9"),
    ],
)
def test_answers_that_break_the_contract(stores: Rule, changes: dict[str, Any], message: str) -> None:
    assert message in refused(stores, [{**GOOD[0], **changes}, *GOOD[1:]])


@pytest.mark.parametrize("answer", [None, "pass", ["s1"], {}, {"check": "versioning", "subject": "s1"}])
def test_answers_that_are_no_verdicts(stores: Rule, answer: Any) -> None:
    assert "no verdict" in refused(stores, [answer])


def test_contradictions(stores: Rule) -> None:
    assert "answered twice: pass and fail" in refused(stores, [*GOOD, {**GOOD[0], "verdict": "fail"}])
    assert "answered twice: pass, differently" in refused(stores, [*GOOD, {**GOOD[0], "detail": {"a": 1}}])


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_a_scope_that_could_not_be_listed_is_unknown(stores: Rule, verdict: str) -> None:
    answers = [{**one, "verdict": verdict} if one["subject"] == "aws/1/r/store" else one for one in GOOD]
    assert f"answered {verdict} for a scope that could not be listed" in refused(stores, answers)


def pair(verdict: str, *words: str, ids: tuple[str, ...] = ("c1", "c2")) -> list[dict[str, Any]]:
    crossings = [{"id": name, "verdict": word} for name, word in zip(ids, words, strict=False)]
    return [{"check": "path", "subject": "dev->prod", "verdict": verdict, "crossings": crossings}]


@pytest.mark.parametrize(
    "answers",
    [
        pair("pass"),
        pair("pass", "pass"),
        pair("fail", "fail", "unknown"),
        pair("unknown", "unknown"),
        pair("unknown"),
    ],
)
def test_pairs_that_agree_with_their_crossings(paths: Rule, answers: list[Any]) -> None:
    assert len(judge(paths, answers, PAIRS)) == 1


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (pair("fail"), "failed a pair without a crossing that fails"),
        (pair("fail", "unknown", "pass"), "failed a pair without a crossing that fails"),
        (pair("pass", "fail"), "answered pass although a crossing fails"),
        (pair("unknown", "fail"), "answered unknown although a crossing fails"),
        (pair("pass", "pass", "unknown"), "passed a pair although a crossing is unknown"),
        (pair("fail", "fail", ids=("c3",)), "a crossing that no fact shows: c3"),
        (pair("fail", "fail", "fail", ids=("c1", "c1")), "judged one crossing twice"),
    ],
)
def test_pairs_that_do_not(paths: Rule, answers: list[Any], message: str) -> None:
    assert message in refused(paths, answers, PAIRS)


def test_everything_an_answer_may_carry(paths: Rule) -> None:
    answer = {
        "check": "path",
        "subject": "dev->prod",
        "verdict": "fail",
        "evidence": ["b", "a"],
        "detail": {"n": 1},
        "gaps": ["g2", "g1", "g2"],
        "crossings": [{"id": "c2", "verdict": "pass"}, {"id": "c1", "verdict": "fail", "latent": True}],
    }
    (found,) = judge(paths, [answer], PAIRS)
    assert found.crossings == (
        CrossingVerdict("c1", Verdict.FAIL, latent=True),
        CrossingVerdict("c2", Verdict.PASS),
    )
    assert (found.evidence, found.detail, found.gaps) == (("b", "a"), {"n": 1}, ("g1", "g2"))


def test_collect_joins_documents() -> None:
    found = collect(
        [(Document(("a/b",), b""), {"a/b": [1]}), (Document(("a/b", "c/d"), b""), {"a/b": [2], "c/d": []})]
    )
    assert found == {"a/b": [1, 2], "c/d": []}


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ({}, "rule a/b answered nothing at all"),
        ({"a/b": [], "c/d": []}, "rule c/d answered without being asked"),
        ({"a/b": {}}, "rule a/b: verdicts is not a set"),
        ({"a/b": "<undefined>"}, "rule a/b: verdicts is not a set"),
    ],
)
def test_collect_wants_exactly_the_rules_it_asked_for(answer: dict[str, Any], message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        collect([(Document(("a/b",), b""), answer)])
