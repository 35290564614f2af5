import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from scanner.report import json as report
from scanner.report import sarif
from tests.report import examples

ROOT = Path(__file__).parents[2]
PUBLISHED = json.loads((ROOT / "schema" / "findings.schema.json").read_text("utf-8"))
EXAMPLES = {"guide": examples.judgement, "clean": examples.clean, "hostile": examples.hostile}


def closed(schema: Any) -> Any:
    """The schema with no room for a key that it does not name: what we write is all documented."""
    if isinstance(schema, list):
        return [closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {key: closed(value) for key, value in schema.items()}
    if "properties" in schema and "type" in schema:
        inner.setdefault("additionalProperties", False)
    return inner


def test_the_published_schema_is_one() -> None:
    validator_for(PUBLISHED).check_schema(PUBLISHED)


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_holds_to_the_published_schema(name: str) -> None:
    document = json.loads(report.render(EXAMPLES[name]()))
    errors = [error.message for error in Draft202012Validator(closed(PUBLISHED)).iter_errors(document)]
    assert errors == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), 2),
        (("findings", 0, "verdict"), "pass"),
        (("findings", 0, "witness"), []),
        (("findings", 0, "fingerprint"), "x"),
        (("findings", 0, "severity"), "grave"),
        (("findings", 0, "witness", 0, "source", "line"), 0),
        (("summary", "fail"), -1),
    ],
)
def test_the_schema_can_say_no(path: tuple[str | int, ...], value: Any) -> None:
    document = json.loads(report.render(examples.judgement()))
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert list(Draft202012Validator(PUBLISHED).iter_errors(document))


def test_the_summary_adds_up() -> None:
    summary = json.loads(report.render(examples.judgement()))["summary"]
    words = ("pass", "fail", "unknown", "attested")
    assert summary["applied"] == sum(summary[word] for word in words) == 17
    for word in (*words, "applied"):
        assert summary[word] == sum(row[word] for row in summary["by_check"])
    told = [
        counts[word] for counts in summary["by_severity"].values() for word in ("fail", "unknown", "attested")
    ]
    assert summary["findings"] == sum(told) == 15


def test_keys_keep_the_order_of_the_contract() -> None:
    document = json.loads(report.render(examples.judgement()))
    assert list(document) == ["schema", "engine", "as_of", "summary", "coverage", "findings"]
    assert list(document["findings"][0])[:6] == ["rule", "check", "verdict", "waiver", "baseline", "severity"]


def test_steps_say_where_they_are_seen() -> None:
    document = json.loads(report.render(examples.judgement()))
    step = next(item for item in document["findings"] if item["rule"] == "ISO-002")["witness"][5]
    assert step["source"] == {
        "part": "parts/aws/222222222222/eu-west-1/ec2.security_group.jsonl",
        "line": 4,
        "column": 13,
        "end_column": 64,
        "pointer": "/data",
    }


def test_names_survive_as_they_are() -> None:
    document = json.loads(report.render(examples.hostile()))
    assert document["findings"][0]["message"] == examples.EVIL


GOLDEN = {"guide.findings.json": report.render, "guide.findings.sarif": sarif.render}


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_files(name: str) -> None:
    """Byte for byte. ENVSPLIT_UPDATE_GOLDEN=1 writes them anew: read the difference before committing."""
    path = ROOT / "fixtures" / "reports" / name
    data = GOLDEN[name](examples.judgement())
    if os.environ.get("ENVSPLIT_UPDATE_GOLDEN") == "1":
        path.write_bytes(data)
    assert path.read_bytes() == data
    assert data.endswith(b"}\n")
