"""Bad input: each a clear message with the next step and the right exit code, nothing half-written."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from demo_estate import PROD
from e2e.conftest import CONFIG, ROOT, Estate, Run, envsplit

DEMO = ROOT / "fixtures" / "demo"


def complains(run: Run, code: int, *words: str) -> None:
    """The command ended with ``code``, said the words on stderr, and showed no traceback."""
    assert run.code == code, (run.code, run.stdout, run.stderr)
    assert "Traceback" not in run.stderr
    assert "next:" in run.stderr or code in {10, 12}, run.stderr
    for word in words:
        assert word in run.stderr, run.stderr


def scan(out: Path, environ: dict[str, str], *more: str, config: Path = CONFIG) -> Run:
    return envsplit(
        "scan", "-c", str(config), "-o", str(out), "--engine", "embedded", *more, out=out, environ=environ
    )


def evaluate(snapshot: Path, out: Path, *more: str, environ: dict[str, str] | None = None) -> Run:
    return envsplit(
        "evaluate",
        str(snapshot),
        "-c",
        str(DEMO / "envsplit.yaml"),
        "-o",
        str(out),
        *more,
        out=out,
        environ=environ,
    )


@pytest.fixture
def snapshot(tmp_path: Path) -> Path:
    """A copy of the bundled snapshot, to be spoilt."""
    return Path(shutil.copytree(DEMO / "snapshot", tmp_path / "copy"))


def with_sources(tmp_path: Path, old: str, new: str) -> Path:
    """The demo's environment file with one line changed."""
    text = CONFIG.read_text()
    assert old in text
    path = tmp_path / "envsplit.yaml"
    path.write_text(text.replace(old, new))
    return path


def test_no_credentials(estate: Estate, tmp_path: Path) -> None:
    environ = {name: value for name, value in estate.environ().items() if "KEY" not in name}
    run = scan(tmp_path / "out", environ)
    complains(run, 1, "credentials")
    assert not (tmp_path / "out" / "snapshot").exists()


def test_wrong_role_everywhere(healthy: Estate, tmp_path: Path) -> None:
    healthy.server.deny("sts:AssumeRole")
    run = scan(tmp_path / "out", healthy.environ())
    complains(run, 3, "none of the accounts", "AssumeRole", "role")
    assert not (tmp_path / "out" / "snapshot").exists()


def test_one_account_unreached_exits_12_and_reports_the_rest(healthy: Estate, tmp_path: Path) -> None:
    """Acceptance 8; nothing that fails here is as severe as --fail-on never allows."""
    healthy.server.deny("sts:AssumeRole", account=PROD)
    run = scan(tmp_path / "out", healthy.environ(), "--fail-on", "never")
    assert run.code == 12, run.stderr
    assert PROD in run.stdout
    coverage = run.findings["coverage"]
    assert [row["scope"] for row in coverage["unreached"]] == [f"aws/{PROD}/global"]
    blinded = set(coverage["blinds"][f"aws/{PROD}/global"])
    assert {"ISO-001", "ISO-004", "DAT-002", "DAT-006", "KEY-002", "ACC-005", "IMG-003"} <= blinded
    assert "ISO-004" in run.stdout
    verdicts = {(item["rule"], item["verdict"]) for item in run.findings["findings"]}
    assert ("ISO-011", "fail") in verdicts, "what does not need the lost account is still judged"
    assert ("DAT-006", "unknown") in verdicts


def test_a_region_that_is_not_enabled(healthy: Estate, tmp_path: Path) -> None:
    config = with_sources(tmp_path, "regions: [eu-west-1, us-east-1]", "regions: [eu-west-1, ap-east-1]")
    run = scan(tmp_path / "out", healthy.environ(), config=config)
    assert "Traceback" not in run.stderr
    gaps = [json.loads(line) for line in (run.out / "snapshot" / "gaps.jsonl").read_text().splitlines()]
    assert {gap["reason"] for gap in gaps if gap["scope"]["region"] == "ap-east-1"} == {"not_enabled"}
    assert "ap-east-1" in run.stdout


def test_unknown_command_option_and_rule(tmp_path: Path) -> None:
    assert envsplit("scam", out=tmp_path).code == 2
    assert envsplit("scan", "--confg", "x", out=tmp_path).code == 2
    complains(evaluate(DEMO / "snapshot", tmp_path, "--only", "ISO-999"), 2, "ISO-999", "rules list")
    complains(evaluate(DEMO / "snapshot", tmp_path, "--format", "pdf"), 2, "pdf", "sarif")
    complains(evaluate(DEMO / "snapshot", tmp_path, "--as-of", "yesterday"), 2, "yesterday")


