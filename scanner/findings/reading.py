"""``findings.json`` read back, so that reports can be made of it later (schema/findings.schema.json)."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import orjson

from scanner.errors import UsageError
from scanner.model.finding import CrossingView, Finding, Judgement, Missing, Subject, Tally, WitnessStep
from scanner.model.logic import Severity, Verdict
from scanner.model.snapshot import Source

SCHEMA = 1
LIMIT = 512 * 1024 * 1024


def read(path: Path) -> Judgement:
    """The judgement that a findings.json tells; UsageError when it is none, or of a newer schema."""
    try:
        if path.stat().st_size > LIMIT:
            raise UsageError(f"{path} is larger than {LIMIT} bytes", hint="is it a findings.json?")
        document = orjson.loads(path.read_bytes())
        if document["schema"] != SCHEMA:
            raise UsageError(
                f"{path} has schema {document['schema']!r}",
                why=f"this envsplit reads schema {SCHEMA}",
                hint="upgrade envsplit, or judge the snapshot again",
            )
        return _judgement(document)
    except OSError as error:
        raise UsageError(
            f"cannot read {path}", why=error.strerror or str(error), hint="name the findings.json of a run"
        ) from error
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            f"{path} is not a findings.json",
            why=f"{type(error).__name__}: {error}",
            hint="name the findings.json of a run, unaltered",
        ) from error


def _judgement(document: Mapping[str, Any]) -> Judgement:
    columns: dict[Source, tuple[int, int]] = {}
    findings = tuple(_finding(item, columns) for item in document["findings"])
    return Judgement(
        findings=findings,
        tallies=tuple(_tally(row) for row in document["summary"]["by_check"]),
        engine=document["engine"],
        coverage=document["coverage"],
        as_of=document["as_of"],
        columns=columns,
    )


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(
        row["rule"],
        row["check"],
        row["environment"],
        passed=row["pass"],
        failed=row["fail"],
        unknown=row["unknown"],
        attested=row["attested"],
    )


def _finding(item: Mapping[str, Any], columns: dict[Source, tuple[int, int]]) -> Finding:
    subject = item["subject"]
    return Finding(
        rule=item["rule"],
        check=item["check"],
        verdict=Verdict(item["verdict"]),
        severity=Severity(item["severity"]),
        latent=item["latent"],
        assumed=item["assumed"],
        subject=Subject(
            subject["type"], subject["id"], subject["kind"], subject["provider"], subject["name"]
        ),
        environment=item["environment"],
        crossing=_crossing(item["crossing"]),
        message=item["message"],
        evidence=item["evidence"],
        witness=tuple(_step(step, columns) for step in item["witness"]),
        missing=tuple(_missing(one) for one in item["missing"]),
        remediation=item["remediation"],
        owner=item["owner"],
        fingerprint=item["fingerprint"],
        location=item["location"],
        waiver=item["waiver"],
        baseline=item["baseline"],
        undeclared=item.get("undeclared", ""),
    )


def _missing(item: Mapping[str, Any]) -> Missing:
    """``reason`` and ``detail`` came later: older files have neither."""
    return Missing(
        item["call"], item["permission"], item["scope"], item.get("reason", ""), item.get("detail", "")
    )


def _crossing(item: Mapping[str, Any] | None) -> CrossingView | None:
    if item is None:
        return None
    return CrossingView(
        source=item["from"],
        target=item["to"],
        border=item["border"],
        sources=item["sources"],
        targets=item["targets"],
        examples=tuple((one["source"], one["target"]) for one in item["examples"]),
    )


def _step(step: Mapping[str, Any], columns: dict[Source, tuple[int, int]]) -> WitnessStep:
    where = step["source"]
    source = Source(where["part"], where["line"], where["pointer"])
    if where["column"] is not None:
        columns[source] = (where["column"], where["end_column"])
    return WitnessStep(
        step=step["step"],
        source_id=step["from"],
        target_id=step["to"],
        by=step["by"],
        source=source,
        holds=step["holds"],
        open=step["open"],
    )
