"""Generated documentation is up to date, and a rule as scripts/new_rule.py writes it works."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import regorus

from scanner.evaluate import load_catalogue

ROOT = Path(__file__).parents[2]
NEW = ["hrd/sample_rule", "HRD-099", "--kind", "instance", "--attr", "lifecycle", "--want", '"on_demand"']


def _run(script: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(ROOT / "scripts" / script), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "policies", tmp_path / "policies")
    assert _run("new_rule.py", *NEW, "--root", str(tmp_path)).returncode == 0
    return tmp_path


def test_pages_of_rules_are_up_to_date() -> None:
    run = _run("rule_docs.py", "--check")
    assert run.stdout + run.stderr == ""
    assert run.returncode == 0


def test_no_rule_is_left_unfinished() -> None:
    folders = [ROOT / "policies", ROOT / "fixtures" / "rules"]
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert [path for path in files if "TODO" in path.read_text("utf-8")] == []


def test_a_new_rule_joins_the_catalogue_without_an_edit(root: Path) -> None:
    rule = load_catalogue(root / "policies" / "rego").rules["HRD-099"]
    assert rule.path == "hrd/sample_rule"
    assert rule.requires == ("instance.lifecycle",)


@pytest.mark.parametrize(("verdict", "count"), [("pass", 1), ("fail", 1), ("unknown", 2)])
def test_a_new_rule_answers_its_fixtures(root: Path, verdict: str, count: int) -> None:
    engine = regorus.Engine()
    for path in sorted((root / "policies" / "rego").rglob("*.rego")):
        engine.add_policy(str(path), path.read_text("utf-8"))
    engine.set_input_json(
        (root / "fixtures" / "rules" / "hrd" / "sample_rule" / f"{verdict}.json").read_text("utf-8")
    )
    answers = json.loads(engine.eval_rule_as_json("data.envsplit.verdicts"))["hrd/sample_rule"]
    assert [answer["verdict"] for answer in answers] == [verdict] * count
    tests = re.findall(r"^(test_\w+)", (root / _TEST).read_text("utf-8"), re.MULTILINE)
    assert len(tests) == 5
    assert all(engine.eval_rule(f"data.rules.hrd.sample_rule_test.{name}") for name in tests)


_TEST = "policies/rego/rules/hrd/sample_rule/sample_rule_test.rego"


@pytest.mark.opa
def test_a_new_rule_is_formatted() -> None:
    opa = shutil.which("opa") or pytest.skip("opa is not on the path")
    text = _new_module()
    run = subprocess.run([opa, "fmt"], input=text, capture_output=True, text=True, check=True)
    assert run.stdout == text


def _new_module() -> str:
    sys.path.insert(0, str(ROOT / "scripts"))
    from new_rule import files  # noqa: PLC0415 - a script, found by the line above

    return files("hrd/sample_rule", "HRD-099", "instance", "lifecycle", "on_demand")[_TEST]


def test_a_rule_that_is_there_is_not_touched(root: Path) -> None:
    run = _run("new_rule.py", *NEW, "--root", str(root))
    assert run.returncode == 2
    assert "is there already" in run.stderr


def test_a_name_that_is_no_path_is_refused(tmp_path: Path) -> None:
    run = _run("new_rule.py", "Sample", "HRD-099", "--kind", "a", "--attr", "b", "--root", str(tmp_path))
    assert run.returncode == 2
    assert list(tmp_path.iterdir()) == []
