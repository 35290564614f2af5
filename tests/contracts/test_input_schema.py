"""The schema of the rules' input: documents fit it, and OPA checks rules against it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
PATH = ROOT / "policies" / "schema" / "input.json"
SCHEMA: dict[str, Any] = json.loads(PATH.read_text("utf-8"))
DOCUMENTS = sorted((ROOT / "fixtures" / "rules").rglob("*.json"))
GOOD = {
    "schema": 1,
    "as_of": "2026-11-24T05:00:00Z",
    "rules": [],
    "environments": {},
    "pairs": [],
    "resources": {},
    "unlisted": {},
    "facts": {},
}


def test_the_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)
    jsonschema.validate(GOOD, SCHEMA)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": 2},
        {"more": 1},
        {"resources": {"stores": []}},
        {"resources": {"store": [{"id": "x"}]}},
        {"facts": {"f": {"dev->prod": {"crossings": []}}}},
        {"pairs": [{"id": "a->b"}]},
    ],
)
def test_other_documents_do_not_fit(change: dict[str, Any]) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(GOOD | change, SCHEMA)


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_fixtures_fit_attributes_included(path: Path) -> None:
    document = json.loads(path.read_text("utf-8"))
    jsonschema.validate(document, SCHEMA)
    for kind, resources in document["resources"].items():
        attrs = {**SCHEMA["definitions"]["kinds"][kind], "definitions": SCHEMA["definitions"]}
        for resource in resources:
            jsonschema.validate(resource["attrs"], attrs)
            assert set(resource["unknown"]) <= set(attrs["properties"])
            assert not set(resource["unknown"]) & set(resource["attrs"])


@pytest.mark.opa
def test_opa_checks_the_policies_against_it(opa: str) -> None:
    command = [opa, "check", "--strict", "-s", str(PATH), str(ROOT / "policies" / "rego")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


@pytest.mark.opa
@pytest.mark.parametrize("bad", ["input.as_oof", "input.resources.stores", "input.resources.store[0].idd"])
def test_opa_finds_what_does_not_fit(opa: str, tmp_path: Path, bad: str) -> None:
    (tmp_path / "x.rego").write_text(f"package x\n\nx := {bad}\n")
    command = [opa, "check", "--strict", "-s", str(PATH), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "undefined ref" in done.stdout + done.stderr
