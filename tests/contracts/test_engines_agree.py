"""Every rule on every fixture: embedded, an OPA server, and OPA by hand give the same verdicts.

Fixtures are whole input documents, ``fixtures/rules/<family>/<rule>/*.json``.
"""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.evaluate import Catalogue, Engine, load_catalogue, open_engine
from scanner.evaluate.embedded import open_embedded
from scanner.evaluate.opa import open_private

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies" / "rego"
FIXTURES = ROOT / "fixtures" / "rules"
DOCUMENTS = sorted(FIXTURES.rglob("*.json"))


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(POLICIES)


@pytest.fixture(scope="module")
def embedded(catalogue: Catalogue) -> Iterator[Engine]:
    with open_embedded(catalogue.sources, parallel=1) as engine:
        yield engine


@pytest.fixture(scope="module")
def server(catalogue: Catalogue, opa: str) -> Iterator[Engine]:
    with open_private(opa, catalogue.sources) as engine:
        yield engine


def canonical(answer: Mapping[str, list[Any]]) -> dict[str, list[str]]:
    """An answer as text, since verdicts are a set and Python takes 1, 1.0 and true for equal."""
    return {
        rule: sorted(json.dumps(one, sort_keys=True) for one in verdicts) for rule, verdicts in answer.items()
    }


def by_hand(opa: str, document: Path) -> Mapping[str, list[Any]]:
    """What anybody gets from the policy directory as a plain bundle."""
    command = [
        opa,
        "eval",
        "-b",
        str(POLICIES),
        "-i",
        str(document),
        "--strict-builtin-errors",
        "data.envsplit.verdicts",
    ]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout.decode()
    (result,) = json.loads(done.stdout)["result"]
    answer: Mapping[str, list[Any]] = result["expressions"][0]["value"]
    return answer


def test_every_rule_has_fixtures_that_pass_fail_and_are_unknown(
    catalogue: Catalogue, embedded: Engine
) -> None:
    for rule in catalogue.rules.values():
        folder = FIXTURES / rule.path
        answers = [embedded.evaluate(path.read_bytes())[rule.path] for path in sorted(folder.glob("*.json"))]
        assert {one["verdict"] for answer in answers for one in answer} == {"pass", "fail", "unknown"}, (
            rule.id
        )
        assert {one["check"] for answer in answers for one in answer} == set(rule.checks), rule.id


@pytest.mark.opa
@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(FIXTURES)))
def test_engines_agree(opa: str, document: Path, embedded: Engine, server: Engine) -> None:
    body = document.read_bytes()
    answer = canonical(embedded.evaluate(body))
    assert document.parent.relative_to(FIXTURES).as_posix() in answer
    assert any(answer.values())
    assert canonical(server.evaluate(body)) == answer
    assert canonical(by_hand(opa, document)) == answer


@pytest.mark.opa
def test_all_rules_at_once_give_what_each_gives_alone(
    catalogue: Catalogue, embedded: Engine, server: Engine
) -> None:
    """No rule changes another's answer: every fixture is judged by every rule that can read it."""
    for path in DOCUMENTS:
        document = json.loads(path.read_text("utf-8"))
        alone = embedded.evaluate(path.read_bytes())
        document["rules"] = [rule.path for rule in catalogue.rules.values()]
        body = json.dumps(document).encode()
        together, other = embedded.evaluate(body), server.evaluate(body)
        assert canonical(together) == canonical(other)
        for rule, verdicts in alone.items():
            assert together[rule] == verdicts


def test_auto_reads_the_same_directory(catalogue: Catalogue) -> None:
    with open_engine("auto", POLICIES) as engine:
        assert engine.evaluate(b'{"rules": []}') == {}
    assert catalogue.rules