def test_missing_environment_file(tmp_path: Path) -> None:
    complains(envsplit("scan", "-c", str(tmp_path / "no.yaml"), out=tmp_path), 2, "no.yaml")


def test_missing_snapshot(tmp_path: Path) -> None:
    complains(evaluate(tmp_path / "nothing", tmp_path / "out"), 1, "nothing")


def test_a_snapshot_cut_short(snapshot: Path, tmp_path: Path) -> None:
    part = max(snapshot.rglob("*.jsonl"), key=lambda path: path.stat().st_size)
    part.write_bytes(part.read_bytes()[:-40])
    complains(evaluate(snapshot, tmp_path / "out"), 1, part.name)
    assert not (tmp_path / "out").exists()


def test_a_snapshot_that_lost_a_part(snapshot: Path, tmp_path: Path) -> None:
    part = min(snapshot.joinpath("parts").rglob("s3.bucket.jsonl"))
    part.unlink()
    complains(evaluate(snapshot, tmp_path / "out"), 1, part.name)


def test_a_snapshot_altered_by_hand(snapshot: Path, tmp_path: Path) -> None:
    part = min(snapshot.joinpath("parts").rglob("iam.role.jsonl"))
    part.write_bytes(part.read_bytes().replace(b"Allow", b"Deny "))
    complains(evaluate(snapshot, tmp_path / "out"), 1, part.name)


def test_a_snapshot_of_a_newer_schema(snapshot: Path, tmp_path: Path) -> None:
    manifest = snapshot / "manifest.json"
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"schema": 99}))
    complains(evaluate(snapshot, tmp_path / "out"), 1, "99")


def test_policies_with_a_syntax_error(tmp_path: Path) -> None:
    policies = Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))
    rule = policies / "rego/rules/iso/identity_paths/identity_paths.rego"
    rule.write_text(rule.read_text() + "\nverdicts contains {{{\n")
    for engine in ("embedded", *(["opa"] if shutil.which("opa") else [])):
        run = evaluate(DEMO / "snapshot", tmp_path / "out", "--policies", str(policies), "--engine", engine)
        complains(run, 1, "identity_paths.rego")


def test_a_rule_without_metadata(tmp_path: Path) -> None:
    policies = Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))
    rule = policies / "rego/rules/iso/identity_paths/identity_paths.rego"
    rule.write_text("\n".join(line for line in rule.read_text().splitlines() if not line.startswith("#")))
    run = evaluate(DEMO / "snapshot", tmp_path / "out", "--policies", str(policies))
    complains(run, 1, "identity_paths", "METADATA")


def test_a_rule_that_says_nothing_fails_the_run(tmp_path: Path) -> None:
    policies = Path(shutil.copytree(ROOT / "policies", tmp_path / "policies"))
    rule = policies / "rego/rules/dat/store_integrity/store_integrity.rego"
    rule.write_text(rule.read_text().replace("some store in", "some store in input.nothing; store in"))
    run = evaluate(DEMO / "snapshot", tmp_path / "out", "--policies", str(policies), "--engine", "embedded")
    complains(run, 1, "DAT-006")


def test_opa_that_does_not_start(tmp_path: Path) -> None:
    environ = dict(os.environ) | {"ENVSPLIT_OPA": "/bin/false"}
    complains(evaluate(DEMO / "snapshot", tmp_path / "out", "--engine", "opa", environ=environ), 1, "opa")


def test_a_full_disk(tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk: writing fails in the same place."""
    done = subprocess.run(
        [sys.executable, "-m", "scanner", "demo", "--out", str(tmp_path / "out"), "--engine", "embedded"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
    )
    complains(Run(done.returncode, done.stdout, done.stderr, tmp_path), 1, "write", "space")
    assert not list(tmp_path.rglob("findings*"))


def test_interrupted_twice(healthy: Estate, tmp_path: Path) -> None:
    healthy.server.slow("s3:ListBuckets", seconds=5)
    process = subprocess.Popen(
        [sys.executable, "-m", "scanner", "scan", "-c", str(CONFIG), "-o", str(tmp_path / "out")],
        cwd=ROOT,
        env=healthy.environ(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while not healthy.server.calls["s3:ListBuckets"] and time.monotonic() < deadline:
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    process.send_signal(signal.SIGINT)
    _, stderr = process.communicate(timeout=20)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    assert not (tmp_path / "out" / "snapshot").exists()
