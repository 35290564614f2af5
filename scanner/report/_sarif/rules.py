"""Reporting descriptors (SARIF 3.49): a rule of ours for every check, with help from its metadata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.model.finding import Finding
from scanner.model.logic import Severity
from scanner.model.rule import Rule
from scanner.report._sarif import families
from scanner.report._sarif.texts import short

TAGS = 10
"""How many tags of a rule GitHub keeps; it refuses a file with over 20, or with one twice."""

_PRECISION = {"": "very-high", families.LATENT: "high", families.UNKNOWN: "medium"}
_TITLE = {"": "{}", families.LATENT: "Latent: {}", families.UNKNOWN: "Not decided: {}"}
_NOTE = {
    "": "",
    families.LATENT: (
        "A grant towards the other environment stands, and one hop still holds it closed: the witness "
        "says which. Defence in depth is gone; the next change of that hop opens the crossing."
    ),
    families.UNKNOWN: (
        "This is no pass. The scanner could not read what decides it, or met a condition that it does "
        "not judge. Allow the reads that the alert names and scan again."
    ),
}


def descriptors(rules: Mapping[str, Rule], findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Every check that was judged, and the latent and undecided families that have a result; by id."""
    wanted = {(rule.id, check, "") for rule in rules.values() for check in rule.checks}
    severities: dict[tuple[str, str, str], Severity] = {}
    for finding in findings:
        key = (finding.rule, finding.check, families.family(finding))
        wanted.add(key)
        severities.setdefault(key, finding.severity)
    found = [
        _declared(rules[rule], check, kind)
        if rule in rules and check in rules[rule].checks
        else _bare(rule, check, kind, severities[rule, check, kind])
        for rule, check, kind in wanted
    ]
    return sorted(found, key=lambda descriptor: str(descriptor["id"]))


def _declared(rule: Rule, check: str, kind: str) -> dict[str, Any]:
    severity = rule.severity.lowered() if kind == families.LATENT else rule.severity
    title = _TITLE[kind].format(rule.checks[check].title)
    return {
        **_identity(rule.id, check, kind),
        "name": _pascal(rule.path.rpartition("/")[2], check, kind),
        "shortDescription": {"text": short(title)},
        "fullDescription": {"text": short(f"{title}. {rule.description}")},
        "help": {"text": _help(rule, kind, mark=""), "markdown": _help(rule, kind, mark="**")},
        **({"helpUri": rule.references[0]} if rule.references else {}),
        **_weight(severity, kind, tags=_tags(rule, kind)),
    }


def _bare(rule: str, check: str, kind: str, severity: Severity) -> dict[str, Any]:
    """A rule whose metadata this report was not given."""
    text = {"text": families.rule_id(rule, check, kind)}
    return {
        **_identity(rule, check, kind),
        "shortDescription": text,
        "fullDescription": text,
        "help": text,
        **_weight(severity, kind, tags=["security"]),
    }


def _identity(rule: str, check: str, kind: str) -> dict[str, Any]:
    return {"id": families.rule_id(rule, check, kind)}


def _weight(severity: Severity, kind: str, *, tags: list[str]) -> dict[str, Any]:
    level = families.level(severity, kind)
    properties: dict[str, Any] = {"precision": _PRECISION[kind], "severity": severity.value, "tags": tags}
    if kind == families.UNKNOWN:
        # Without a security severity GitHub ranks it by this: a blind spot is not a vulnerability.
        properties["problem.severity"] = "warning" if level == "warning" else "recommendation"
    else:
        properties["security-severity"] = families.score(severity)
    return {"defaultConfiguration": {"level": level}, "properties": properties}


def _tags(rule: Rule, kind: str) -> list[str]:
    family = rule.path.partition("/")[0]
    frameworks = [f"{name}/{control}" for name, controls in rule.frameworks.items() for control in controls]
    tags = [
        "security",
        "environment-separation",
        family,
        *([kind] if kind else []),
        *rule.providers,
        *frameworks,
    ]
    return list(dict.fromkeys(tags))[:TAGS]


def _help(rule: Rule, kind: str, *, mark: str) -> str:
    parts = [
        _NOTE[kind],
        rule.description,
        f"{mark}Why it matters.{mark} {rule.rationale}",
        f"{mark}What to do.{mark} {rule.remediation}",
        f"{mark}Read on.{mark} {' '.join(rule.references)}" if rule.references else "",
    ]
    return "\n\n".join(part.strip() for part in parts if part)


def _pascal(*words: str) -> str:
    return "".join(part.capitalize() for word in words for part in re.split(r"[^A-Za-z0-9]+", word))
