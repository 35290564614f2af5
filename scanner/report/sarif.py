"""``findings.sarif``: SARIF 2.1.0 (OASIS, errata 01) that GitHub code scanning accepts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from scanner import __version__
from scanner.model.finding import Finding, Judgement
from scanner.report._sarif import invocation, locations, results, rules
from scanner.report._sarif.profile import GITHUB, Profile, compressed

FILE = "findings.sarif"
INFORMATION_URI = "https://github.com/envsplit/envsplit"
SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"


def render(judgement: Judgement, profile: Profile = GITHUB) -> bytes:
    """The log as bytes, equal for equal judgements.

    Findings that do not fit the profile's limits are cut from the mildest end, and a result and
    a notification say how many.
    """
    told = profile.told(judgement.findings)
    keep = len(told) if len(told) <= profile.results else profile.results - 1
    while True:
        data = orjson.dumps(
            _log(judgement, told, keep), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        )
        size = compressed(data)
        if size <= profile.compressed_bytes or keep == 0:
            return data
        # A tenth less than proportion asks for, since what is gravest is also longest.
        keep = min(keep - 1, keep * profile.compressed_bytes * 9 // (size * 10))


def _log(judgement: Judgement, told: Sequence[Finding], keep: int) -> dict[str, Any]:
    kept, cut = told[:keep], len(told) - keep
    descriptors = rules.descriptors(judgement.rules, kept) + ([results.cut_rule()] if cut else [])
    indexes = {descriptor["id"]: index for index, descriptor in enumerate(descriptors)}
    found = [results.result(finding, judgement, indexes) for finding in kept]
    if cut:
        found.append(results.cut(cut, judgement, indexes[results.CUT]))
    withheld = len(judgement.findings) - len(told)
    run = {
        "tool": {"driver": _driver(descriptors)},
        "automationDetails": {"id": f"envsplit/{locations.uri(judgement.config_path)}/"},
        "invocations": [invocation.invocation(judgement, withheld=withheld, cut=cut)],
        "originalUriBaseIds": locations.bases(judgement),
        "columnKind": "utf16CodeUnits",
        "results": found,
        "properties": {"asOf": judgement.as_of, "engine": dict(judgement.engine)},
    }
    return {"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]}


def _driver(descriptors: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        "name": "envsplit",
        "version": __version__,
        "semanticVersion": __version__,
        "informationUri": INFORMATION_URI,
        "rules": list(descriptors),
        "notifications": invocation.descriptors(),
    }
