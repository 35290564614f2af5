"""What the pipeline says of coverage, and what it leaves of earlier runs."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from scanner import pipeline
from scanner.config import EnvironmentFile, parse
from scanner.errors import CredentialsError
from scanner.findings.exit import CLEAN, COVERAGE, exit_code
from scanner.model.finding import Judgement
from scanner.model.snapshot import Gap, Reason, Record, Scope, no_collector
from scanner.snapshot import SnapshotWriter

DEV, PROD = "111111111111", "222222222222"
REGION = Scope("aws", DEV, "ap-east-1")


def config(more: str = "") -> EnvironmentFile:
    return parse(
        f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{accounts: ["{DEV}"]}}}}}}
  prod: {{tier: production, match: {{aws: {{accounts: ["{PROD}"]}}{more}}}}}
""",
        "envsplit.yaml",
    )


def judged(tmp_path: Path, file: EnvironmentFile, *gaps: Gap, asked: Any = (DEV, PROD)) -> Judgement:
    scopes = [Scope("aws", account, "global") for account in asked]
    with SnapshotWriter(tmp_path / "snapshot", tool_version="1") as writer:
        for scope in scopes:
            arn = f"arn:aws:s3::{scope.boundary}:account-settings"
            data = {"GetAccountPublicAccessBlock": None}
            writer.part(scope, "s3.account_settings", [Record(scope, "s3.account_settings", arn, data)])
        for gap in gaps:
            writer.gap(gap)
        writer.coverage([*scopes, *(g.scope for g in gaps if g.detail == "NoCollector")], scopes)
    return pipeline.judge(file, tmp_path / "snapshot", pipeline.Judging(engine="embedded"))


def test_a_region_that_was_not_reached_counts(tmp_path: Path) -> None:
    gap = Gap(REGION, "*", "ec2:DescribeRegions", "ec2:DescribeRegions", Reason.NOT_ENABLED, detail="x")
    judgement = judged(tmp_path, config(), gap)
    coverage = judgement.coverage
    assert REGION.id in coverage["asked"]
    assert REGION.id not in coverage["reached"]
    assert [item["scope"] for item in coverage["unreached"]] == [REGION.id]
    assert coverage["percent"] == 66.7
    assert exit_code(judgement, None) == COVERAGE
    assert exit_code(judgement, None, minimum_coverage=66) == CLEAN


def test_what_was_not_reached_names_the_rules_that_lack_something_there(tmp_path: Path) -> None:
    lost = Scope("aws", PROD, "global")
    gaps = [Gap(scope, "*", "x:Y", "x:Y", Reason.UNREACHED, detail="z") for scope in (lost, REGION)]
    judgement = judged(tmp_path, config(), *gaps)
    blinds = judgement.coverage["blinds"]
    assert set(blinds) == {lost.id, REGION.id}
    for scope, part in ((lost, f"aws/{PROD}/"), (REGION, REGION.id)):
        lacking = {f.rule for f in judgement.findings for m in f.missing if m.scope.startswith(part)}
        assert lacking
        assert blinds[scope.id] == sorted(lacking)


def test_a_boundary_that_cannot_be_collected_counts_and_is_unknown(tmp_path: Path) -> None:
    gap = no_collector(Scope("azure", "rg-prod", "global"))
    judgement = judged(tmp_path, config(", azure: {resource_groups: [rg-prod]}"), gap)
    assert judgement.coverage["percent"] == 66.7
    assert judgement.coverage["unasked"] == []
    assert exit_code(judgement, None) == COVERAGE
    unknown = {f.rule for f in judgement.findings if any(m.scope == gap.scope.id for m in f.missing)}
    assert {"DAT-006", "ISO-002", "ISO-004", "IMG-003", "KEY-002"} <= unknown
    assert not [row for row in judgement.tallies if row.rule in ("ISO-002", "ISO-004") and row.passed]


def test_a_declared_account_that_was_left_out_is_unknown_and_not_asked(tmp_path: Path) -> None:
    judgement = judged(tmp_path, config(), asked=[DEV])
    left_out = f"aws/{PROD}/global"
    assert judgement.coverage["unasked"] == [left_out]
    assert judgement.coverage["percent"] == 100.0
    assert left_out not in judgement.coverage["asked"]
    unknown = [f for f in judgement.findings if f.rule == "DAT-006" and f.environment == "prod"]
    assert {f.verdict.value for f in unknown} == {"unknown"}
    assert {(m.call, m.scope) for f in unknown for m in f.missing} == {("sts:AssumeRole", left_out)}


def test_reports_of_an_earlier_run_are_gone_when_a_run_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("findings.json", "findings.sarif", "notes.txt"):
        (tmp_path / name).write_text("old")

    def refuse(*_: Any, **__: Any) -> None:
        raise CredentialsError("none")

    monkeypatch.setattr(pipeline.collecting, "collect", refuse)
    with pytest.raises(CredentialsError):
        pipeline.collect(config(), tmp_path / "snapshot", None)  # type: ignore[arg-type]
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
