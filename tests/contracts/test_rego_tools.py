"""What OPA and Regal themselves say of the policies; skipped aloud where they are not installed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies" / "rego"
SCHEMA = ROOT / "policies" / "schema" / "input.json"

pytestmark = pytest.mark.opa


def _tool(name: str) -> str:
    found = os.environ.get(name.upper()) or shutil.which(name)
    if not found and os.environ.get("ENVSPLIT_REQUIRE_OPA") == "1":
        pytest.fail(f"{name} is not on the path, and ENVSPLIT_REQUIRE_OPA=1")
    if not found:
        pytest.skip(f"{name} is not on the path")
    return found


def _says(*command: str) -> str:
    """Nothing if the command is content, else what it printed."""
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    return "" if run.returncode == 0 else run.stdout + run.stderr or "failed"


def test_policies_are_formatted() -> None:
    assert _says(_tool("opa"), "fmt", "--fail", "--list", str(POLICIES)) == ""


def test_policies_fit_the_schema_of_their_input() -> None:
    assert _says(_tool("opa"), "check", "--strict", "--schema", str(SCHEMA), str(POLICIES)) == ""


def test_unit_tests_pass_and_reach_the_rules() -> None:
    os.environ.setdefault("OPA", _tool("opa"))
    assert _says(sys.executable, str(ROOT / "scripts" / "rego_coverage.py")) == ""


def test_regal_is_content_with_its_defaults() -> None:
    assert _says(_tool("regal"), "lint", str(POLICIES)) == ""


def test_coverage_says_which_lines_no_test_reaches(tmp_path: Path) -> None:
    (tmp_path / "sample.rego").write_text("package sample\n\na := 1\n\nb := 2 if input.x\n", "utf-8")
    (tmp_path / "sample_test.rego").write_text(
        "package sample_test\n\nimport data.sample\n\ntest_a if sample.a == 1\n", "utf-8"
    )
    os.environ.setdefault("OPA", _tool("opa"))
    said = _says(sys.executable, str(ROOT / "scripts" / "rego_coverage.py"), str(tmp_path))
    assert "sample.rego: " in said
    assert "not 5" in said


@pytest.mark.parametrize("verdict", ["pass", "fail", "unknown"])
def test_the_policies_are_a_plain_bundle(verdict: str) -> None:
    """``opa eval -b policies/rego`` answers by hand what the scanner gets."""
    fixture = ROOT / "fixtures" / "rules" / "iso" / "network_paths" / f"{verdict}.json"
    command = [_tool("opa"), "eval", "-b", str(POLICIES), "-i", str(fixture), "-f", "raw"]
    run = subprocess.run([*command, "data.envsplit.verdicts"], capture_output=True, text=True, check=False)
    assert run.stderr == ""
    answers = json.loads(run.stdout)["iso/network_paths"]
    assert {answer["verdict"] for answer in answers} == {verdict}
