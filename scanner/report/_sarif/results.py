"""Results (SARIF 3.27): one for each finding."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.model.finding import Finding, Judgement
from scanner.model.logic import Verdict
from scanner.report._advice import advice
from scanner.report._listing import listed
from scanner.report._sarif import families, locations
from scanner.report._sarif.texts import escaped, message

CUT = "envsplit/cut"
"""The rule of the result that says how many findings the file leaves out."""

_BASELINES = {
    "new": "new",
    "unchanged": "unchanged",
    "lost": "unchanged",
    "reopened": "new",
    "fixed": "absent",
}
_READS = 5


def result(finding: Finding, judgement: Judgement, indexes: Mapping[str, int]) -> dict[str, Any]:
    """The result of a finding; ``indexes`` says where each rule stands in the tool's list."""
    kind = families.family(finding)
    rule = families.rule_id(finding.rule, finding.check, kind)
    flows = locations.code_flows(finding, judgement)
    related = locations.related(finding, judgement)
    return {
        "ruleId": rule,
        "ruleIndex": indexes[rule],
        "level": families.level(finding.severity, kind),
        "message": {
            "text": escaped(finding.message) + _closing(finding) + _reads(finding) + locations.links(finding)
        },
        "locations": [locations.primary(finding, judgement)],
        **({"relatedLocations": related} if related else {}),
        **({"codeFlows": flows} if flows else {}),
        "partialFingerprints": {
            # GitHub reads the first alone; the number behind the colon tells equal lines apart.
            "primaryLocationLineHash": f"{finding.fingerprint}:1",
            "envsplit/v1": finding.fingerprint,
        },
        **_state(finding),
        "properties": _properties(finding),
    }


def cut(number: int, judgement: Judgement, index: int) -> dict[str, Any]:
    """The result that stands for the findings that did not fit."""
    text = f"{number} findings cut: more than code scanning takes. findings.json has all of them."
    return {
        "ruleId": CUT,
        "ruleIndex": index,
        "level": "warning",
        "message": message(text),
        "locations": [locations.environment_file("environments", judgement)],
        "partialFingerprints": {"primaryLocationLineHash": "envsplit-cut:1"},
    }


def cut_rule() -> dict[str, Any]:
    """The descriptor of that result."""
    return {
        "id": CUT,
        "name": "FindingsCut",
        "shortDescription": {"text": "Findings were left out of this file"},
        "fullDescription": {
            "text": "There were more findings than code scanning takes; the gravest were kept."
        },
        "help": {"text": "Read findings.json, which has all of them, and scan fewer environments at a time."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"precision": "very-high", "problem.severity": "warning", "tags": ["envsplit"]},
    }


def _closing(finding: Finding) -> str:
    """Which grants to remove, so that a crossing is closed."""
    grants = [str(grant) for grant in finding.evidence.get("closes") or ()]
    if not grants or finding.verdict is not Verdict.FAIL:
        return ""
    most = "" if len(grants) == 1 or finding.evidence.get("smallest") else "at most "
    return escaped(f" To close it, remove {most}{listed(grants, _READS)}.")


def _reads(finding: Finding) -> str:
    """What to allow or to set, so that an unknown is decided."""
    if finding.undeclared:
        return escaped(f" To decide it, declare {finding.undeclared}.")
    if not finding.missing:
        return ""
    reads = [f"{advice(read)} in {read.scope}" for read in finding.missing]
    return escaped(f" To decide it, {listed(reads, _READS)}.")


def _state(finding: Finding) -> dict[str, Any]:
    state: dict[str, Any] = {}
    if finding.baseline in _BASELINES:
        state["baselineState"] = _BASELINES[finding.baseline]
    excuse = finding.waiver
    if finding.verdict is Verdict.ATTESTED:
        excuse = finding.evidence.get("attestation")
    if excuse:
        why = str(excuse.get("reason") or excuse.get("evidence") or "accepted")
        until = f" (until {excuse['expires']})" if excuse.get("expires") else ""
        state["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": escaped(f"{why}{until}")}
        ]
    return state


def _properties(finding: Finding) -> dict[str, Any]:
    return {
        "assumed": finding.assumed,
        "environment": finding.environment,
        "owner": finding.owner,
        "severity": finding.severity.value,
        "verdict": finding.verdict.value,
    }
