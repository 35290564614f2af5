"""Every rule keeps its promises on its own fixtures, in the embedded engine.

A fixture ``fixtures/rules/<family>/<rule>/<verdict>[-case].json`` is a whole input document on which
the rule answers that verdict and no other, for each of its checks.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import regorus

from scanner.evaluate import load_catalogue
from scanner.model.rule import Rule

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies" / "rego"
FIXTURES = ROOT / "fixtures" / "rules"
GAP = "aws/222222222222/global test:Hidden"
RESOURCE_FIELDS = {"subject", "name", "environment"}
PAIR_FIELDS = {"subject", "name", "environment", "from", "to"}

Document = dict[str, Any]
Answers = dict[tuple[str, str], dict[str, Any]]

RULES = list(load_catalogue(POLICIES).rules.values())
CASES = [(rule, path) for rule in RULES for path in sorted((FIXTURES / rule.path).glob("*.json"))]

each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
each_case = pytest.mark.parametrize(
    ("rule", "path"), [pytest.param(rule, path, id=f"{rule.id}-{path.stem}") for rule, path in CASES]
)


@cache
def _engine(*, tests: bool = False) -> Any:
    engine = regorus.Engine()
    for path in sorted(POLICIES.rglob("*.rego")):
        if tests or not path.name.endswith("_test.rego"):
            engine.add_policy(str(path), path.read_text("utf-8"))
    return engine


def _verdicts(rule: Rule, document: Document) -> list[dict[str, Any]]:
    engine = _engine()
    engine.set_input_json(json.dumps(document))
    found = json.loads(engine.eval_rule_as_json(f"data.rules.{rule.path.replace('/', '.')}.verdicts"))
    assert isinstance(found, list)
    return found


def _answers(rule: Rule, document: Document) -> Answers:
    found = _verdicts(rule, document)
    answers = {(answer["check"], answer["subject"]): answer for answer in found}
    assert len(answers) == len(found), "a check answered twice for a subject"
    return answers


def _words(answers: Answers) -> dict[tuple[str, str], str]:
    return {key: answer["verdict"] for key, answer in answers.items()}


def _read(path: Path) -> Document:
    return json.loads(path.read_text("utf-8"))  # type: ignore[no-any-return]


def _expected(rule: Rule, document: Document) -> set[tuple[str, str]]:
    """What METADATA says the rule has to answer for, worked out without Rego."""
    applies = rule.applies
    if applies.subject == "pair":
        pairs = (
            pair for pair in document["pairs"] if not applies.to_tiers or pair["to_tier"] in applies.to_tiers
        )
        return {(check, pair["id"]) for pair in pairs for check in rule.checks}
    return {
        (name, item["id"])
        for name, check in rule.checks.items()
        for kind in check.kinds or applies.kinds
        for item in [*_subjects(rule, kind, document), *_scopes(rule, kind, document)]
    }


def _subjects(rule: Rule, kind: str, document: Document) -> Iterator[Document]:
    for item in document["resources"].get(kind, []):
        known_to_differ = any(
            attr in item["attrs"] and attr not in item["unknown"] and item["attrs"][attr] != value
            for attr, value in rule.applies.where.items()
        )
        if not known_to_differ and (not rule.applies.tiers or item["tier"] in rule.applies.tiers):
            yield item


def _scopes(rule: Rule, kind: str, document: Document) -> Iterator[Document]:
    for scope in document["unlisted"].get(kind, []):
        if not rule.applies.tiers or scope["tier"] in {*rule.applies.tiers, None}:
            yield scope


@each_case
def test_a_fixture_fits_the_schema_of_the_input(rule: Rule, path: Path) -> None:
    schema = json.loads((ROOT / "policies" / "schema" / "input.json").read_text("utf-8"))
    document = _read(path)
    jsonschema.Draft7Validator(schema).validate(document)
    assert document["rules"] == [rule.path]


@each_case
def test_a_fixture_shows_no_attribute_that_the_rule_does_not_require(rule: Rule, path: Path) -> None:
    items = [(kind, item) for kind, items in _read(path)["resources"].items() for item in items]
    shown = {f"{kind}.{attr}" for kind, item in items for attr in {**item["attrs"], **item["unknown"]}}
    assert sorted(shown - set(rule.requires)) == []


@each_case
def test_a_rule_answers_as_the_fixture_is_named_for_every_check(rule: Rule, path: Path) -> None:
    answers = _answers(rule, _read(path))
    assert {answer["verdict"] for answer in answers.values()} == {path.stem.split("-")[0]}
    assert {check for check, _ in answers} == set(rule.checks)


@each_case
def test_a_rule_answers_for_exactly_what_it_applies_to(rule: Rule, path: Path) -> None:
    document = _read(path)
    assert set(_answers(rule, document)) == _expected(rule, document)


@each_case
def test_evidence_is_among_what_the_rule_requires(rule: Rule, path: Path) -> None:
    document = _read(path)
    kinds = {item["id"]: kind for kind, items in document["resources"].items() for item in items}
    for answer in _verdicts(rule, document):
        needs = {f"{kinds[answer['subject']]}.{attr}" for attr in answer.get("evidence", [])}
        assert needs <= set(rule.requires)


@each_case
def test_an_unknown_names_gaps_of_the_document_and_nothing_else_does(rule: Rule, path: Path) -> None:
    document = _read(path)
    text = json.dumps({key: document[key] for key in ("resources", "unlisted", "facts")})
    for answer in _verdicts(rule, document):
        assert all(json.dumps(gap) in text for gap in answer.get("gaps", []))
        # a pair that fails by one crossing also tells what may hide another
        assert answer["verdict"] != "pass" or not answer.get("gaps")


@each_case
def test_hiding_an_attribute_turns_verdicts_into_unknowns_or_leaves_them(rule: Rule, path: Path) -> None:
    document = _read(path)
    before = _words(_answers(rule, document))
    for kind, items in document["resources"].items():
        for index, item in enumerate(items):
            for attr in item["attrs"]:
                for gaps in ([GAP], None):
                    after = _words(_answers(rule, _hidden(document, kind, index, attr, gaps)))
                    changed = {key for key in before if after[key] != before[key]}
                    assert {subject for _, subject in changed} <= {item["id"]}
                    assert {after[key] for key in changed} <= {"unknown"}


def _hidden(document: Document, kind: str, index: int, attr: str, gaps: list[str] | None) -> Document:
    """The document without an attribute; with no gaps, as if nobody had ever looked."""
    changed = copy.deepcopy(document)
    item = changed["resources"][kind][index]
    del item["attrs"][attr]
    if gaps is not None:
        item["unknown"][attr] = gaps
    return changed


@each_case
def test_hiding_all_attributes_leaves_no_verdict_that_rests_on_one(rule: Rule, path: Path) -> None:
    document = _read(path)
    for items in document["resources"].values():
        for item in items:
            item["attrs"], item["unknown"] = {}, {attr: [GAP] for attr in item["attrs"]}
    for answer in _verdicts(rule, document):
        assert answer["verdict"] == "unknown" or not answer.get("evidence")


@each_case
def test_a_gap_beside_the_crossings_closes_none_and_opens_none(rule: Rule, path: Path) -> None:
    document = _read(path)
    before = _words(_answers(rule, document))
    for relations in document["facts"].values():
        for relation in relations.values():
            relation["blind"].append(GAP)
    after = _words(_answers(rule, document))
    assert {key for key in before if before[key] == "fail"} <= {key for key in after if after[key] == "fail"}
    assert {after[key] for key in before if after[key] != before[key]} <= {"unknown"}


@each_case
def test_a_fact_that_does_not_speak_of_a_pair_gets_no_verdict(rule: Rule, path: Path) -> None:
    document = _read(path)
    declared = {"DAT-002": {("read", "dev->prod")}} if "pass" in path.stem else {}
    document["facts"] = {fact: {} for fact in document["facts"]}
    if rule.applies.subject == "pair":
        assert set(_answers(rule, document)) <= declared.get(rule.id, set())


CROSSING_DETAILS = {"ISO-002": {"ports"}}
"""What a fact puts into the details of every crossing."""


@each_rule
def test_messages_have_the_values_they_name(rule: Rule) -> None:
    fixed = PAIR_FIELDS | {"border", "access"} if rule.applies.subject == "pair" else RESOURCE_FIELDS
    for check in rule.checks.values():
        details = {name for name in _fields(check.fail) if name.startswith("detail.")}
        assert _fields(check.fail) - details <= fixed
        failing = [
            answer
            for path in (FIXTURES / rule.path).glob("fail*.json")
            for answer in _verdicts(rule, _read(path))
            if answer["check"] == check.name
        ]
        assert failing
        told = {name.removeprefix("detail.") for name in details} - CROSSING_DETAILS.get(rule.id, set())
        assert all(name in answer["detail"] for answer in failing for name in told)


@each_rule
def test_messages_of_unknowns_name_nothing_that_may_be_unknown(rule: Rule) -> None:
    """They are also said of scopes that could not be listed and of pairs that gaps hide."""
    fixed = {"from", "to", "border", "subject"} if rule.applies.subject == "pair" else {"subject"}
    for check in rule.checks.values():
        assert _fields(check.unknown)
        assert _fields(check.unknown) <= fixed


@each_rule
def test_messages_are_sentences(rule: Rule) -> None:
    for check in rule.checks.values():
        for message in (check.fail, check.unknown):
            assert re.fullmatch(r"[A-Z{].*\.", message)
        assert not check.title.endswith(".")
        assert len({check.title, check.fail, check.unknown}) == 3


def _fields(template: str) -> set[str]:
    return set(re.findall(r"\{([^{}]+)\}", template))


def _unit_tests() -> list[str]:
    found = []
    for path in sorted(POLICIES.rglob("*_test.rego")):
        text = path.read_text("utf-8")
        package = re.search(r"^package (\S+)$", text, re.MULTILINE)
        assert package
        found += [f"data.{package[1]}.{name}" for name in re.findall(r"^(test_\w+) if", text, re.MULTILINE)]
    return found


def test_unit_tests_hold_in_the_embedded_engine_too() -> None:
    tests = _unit_tests()
    assert len(tests) > 100
    engine = _engine(tests=True)
    engine.set_input_json("{}")
    assert [name for name in tests if engine.eval_rule(name) is not True] == []
