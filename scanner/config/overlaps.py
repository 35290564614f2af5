"""One boundary belongs to one place: where a file says two, that is a contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.config.consistency import Found, entries, items
from scanner.config.document import Path

_WITHIN = {
    ("aws", "accounts"): ("resource_groups", "namespaces"),
    ("azure", "subscriptions"): ("resource_groups", "namespaces"),
    ("gcp", "projects"): ("resource_groups", "namespaces"),
    ("valohai", "organizations"): ("accounts", "resource_groups", "namespaces"),
}
"""Selector -> the patterns under which environments share such a boundary, being told apart within it."""
_TAGGED = ("aws", "azure", "gcp", "kubernetes", "valohai", "github")


def overlaps(document: Mapping[str, Any]) -> Found:
    """Boundaries and tags that two environments or services claim."""
    pattern = document.get("pattern", "accounts")
    claims: dict[tuple[str, ...], tuple[str, Path]] = {}
    for claim, place, path in _claims(document):
        owner, _ = claims.setdefault(claim, (place, path))
        if path == claims[claim][1] or pattern in _WITHIN.get((claim[0], claim[1]), ()):
            continue
        if owner == place:
            yield path, f"{claim[-1]} is named twice"
        else:
            yield path, f"{_what(claim)} belongs to {owner} already; one boundary holds one environment"


def _claims(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str, Path]]:
    """What is claimed, by which place, and where in the file."""
    for section in ("environments", "services"):
        for name, place in entries(document, section).items():
            match, path = entries(place, "match"), (section, name, "match")
            for provider, key in _WITHIN:
                for index, value in enumerate(items(entries(match, provider).get(key))):
                    if isinstance(value, str):
                        yield (provider, key, value), name, (*path, provider, key, index)
            for provider in _TAGGED:
                for key, values in entries(match, provider, "tags").items():
                    for index, value in enumerate(items(values)):
                        if isinstance(value, str):
                            yield (provider, "tags", key, value), name, (*path, provider, "tags", key, index)


def _what(claim: tuple[str, ...]) -> str:
    if claim[1] == "tags":
        return f"the tag {claim[2]}={claim[3]}"
    return f"{claim[1].removesuffix('s').replace('_', ' ')} {claim[2]}"
