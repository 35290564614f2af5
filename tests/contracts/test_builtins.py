"""The list of built-in functions: nothing shipped leaves it, and both engines agree on all that is on it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import PolicyError
from scanner.evaluate import load_catalogue
from scanner.evaluate.builtins import allowed, check, known
from scanner.evaluate.embedded import open_embedded
from scanner.evaluate.opa import open_private
from scanner.evaluate.sources import read_sources

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies" / "rego"
PROBES: dict[str, list[str]] = json.loads(Path(__file__).with_name("builtin_probes.json").read_text("utf-8"))
LISTED = json.loads((ROOT / "scanner/evaluate/builtins.json").read_text("utf-8"))


def test_no_shipped_module_leaves_the_list() -> None:
    check(read_sources(POLICIES))


@pytest.mark.parametrize(
    "name", ["http.send", "net.lookup_ip_addr", "opa.runtime", "time.now_ns", "glob.match"]
)
def test_a_shipped_rule_that_left_the_list_would_not_load(tmp_path: Path, name: str) -> None:
    policies = tmp_path / "policies" / "rego"
    shutil.copytree(POLICIES, policies)
    rules = [path for path in policies.glob("rules/*/*/*.rego") if not path.stem.endswith("_test")]
    victim = rules[0]
    victim.write_text(victim.read_text("utf-8") + f"\n_more := {name}(input.x)\n", "utf-8")
    with pytest.raises(PolicyError, match=rf"{victim.name}:\d+: {name} is not allowed in rules"):
        load_catalogue(policies)


def test_every_function_on_the_list_is_probed() -> None:
    assert set(PROBES) == allowed()
    for name, expressions in PROBES.items():
        assert expressions
        assert all(f"{name}(" in expression for expression in expressions), name


def _policies() -> dict[str, str]:
    """Every probe as a rule of its own, under the entry point's name."""
    lines = ["package envsplit", ""]
    for name, expressions in sorted(PROBES.items()):
        lines += [f"verdicts[{json.dumps(f'{name} {at}')}] := {text}" for at, text in enumerate(expressions)]
    return {"envsplit/envsplit.rego": "\n\n".join(lines) + "\n"}


@pytest.mark.opa
def test_both_engines_agree_on_every_probe(opa: str) -> None:
    sources = _policies()
    with open_embedded(sources) as embedded, open_private(opa, sources) as real:
        answers: list[dict[str, Any]] = [dict(engine.evaluate(b"{}")) for engine in (embedded, real)]
    # As JSON text, since Python takes 1, 1.0 and true for equal.
    one, other = (
        {key: json.dumps(value, sort_keys=True) for key, value in answer.items()} for answer in answers
    )
    assert {
        key: (one.get(key), other.get(key)) for key in one | other if one.get(key) != other.get(key)
    } == {}
    probed = {key.partition(" ")[0] for key in other}
    assert probed == allowed(), "a function whose every probe is undefined was not probed"


@pytest.mark.opa
def test_the_list_knows_every_function_of_its_opa(opa: str) -> None:
    done = subprocess.run([opa, "version"], capture_output=True, text=True, check=True)
    if f"Version: {LISTED['opa']}\n" not in done.stdout:
        pytest.skip(f"builtins.json lists the functions of OPA {LISTED['opa']}, this is another")
    done = subprocess.run([opa, "capabilities", "--current"], capture_output=True, text=True, check=True)
    theirs = {one["name"] for one in json.loads(done.stdout)["builtins"] if "infix" not in one}
    assert {name for name in theirs if not name.startswith("internal.")} == known()


def test_the_list_is_of_the_pinned_regorus() -> None:
    with open_embedded(_policies()) as engine:
        assert engine.version == LISTED["regorus"]
