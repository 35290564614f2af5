"""The command line itself: what it lists, how it helps, what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parent.parent
COMMANDS = (
    "scan",
    "collect",
    "import-iam",
    "evaluate",
    "report",
    "demo",
    "rules list",
    "rules show",
    "schema",
    "permissions",
    "doctor",
)


def envsplit(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "scanner", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_version_imports_nothing_heavy() -> None:
    """What keeps ``--version`` fast: none of these is imported for it."""
    code = (
        "import sys; sys.argv = ['envsplit', '--version']\n"
        "from scanner.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'boto3', 'botocore', 'pydantic', 'regorus', 'requests', 'opa_client', 'ruamel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    version, heavy = done.stdout.splitlines()
    assert version.startswith("envsplit ")
    assert heavy == "[]"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(command: str) -> None:
    done = envsplit(*command.split(), "--help")
    assert done.returncode == 0
    assert "Usage:" in done.stdout
    assert len(done.stdout.splitlines()) > 6


@pytest.mark.parametrize("command", ["scan", "evaluate", "demo"])
def test_the_published_options(command: str) -> None:
    options = envsplit(command, "--help").stdout
    for option in ("--out", "--format", "--engine", "--fail-on", "--exit-zero", "--only", "--as-of"):
        assert option in options


def test_rules_as_json_have_the_published_shape() -> None:
    listed = json.loads(envsplit("rules", "list", "--json").stdout)
    assert [rule["id"] for rule in listed] == sorted(rule["id"] for rule in listed)
    for rule in listed:
        assert set(rule) == {
            "id",
            "title",
            "severity",
            "providers",
            "kinds",
            "span",
            "requires",
            "frameworks",
        }
        assert rule["providers"] == [each for each in ("aws", "azure", "gcp") if each in rule["providers"]]
        for family_rule in (ROOT / "fixtures" / "rules").glob("*/*"):
            assert (family_rule / "unknown.json").exists()


def test_rules_show_takes_any_case_and_refuses_the_unknown() -> None:
    assert envsplit("rules", "show", "iso-004").stdout.split()[0] == "ISO-004"
    refused = envsplit("rules", "show", "iso-999")
    assert refused.returncode == 2
    assert "rules list" in refused.stderr


def test_the_printed_schema_accepts_the_example() -> None:
    from ruamel.yaml import YAML  # noqa: PLC0415 - only here

    schema = json.loads(envsplit("schema").stdout)
    example = YAML(typ="safe").load((ROOT / "examples" / "envsplit.yaml").read_text())
    jsonschema.validate(json.loads(json.dumps(example, default=str)), schema)


def test_report_writes_the_same_sarif_again(tmp_path: Path) -> None:
    assert envsplit("demo", "--out", str(tmp_path), "--engine", "embedded").returncode == 10
    first = (tmp_path / "findings.sarif").read_bytes()
    (tmp_path / "findings.sarif").unlink()
    again = envsplit(
        "report",
        str(tmp_path / "findings.json"),
        "-c",
        str(ROOT / "fixtures/demo/envsplit.yaml"),
        "-f",
        "sarif",
    )
    assert again.returncode == 0, again.stderr
    one, two = json.loads(first), json.loads((tmp_path / "findings.sarif").read_bytes())
    assert one["runs"][0]["results"] == two["runs"][0]["results"]


def test_report_refuses_what_is_no_findings_file(tmp_path: Path) -> None:
    (tmp_path / "findings.json").write_text('{"schema": 7}')
    done = envsplit("report", str(tmp_path / "findings.json"))
    assert done.returncode == 2
    assert "schema 7" in done.stderr
    assert envsplit("report", str(tmp_path / "nothing.json")).returncode == 2


def test_a_reader_that_leaves_changes_no_exit_code(tmp_path: Path) -> None:
    command = f"{sys.executable} -m scanner demo --engine embedded -o {tmp_path}"
    done = subprocess.run(
        ["bash", "-c", f"{command} | head -1; exit ${{PIPESTATUS[0]}}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 10, done.stderr
    assert (tmp_path / "findings.json").exists()


def test_what_the_format_has_and_this_release_does_not_read_is_refused(tmp_path: Path) -> None:
    demo = ROOT / "fixtures" / "demo"
    config = tmp_path / "envsplit.yaml"
    config.write_text((demo / "envsplit.yaml").read_text() + "\nwaivers: waivers.yaml\n")
    done = envsplit("evaluate", str(demo / "snapshot"), "-c", str(config), "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "waivers" in done.stderr


def test_a_timeout_that_nothing_can_meet_is_bad_usage(tmp_path: Path) -> None:
    done = envsplit("demo", "--timeout", "0", "-o", str(tmp_path / "out"))
    assert done.returncode == 2
    assert "--timeout" in done.stderr


def test_identities_come_from_files(tmp_path: Path) -> None:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": "111111111111"}, "Action": "sts:AssumeRole"}],
    }
    for name, account in (("dev", "111111111111"), ("prod", "222222222222")):
        role = {
            "Arn": f"arn:aws:iam::{account}:role/r",
            "RoleName": "r",
            "Path": "/",
            "RoleId": "AROAEXAMPLE",
        }
        details = {"RoleDetailList": [{**role, "AssumeRolePolicyDocument": trust}], "UserDetailList": []}
        content = json.dumps({**details, "GroupDetailList": [], "Policies": []})
        (tmp_path / f"{name}.json").write_text(content, "utf-8")
    config = tmp_path / "envsplit.yaml"
    config.write_text(
        """
version: 1
environments:
  dev: {tier: nonproduction, match: {aws: {accounts: ["111111111111"]}}}
  prod: {tier: production, match: {aws: {accounts: ["222222222222"]}}}
sources: {aws: {}}
assume: {scp: absent, rcp: absent}
""",
        "utf-8",
    )
    out = tmp_path / "out"
    files = [str(tmp_path / "dev.json"), str(tmp_path / "prod.json")]
    assert envsplit("import-iam", *files, "-o", str(out)).returncode == 0
    done = envsplit(
        "evaluate", str(out / "snapshot"), "-c", str(config), "-o", str(out), "--engine", "embedded"
    )
    assert done.returncode == 10, done.stderr
    found = json.loads((out / "findings.json").read_text("utf-8"))["findings"]
    verdicts = {(item["rule"], item["verdict"]) for item in found}
    # prod trusts dev, where nobody may assume it yet: half-open, and known
    assert ("ISO-004", "fail") in verdicts
    # of stores nothing was asked
    assert ("DAT-006", "unknown") in verdicts
