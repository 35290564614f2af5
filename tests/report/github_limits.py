"""A model of what GitHub code scanning takes: "SARIF support for code scanning" and its limits page.

Written from GitHub's documentation, not from our writer, so that it can disagree with it.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

GZIP_BYTES = 10_000_000
RUNS, RESULTS, RESULTS_KEPT, RULES = 20, 25_000, 5_000, 25_000
LOCATIONS, LOCATIONS_KEPT, FLOW_LOCATIONS, FLOW_SHOWN = 1_000, 100, 10_000, 1_000
TAGS, TAGS_KEPT, DESCRIPTION = 20, 10, 1_024
LEVELS = {"none", "note", "warning", "error"}
PRECISIONS = {"very-high", "high", "medium", "low"}


def problems(data: bytes) -> list[str]:
    """Everything GitHub would refuse, drop or cut, each in a sentence."""
    log = json.loads(data)
    found = [*_file(log, data)]
    for number, run in enumerate(log.get("runs", ())):
        found += [f"runs[{number}]: {problem}" for problem in _run(run)]
    return found


def _file(log: dict[str, Any], data: bytes) -> Iterator[str]:
    if log.get("version") != "2.1.0":
        yield "version is not 2.1.0"
    if "sarif" not in log.get("$schema", ""):
        yield "$schema names no SARIF schema"
    if not 1 <= len(log.get("runs", ())) <= RUNS:
        yield "no runs, or too many"
    if len(gzip.compress(data, 6)) > GZIP_BYTES:
        yield "over 10 MB when compressed"


def _run(run: dict[str, Any]) -> Iterator[str]:
    driver = run.get("tool", {}).get("driver", {})
    rules = driver.get("rules", ())
    if not driver.get("name"):
        yield "tool.driver.name is missing"
    if len(rules) > RULES:
        yield "too many rules"
    if len({rule["id"] for rule in rules}) != len(rules):
        yield "a rule id appears twice"
    for rule in rules:
        yield from (f"rule {rule.get('id')}: {problem}" for problem in _rule(rule))
    results = run.get("results")
    if results is None:
        yield "results is missing"
        return
    if len(results) > RESULTS_KEPT:
        yield f"{len(results)} results, of which only {RESULTS_KEPT} are kept"
    for number, result in enumerate(results):
        yield from (f"results[{number}]: {problem}" for problem in _result(result, rules))


def _rule(rule: dict[str, Any]) -> Iterator[str]:
    for field in ("shortDescription", "fullDescription", "help"):
        if not rule.get(field, {}).get("text"):
            yield f"{field}.text is missing"
    for field in ("shortDescription", "fullDescription"):
        if len(rule.get(field, {}).get("text", "")) > DESCRIPTION:
            yield f"{field}.text is longer than {DESCRIPTION} characters"
    if rule.get("defaultConfiguration", {}).get("level") not in LEVELS:
        yield "defaultConfiguration.level is missing or unknown"
    properties = rule.get("properties", {})
    tags = properties.get("tags", [])
    if len(tags) > TAGS_KEPT:
        yield f"{len(tags)} tags: {TAGS_KEPT} are kept, over {TAGS} refused"
    if len(set(tags)) != len(tags):
        yield "a tag appears twice: refused"
    if properties.get("precision") not in PRECISIONS:
        yield "precision is unknown"
    score = properties.get("security-severity")
    if score is not None and (
        not isinstance(score, str) or not 0 < float(score) <= 10 or score in ("4.0", "7.0", "9.0")
    ):
        yield f"security-severity {score!r} is no string of a number off the edges"


def _result(result: dict[str, Any], rules: list[dict[str, Any]]) -> Iterator[str]:
    if rules[result.get("ruleIndex", 0)]["id"] != result.get("ruleId"):
        yield "ruleIndex and ruleId disagree"
    if not result.get("message", {}).get("text"):
        yield "message.text is missing"
    if result.get("level") not in LEVELS:
        yield "level is unknown"
    if result.get("suppressions"):
        yield "suppressions are ignored: it would show as open"
    if not (result.get("partialFingerprints") or {}).get("primaryLocationLineHash"):
        yield "partialFingerprints.primaryLocationLineHash is missing"
    yield from _locations(result)
    yield from _flows(result)


def _locations(result: dict[str, Any]) -> Iterator[str]:
    locations, related = result.get("locations", []), result.get("relatedLocations", [])
    if not 1 <= len(locations) <= LOCATIONS:
        yield "no location, or too many"
    if len(related) > LOCATIONS_KEPT:
        yield f"only {LOCATIONS_KEPT} related locations are kept"
    for location in locations[:1]:
        yield from _physical(location, whole=True)
    for location in related:
        yield from _physical(location, whole=False)
        if "id" not in location or not location.get("message", {}).get("text"):
            yield "a related location without id or message is not shown"


def _flows(result: dict[str, Any]) -> Iterator[str]:
    threads = [thread for flow in result.get("codeFlows", ()) for thread in flow["threadFlows"]]
    steps = [step for thread in threads for step in thread["locations"]]
    if len(steps) > FLOW_SHOWN:
        yield f"{len(steps)} steps: {FLOW_SHOWN} are shown, over {FLOW_LOCATIONS} refused"
    for step in steps:
        yield from _physical(step["location"], whole=False)


def _physical(location: dict[str, Any], *, whole: bool) -> Iterator[str]:
    physical = location.get("physicalLocation", {})
    uri = physical.get("artifactLocation", {}).get("uri")
    region = physical.get("region", {})
    if not uri:
        yield "a location without physicalLocation.artifactLocation.uri: refused"
    elif uri.startswith("/") or "://" in uri or ".." in uri.split("/") or not uri.isascii() or " " in uri:
        yield f"{uri!r} is no relative URI below the root"
    wanted = ("startLine", "startColumn", "endLine", "endColumn") if whole else ("startLine",)
    if any(not isinstance(region.get(field), int) or region[field] < 1 for field in wanted):
        yield f"region lacks one of {', '.join(wanted)}"
    elif whole and (region["endLine"], region["endColumn"]) <= (region["startLine"], region["startColumn"]):
        yield "region is empty"
