"""How a repository's images are scanned: its own setting and the registry's rules together.

Amazon ECR User Guide, "Scan images for software vulnerabilities" and "Filters to choose which
repositories are scanned": under basic scanning a rule or the repository's own scanOnPush suffices;
under enhanced scanning the rules alone count, and continuous outranks on push. A filter without a
wildcard matches every name that contains it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from scanner.estate.normaliser import Reading, inside
from scanner.estate.values import Known, Unknown, Value

REGISTRY = "ecr.registry"
_WORDS = {"CONTINUOUS_SCAN": "continuous", "SCAN_ON_PUSH": "on_push"}


def scanning(reading: Reading) -> Value:
    """``continuous``, ``on_push`` or ``none``; unknown while the registry's rules are."""
    registry = reading.answer("GetRegistryScanningConfiguration", of=REGISTRY)
    if isinstance(registry, Unknown):
        return registry
    settings = registry.value or {}
    by_rule = _strongest(settings.get("rules") or (), reading.id.split(":repository/", 1)[-1])
    if by_rule != "none" or settings.get("scanType") == "ENHANCED":
        return Known(by_rule)
    own = inside(
        reading.answer("DescribeRepositories"), "imageScanningConfiguration", "scanOnPush", absent=False
    )
    if isinstance(own, Unknown):
        return own
    return Known("on_push" if own.value else "none", own.pointer)


def scanner(reading: Reading) -> Value:
    """``enhanced`` where Inspector scans the registry's images, else ``basic``."""
    registry = reading.answer("GetRegistryScanningConfiguration", of=REGISTRY)
    if isinstance(registry, Unknown):
        return registry
    return Known("enhanced" if (registry.value or {}).get("scanType") == "ENHANCED" else "basic")


def _strongest(rules: Iterable[dict[str, Any]], name: str) -> str:
    found = {_WORDS.get(rule.get("scanFrequency", "")) for rule in rules if _selects(rule, name)}
    return next((word for word in _WORDS.values() if word in found), "none")


def _selects(rule: dict[str, Any], name: str) -> bool:
    filters = rule.get("repositoryFilters") or ()
    return any(_filter(each.get("filter", "")).fullmatch(name) for each in filters)


@lru_cache(maxsize=1024)
def _filter(text: str) -> re.Pattern[str]:
    wild = text if "*" in text else f"*{text}*"
    return re.compile(".*".join(re.escape(part) for part in wild.split("*")))
