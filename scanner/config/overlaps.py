"""One boundary belongs to one place: where a file says two, that is a contradiction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice, product
from typing import Any, NamedTuple

from scanner.config.consistency import Found, entries, items
from scanner.config.document import Path

MOST = 10_000
"""Combinations of outer and inner boundaries that are compared for one place."""
ANYWHERE = "*"


class _Selector(NamedTuple):
    """A boundary, the one that may be named within it, and the patterns under which it is shared."""

    provider: str
    outer: str
    inner: str
    shared_under: tuple[str, ...]


_SELECTORS = (
    _Selector("aws", "accounts", "", ("resource_groups", "namespaces")),
    _Selector("azure", "subscriptions", "resource_groups", ("resource_groups", "namespaces")),
    _Selector("azure", "management_groups", "", ()),
    _Selector("gcp", "projects", "", ("resource_groups", "namespaces")),
    _Selector("gcp", "folders", "", ()),
    _Selector("kubernetes", "clusters", "namespaces", ("namespaces",)),
    _Selector("valohai", "organizations", "projects", ("accounts", "resource_groups", "namespaces")),
)
_TAGGED = ("aws", "azure", "gcp", "kubernetes", "valohai", "github")


class _Claim(NamedTuple):
    """What a place says is its own, and where in the file it says so."""

    what: tuple[str, ...]
    words: str
    place: str
    path: Path


def overlaps(document: Mapping[str, Any]) -> Found:
    """Boundaries and tags that two environments or services claim, or one claims twice."""
    first: dict[tuple[str, ...], _Claim] = {}
    for claim in _claims(document):
        earlier = first.setdefault(claim.what, claim)
        if earlier is claim:
            continue
        if earlier.place == claim.place:
            yield claim.path, f"{claim.words} is named twice"
        else:
            told = "one boundary holds one environment"
            yield claim.path, f"{claim.words} belongs to {earlier.place} already; {told}"


def _claims(document: Mapping[str, Any]) -> Iterator[_Claim]:
    pattern = document.get("pattern", "accounts")
    for section in ("environments", "services"):
        for name, place in entries(document, section).items():
            match, path = entries(place, "match"), (section, name, "match")
            for selector in _SELECTORS:
                inner = _texts(match, selector.provider, selector.inner)
                if inner:
                    yield from _inner(selector, match, name, path)
                elif pattern not in selector.shared_under:
                    yield from _outer(selector, match, name, path)
            yield from _tags(match, name, path)


def _outer(selector: _Selector, match: Any, name: str, path: Path) -> Iterator[_Claim]:
    """Whole boundaries: an account, a subscription, a cluster."""
    word = selector.outer.removesuffix("s").replace("_", " ")
    for index, value in _texts(match, selector.provider, selector.outer):
        what = (selector.provider, selector.outer, value)
        yield _Claim(what, f"{word} {value}", name, (*path, selector.provider, selector.outer, index))


def _inner(selector: _Selector, match: Any, name: str, path: Path) -> Iterator[_Claim]:
    """Parts of boundaries: a namespace of a cluster. The same name in another cluster is another."""
    word = selector.inner.removesuffix("s").replace("_", " ")
    outer = [value for _, value in _texts(match, selector.provider, selector.outer)] or [ANYWHERE]
    inner = _texts(match, selector.provider, selector.inner)
    for around, (index, value) in islice(product(outer, inner), MOST):
        what = (selector.provider, selector.inner, around, value)
        words = f"{word} {value}" if around == ANYWHERE else f"{word} {value} in {around}"
        yield _Claim(what, words, name, (*path, selector.provider, selector.inner, index))


def _tags(match: Any, name: str, path: Path) -> Iterator[_Claim]:
    for provider in _TAGGED:
        for key, values in entries(match, provider, "tags").items():
            for index, value in _texts(match, provider, "tags", key):
                what = (provider, "tags", key, value)
                steps = (key, index) if isinstance(values, list) else (key,)
                yield _Claim(what, f"the tag {key}={value}", name, (*path, provider, "tags", *steps))


def _texts(match: Any, *steps: str) -> list[tuple[int, str]]:
    """The texts of a list, each with its index."""
    listed = items(entries(match, *steps[:-1]).get(steps[-1]))
    return [(index, value) for index, value in enumerate(listed) if isinstance(value, str)]
