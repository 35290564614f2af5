"""What a trail records: basic event selectors, and advanced ones, which replace them.

https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AdvancedFieldSelector.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from typing import Any

Native = Mapping[str, Any]
_BOTH = frozenset({"read", "write"})
_BASIC = {"All": _BOTH, "ReadOnly": frozenset({"read"}), "WriteOnly": frozenset({"write"})}
_ADVANCED = {"true": frozenset({"read"}), "false": frozenset({"write"})}
_WORDS = {_BOTH: "all", frozenset({"read"}): "read", frozenset({"write"}): "write", frozenset(): "none"}


def management_events(selectors: Native) -> str:
    """``all``, ``write``, ``read`` or ``none``."""
    return _WORDS[frozenset(kind for kinds, _ in _management(selectors) for kind in kinds)]


def excluded(selectors: Native) -> list[str]:
    """Services of which some reads or writes are left out by every selector that records the others, sorted.

    Reads of a service that one selector leaves out are not recorded by another that records writes.
    """
    return _left_out(selectors, _BOTH)


def excluded_changes(selectors: Native) -> list[str]:
    """Those of which writes are left out."""
    return _left_out(selectors, {"write"})


def _left_out(selectors: Native, of: Set[str]) -> list[str]:
    found = list(_management(selectors))
    left_out: set[str] = set()
    for kind in of:
        sources = [set(each) for kinds, each in found if kind in kinds]
        left_out |= set.intersection(*sources) if sources else set()
    return sorted(left_out)


def data_events(selectors: Native) -> list[str]:
    """What contents are recorded when used: ``AWS::S3::Object arn:aws:s3:::x/``, ``*`` for all of a type."""
    found = {
        f"{resource.get('Type')} {value}"
        for selector in selectors.get("EventSelectors", ())
        for resource in selector.get("DataResources") or ()
        for value in resource.get("Values") or ("*",)
    }
    for selector in selectors.get("AdvancedEventSelectors", ()):
        fields = _fields(selector)
        if "Data" in fields.get("eventCategory", {}).get("Equals", ()):
            where = fields.get("resources.ARN", {})
            values = [value for test in ("Equals", "StartsWith") for value in where.get(test) or ()]
            narrowed = set(fields) - {"eventCategory", "resources.type"}
            for kind in fields.get("resources.type", {}).get("Equals", ()):
                found |= {f"{kind} {value}" for value in values or (("narrowed",) if narrowed else ("*",))}
    return sorted(found)


def _management(selectors: Native) -> Iterator[tuple[frozenset[str], Iterable[str]]]:
    """For each selector of management events: reads or writes, and the services that it leaves out."""
    for selector in selectors.get("EventSelectors", ()):
        if selector.get("IncludeManagementEvents", True):
            kinds = _BASIC.get(selector.get("ReadWriteType", "All"), frozenset())
            yield kinds, selector.get("ExcludeManagementEventSources") or ()
    for selector in selectors.get("AdvancedEventSelectors", ()):
        fields = _fields(selector)
        if "Management" not in fields.get("eventCategory", {}).get("Equals", ()):
            continue
        if set(fields) - {"eventCategory", "readOnly", "eventSource"}:
            continue  # narrowed to some events: that it records all of any sort is not said
        sources = fields.get("eventSource", {})
        if set(sources) - {"NotEquals"}:
            continue
        words = fields.get("readOnly", {}).get("Equals") or ("true", "false")
        kinds = frozenset(kind for word in words for kind in _ADVANCED.get(word, ()))
        yield kinds, sources.get("NotEquals", ())


def _fields(selector: Native) -> dict[str, dict[str, Any]]:
    """Field -> its tests, those that test nothing left out."""
    return {
        item["Field"]: {test: values for test, values in item.items() if test != "Field" and values}
        for item in selector.get("FieldSelectors", ())
    }
