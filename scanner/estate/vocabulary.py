"""The words all providers share: every kind of resource with its attributes, read from ``kinds/``.

``kinds/<kind>.toml`` has ``title``, ``[attrs]`` (set by normalisers), optionally ``[derived]``
(set once every resource is known), ``[marks]`` (set by facts) and ``belongs_to``: the attribute, and its
kind, that names the resource whose environment it shares, for things that carry no tags of their own.
``[types]`` says what an attribute holds where that is no text: `TYPES`, with ``?`` if it may be None, or the
words it takes (``spot|on_demand``). docs/glossary.md and policies/schema/input.json are made of them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

EVERYWHERE: Mapping[str, str] = {
    "assigned_by": "what gave it its place: `boundary`, `tag`, or None",
    "tagged_as": "the place that its own tags name, or None; unknown where tags were not read",
}
"""Attributes of every kind, derived from the environment file and tags."""

TYPES = ("text", "boolean", "integer", "number", "list", "objects", "object", "counts", "document")
"""What an attribute may hold: lists are of texts, counts integers by name, a document is a policy or None."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind: its meaning, and its attributes with theirs."""

    name: str
    title: str
    attrs: Mapping[str, str]
    derived: Mapping[str, str]
    marks: Mapping[str, str]
    types: Mapping[str, str]
    """Attribute -> what it holds, where that is not ``text?``."""
    belongs_to: str | None
    """The attribute that names the resource it belongs to."""
    owner: str | None
    """The kind of that resource."""


def _read(path: Path) -> Kind:
    words = tomllib.loads(path.read_text(encoding="utf-8"))
    belongs = words.get("belongs_to", {})
    return Kind(
        name=path.stem,
        title=words["title"],
        attrs=words["attrs"],
        derived=words.get("derived", {}),
        marks=words.get("marks", {}),
        types=words.get("types", {}),
        belongs_to=belongs.get("attr"),
        owner=belongs.get("kind"),
    )


KINDS: Mapping[str, Kind] = {
    path.stem: _read(path) for path in sorted((Path(__file__).parent / "kinds").glob("*.toml"))
}

VOCABULARY: Mapping[str, tuple[str, ...]] = {
    name: (*kind.attrs, *kind.derived, *EVERYWHERE) for name, kind in KINDS.items()
}
"""Kind -> every attribute that a resource of it has, known or unknown."""
