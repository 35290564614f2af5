"""What a query over the use of quotas asks, as far as it is understood.

An alert on quotas is a rule over Azure Resource Graph that the portal writes, in this form:
https://learn.microsoft.com/azure/quotas/how-to-guide-monitoring-alerting. Any other query may leave out
what it is meant to watch, so that only those are read of which every line is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_TABLE = re.compile(r'arg\(""\)\.quotaresources', re.IGNORECASE)
_LIST = r"\((?P<list>\s*'[^']+'(?:\s*,\s*'[^']+')*\s*)\)"
_FILTERS = {
    "subscriptions": re.compile(rf"where subscriptionid (?:=~ '(?P<one>[^']+)'|in~ {_LIST})"),
    "types": re.compile(rf"where type (?:=~ '(?P<one>[^']+)'|in~ {_LIST})"),
    "locations": re.compile(rf"where location (?:=~ '(?P<one>[^']+)'|in~ {_LIST})"),
    "names": re.compile(rf"where quotaname (?:=~ '(?P<one>[^']+)'|in~ {_LIST})"),
}
_NAME = r"quotaname\s*=\s*tostring\(propertyjson\.\['?name'?\]\.value\)"
_USE = r"usagepercent\s*=\s*toint\(usage\)\s*\*\s*100\s*/\s*toint\(quota\)"
_HARMLESS = (
    re.compile(r"where isnotempty\(properties\)"),
    re.compile(r"mv-expand propertyjson\s*=\s*properties\.value(?: limit \d+)?"),
    re.compile(
        r"extend usage\s*=\s*propertyjson\.currentvalue,\s*quota\s*=\s*propertyjson\.\['?limit'?\],\s*"
        + _NAME.replace(r"\['?name'?\]", r"\['name'\]")
    ),
    re.compile(rf"extend {_USE}"),
    re.compile(r"project-away properties"),
)


@dataclass(frozen=True, slots=True)
class Watched:
    """What it is limited to, in lower case; an empty set: to nothing."""

    subscriptions: frozenset[str]
    types: frozenset[str]
    locations: frozenset[str]
    names: frozenset[str]


def watched(query: str) -> Watched | None:
    """What a query watches by the part of each quota in use, or ``None`` for one not understood."""
    table, *steps = [" ".join(each.split()) for each in query.split("|")]
    if not _TABLE.fullmatch(table):
        return None
    found: dict[str, frozenset[str]] = dict.fromkeys(_FILTERS, frozenset())
    whole = False
    for step in (each.lower() for each in steps):
        part = next(
            ((name, match) for name, each in _FILTERS.items() if (match := each.fullmatch(step))), None
        )
        if part is not None:
            name, match = part
            values = frozenset(re.findall(r"'([^']+)'", match["list"])) if match["list"] else {match["one"]}
            found[name] = found[name] & values if found[name] else frozenset(values)
            if not found[name]:
                return None
        elif not any(each.fullmatch(step) for each in _HARMLESS):
            return None
        whole = whole or re.fullmatch(rf"extend {_USE}", step) is not None
    return Watched(**found) if whole else None
