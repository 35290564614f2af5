"""Locations (SARIF 3.28): a line of the environment file, lines of the snapshot, the provider's ids."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import quote

from scanner.model.finding import Finding, Judgement, WitnessStep
from scanner.model.snapshot import Source
from scanner.report._sarif.texts import link, message
from scanner.report._untrusted import printable

RELATED = 100
"""Related locations of one result: GitHub keeps no more."""
STEPS = 1000
"""Steps of one code flow: GitHub shows no more."""
_LINKED = 6
_ROOT, _SNAPSHOT = "SRCROOT", "SNAPSHOT"


def bases(judgement: Judgement) -> dict[str, Any]:
    """What relative URIs are relative to (SARIF 3.14.14), in words: no path of this machine."""
    return {
        _ROOT: {"description": message("The root of the repository that holds the environment file.")},
        _SNAPSHOT: {
            "description": message(f"The folder of the snapshot, {judgement.snapshot}/ beside the reports.")
        },
    }


def uri(path: str) -> str:
    """A path as a relative URI reference: GitHub takes nothing absolute and nothing above its root."""
    parts = [part for part in PurePosixPath(path.replace("\\", "/")).parts if part not in ("/", ".", "..")]
    return "/".join(quote(printable(part), safe="") for part in parts)


def primary(finding: Finding, judgement: Judgement) -> dict[str, Any]:
    """The line of the environment file that the finding is about, with what it is in the provider's words."""
    return {**environment_file(finding.location, judgement), "logicalLocations": list(_logical(finding))}


def environment_file(key: str, judgement: Judgement) -> dict[str, Any]:
    """The line of a dotted key, or of the nearest key above it that the file has."""
    line, column, end = 1, 1, 2
    while key:
        if key in judgement.positions:
            line, column, end = judgement.positions[key]
            break
        key = key.rpartition(".")[0]
    region = {"startLine": line, "startColumn": column, "endLine": line, "endColumn": max(end, column + 1)}
    artifact = {"uri": uri(judgement.config_path), "uriBaseId": _ROOT}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def related(finding: Finding, judgement: Judgement) -> list[dict[str, Any]]:
    """The snapshot lines of the witness, numbered so that the message can link to them."""
    return [
        {"id": step.step, "message": message(_told(step)), **_snapshot(step.source, judgement)}
        for step in finding.witness[:RELATED]
    ]


def links(finding: Finding) -> str:
    """The witness in a sentence, each step a link to its snapshot line."""
    if not finding.witness:
        return ""
    shown = [link(step.by, step.step) for step in finding.witness[:_LINKED]]
    more = len(finding.witness) - len(shown)
    return f" Witness: {'; '.join(shown)}{f'; and {more} more steps' if more else ''}."


def code_flows(finding: Finding, judgement: Judgement) -> list[dict[str, Any]]:
    """The witness as a walk through the snapshot, one thread flow."""
    steps = [
        {
            "location": {"message": message(_told(step)), **_snapshot(step.source, judgement)},
            "executionOrder": step.step,
            "importance": "essential",
        }
        for step in finding.witness[:STEPS]
    ]
    return [{"threadFlows": [{"locations": steps}]}] if steps else []


def _told(step: WitnessStep) -> str:
    note = " (not decided)" if step.open else " (holds it closed)" if step.holds else ""
    way = step.source_id if step.source_id == step.target_id else f"{step.source_id} -> {step.target_id}"
    return f"{step.step}. {way}: {step.by}{note}"


def _snapshot(source: Source, judgement: Judgement) -> dict[str, Any]:
    region = {"startLine": source.line, "endLine": source.line}
    if source in judgement.columns:
        column, end = judgement.columns[source]
        region |= {"startColumn": column, "endColumn": max(end, column + 1)}
    artifact = {"uri": uri(source.part), "uriBaseId": _SNAPSHOT}
    return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _logical(finding: Finding) -> Iterator[dict[str, str]]:
    subject = finding.subject
    named = {"name": printable(subject.name)} if subject.name else {}
    yield {**named, "fullyQualifiedName": printable(subject.id), "kind": subject.kind or subject.type}
    if finding.crossing:
        yield {"fullyQualifiedName": printable(finding.crossing.border), "kind": "grant"}
