"""``findings.json``, schema 1: the published contract (schema/findings.schema.json, docs/findings.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from scanner.model.finding import CrossingView, Finding, Judgement, Missing, Subject, Tally, WitnessStep
from scanner.model.logic import Severity, Verdict

FILE = "findings.json"
SCHEMA = 1


def render(judgement: Judgement) -> bytes:
    """Keys in the order of the contract, two spaces deep, one newline at the end; equal in, equal out."""
    document = {
        "schema": SCHEMA,
        "engine": {"name": judgement.engine["name"], "version": judgement.engine["version"]},
        "as_of": judgement.as_of,
        "summary": _summary(judgement),
        "coverage": _coverage(judgement.coverage),
        "findings": [_finding(finding, judgement) for finding in judgement.findings],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _summary(judgement: Judgement) -> dict[str, Any]:
    counts = [_counts(row) for row in judgement.tallies]
    return {
        **{key: sum(row[key] for row in counts) for key in _counts(Tally("", "", ""))},
        "findings": len(judgement.findings),
        "by_severity": _by_severity(judgement.findings),
        "by_check": [
            {"rule": row.rule, "check": row.check, "environment": row.environment, **_counts(row)}
            for row in judgement.tallies
        ],
    }


def _counts(row: Tally) -> dict[str, int]:
    return {
        "applied": row.applied,
        "pass": row.passed,
        "fail": row.failed,
        "unknown": row.unknown,
        "attested": row.attested,
    }


def _coverage(coverage: Mapping[str, Any]) -> dict[str, Any]:
    """``percent`` is for readers; whether enough was reached is decided on the lists."""
    return {
        "asked": list(coverage.get("asked", ())),
        "reached": list(coverage.get("reached", ())),
        "unreached": [
            {"scope": item["scope"], "reason": item["reason"]} for item in coverage.get("unreached", ())
        ],
        "unasked": list(coverage.get("unasked", ())),
        "gaps": coverage.get("gaps", 0),
        "percent": coverage.get("percent", 0),
        "blinds": {scope: list(rules) for scope, rules in sorted(coverage.get("blinds", {}).items())},
    }


def _by_severity(findings: tuple[Finding, ...]) -> dict[str, dict[str, int]]:
    told = (Verdict.FAIL, Verdict.UNKNOWN, Verdict.ATTESTED)
    counts = {severity.value: {verdict.value: 0 for verdict in told} for severity in Severity}
    for finding in findings:
        counts[finding.severity.value][finding.verdict.value] += 1
    return counts


def _finding(finding: Finding, judgement: Judgement) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "check": finding.check,
        "verdict": finding.verdict.value,
        "waiver": finding.waiver,
        "baseline": finding.baseline,
        "severity": finding.severity.value,
        "latent": finding.latent,
        "assumed": finding.assumed,
        "subject": _subject(finding.subject),
        "environment": finding.environment,
        "crossing": _crossing(finding.crossing) if finding.crossing else None,
        "message": finding.message,
        "evidence": finding.evidence,
        "witness": [_step(step, judgement) for step in finding.witness],
        "missing": [_missing(missing) for missing in finding.missing],
        "remediation": finding.remediation,
        "owner": finding.owner,
        "location": finding.location,
        "undeclared": finding.undeclared,
        "fingerprint": finding.fingerprint,
    }


def _subject(subject: Subject) -> dict[str, str]:
    return {
        "type": subject.type,
        "id": subject.id,
        "kind": subject.kind,
        "provider": subject.provider,
        "name": subject.name,
    }


def _crossing(crossing: CrossingView) -> dict[str, Any]:
    return {
        "from": crossing.source,
        "to": crossing.target,
        "border": crossing.border,
        "sources": crossing.sources,
        "targets": crossing.targets,
        "examples": [{"source": source, "target": target} for source, target in crossing.examples],
    }


def _step(step: WitnessStep, judgement: Judgement) -> dict[str, Any]:
    columns = judgement.columns.get(step.source)
    where = {
        "part": step.source.part,
        "line": step.source.line,
        "column": columns[0] if columns else None,
        "end_column": columns[1] if columns else None,
        "pointer": step.source.pointer,
    }
    return {
        "step": step.step,
        "from": step.source_id,
        "to": step.target_id,
        "by": step.by,
        "holds": step.holds,
        "open": step.open,
        "source": where,
    }


def _missing(missing: Missing) -> dict[str, str]:
    return {
        "call": missing.call,
        "permission": missing.permission,
        "scope": missing.scope,
        "reason": missing.reason,
        "detail": missing.detail,
    }
