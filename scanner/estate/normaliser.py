"""How native records become resources: one declared table of attributes for each native kind.

A `Normaliser` that misses an attribute of the vocabulary, or has one too many, cannot be made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.estate.values import Known, Unknown, Value
from scanner.estate.vocabulary import KINDS
from scanner.estate.world import World
from scanner.model.snapshot import Gap, Record, Scope, Source

REQUIRED: Any = object()
"""Marks a field that every answer has: without it the attribute is unknown, not absent."""


UNREAD = "$unread"
"""Names, in an answer that comes from a file, those of its fields that the file leaves out."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a resource is made from: a record, what lies beside it, and the gaps around both."""

    id: str
    scope: Scope
    record: Record | None
    world: World
    parts: Mapping[str, Record | None] = field(default_factory=dict)

    @property
    def source(self) -> Source:
        """The line that a resource's pointers point into."""
        return self.record.source if self.record else Source("", 0)

    def part(self, native: str) -> Record | None:
        """The record of a native kind that belongs to this reading."""
        if self.record is not None and self.record.kind == native:
            return self.record
        return self.parts[native] if native in self.parts else self.world.beside(native, self.scope)

    def unread(self, native: str, listing: str) -> Unknown | None:
        """What hides records of a kind that lie beside this: gaps of their listing, or that nobody asked."""
        if gaps := self.world.hiding_any(listing, self.scope):
            return Unknown(gaps)
        asked = self.world.asked_for((listing,)) and self.world.listed(self.scope.boundary, native)
        return None if asked else Unknown()

    def answer(self, key: str, of: str = "", call: str = "") -> Value:
        """What an operation answered for the record (of a native kind, by default the own one).

        ``key`` is the data key; ``call`` the name that gaps know it by, where that differs.
        """
        part = self.part(of) if of else self.record
        if part is not None and key in part.data:
            pointer = f"/data/{key}"
            if part is self.record:
                return Known(part.data[key], pointer)
            return Known(part.data[key], elsewhere=part.source.at(pointer))
        native = of or (part.kind if part else "")
        call = call or f"{native.split('.', 1)[0]}:{key}"
        if part is None:
            return Unknown(self.world.hiding_any(call, self.scope))
        return Unknown(self.world.hiding(call, part.scope, part.id))


@dataclass(frozen=True, slots=True)
class Attr:
    """How one attribute is read; ``keys`` are data keys of the own record, ``calls`` other calls."""

    read: Callable[[Reading], Value]
    keys: tuple[str, ...] = ()
    calls: tuple[str, ...] = ()


UNTOLD = Attr(lambda _: Unknown())
"""For what nothing that is collected tells."""
NO_TAGS = Attr(lambda _: Known({}))
"""For things that their provider has no tags for."""
UNREAD_TAGS = UNTOLD
"""For things whose tags exist, but are not collected."""


_NOTHING = Attr(lambda _: Known(None))
DEFAULTS: Mapping[str, Attr] = {
    "region": Attr(lambda reading: Known(reading.scope.region)),
    "access_keys": _NOTHING,
    "anonymous": _NOTHING,
    "condition": _NOTHING,
    "eligible": Attr(lambda _: Known(False)),
    "origin": Attr(lambda reading: Known(reading.id)),
    "scope": _NOTHING,
    **dict.fromkeys(("below", "effect", "exempts"), UNTOLD),
}
"""What a normaliser need not give: a thing lies where it was listed unless its record says otherwise.

And it has none of what only some providers know: keys of its own, conditions, rights that wait. What one
provider alone tells of policies and of what boundaries hang in is not known of the others.
"""


@dataclass(frozen=True, slots=True)
class Normaliser:
    """A native kind, the resources it makes, and how each attribute is read.

    ``listed`` are the calls that list it: of every group one must have answered, or resources may be
    missing. ``subjects`` finds what to read (by default every record of the native kind); ``holder`` the
    boundary that a thing belongs to, where others may list it too.
    """

    native: str
    kind: str
    listed: tuple[tuple[str, ...], ...]
    attrs: Mapping[str, Attr]
    tags: Attr = NO_TAGS
    regional: bool = False
    subjects: Callable[[World], Iterable[Reading]] | None = None
    name: Callable[[Reading], str] = lambda reading: reading.id.rsplit("/", 1)[-1]
    holder: Callable[[Reading], str] = lambda reading: reading.scope.boundary

    def __post_init__(self) -> None:
        wanted = set(KINDS[self.kind].attrs)
        if odd := (wanted ^ set(self.attrs)) - (wanted & set(DEFAULTS)):
            said = f"{self.native} -> {self.kind}"
            raise ValueError(f"{said}: attributes missing, or not in the vocabulary: {sorted(odd)}")

    @property
    def taggable(self) -> bool:
        """Whether the tags of what it makes are collected."""
        return self.tags is not NO_TAGS and self.tags is not UNREAD_TAGS

    def readings(self, world: World) -> Iterable[Reading]:
        """Everything of this native kind in a world."""
        if self.subjects is not None:
            return self.subjects(world)
        records = world.natives.get(self.native, ())
        return (Reading(record.id, record.scope, record, world) for record in records)

    def listing(self) -> tuple[str, ...]:
        """The calls that list it."""
        return tuple(call for group in self.listed for call in group)

    def calls(self, attr: Attr) -> tuple[str, ...]:
        """The calls that an attribute is read from, listings aside."""
        service = self.native.split(".", 1)[0]
        return (*(f"{service}:{key}" for key in attr.keys), *attr.calls)


@dataclass(slots=True)
class Draft:
    """A resource in the making: all that its own records say, before it is given a place."""

    id: str
    kind: str
    name: str
    scope: Scope
    source: Source
    holder: str
    tags: Value
    taggable: bool
    attrs: dict[str, Any] = field(default_factory=dict)
    unknown: dict[str, tuple[Gap, ...]] = field(default_factory=dict)
    pointers: dict[str, str] = field(default_factory=dict)
    elsewhere: dict[str, Source] = field(default_factory=dict)

    def say(self, attr: str, value: Value) -> None:
        """Set an attribute, known or unknown."""
        if isinstance(value, Unknown):
            self.unknown[attr] = value.gaps
            return
        self.attrs[attr] = value.value
        if value.pointer:
            self.pointers[attr] = value.pointer
        if value.elsewhere is not None:
            self.elsewhere[attr] = value.elsewhere


def draft(normaliser: Normaliser, reading: Reading) -> Draft:
    """Read every attribute of one resource."""
    made = Draft(
        id=reading.id,
        kind=normaliser.kind,
        name=normaliser.name(reading),
        scope=reading.scope,
        source=reading.source,
        holder=normaliser.holder(reading),
        tags=normaliser.tags.read(reading),
        taggable=normaliser.taggable,
    )
    implied = {attr: how for attr, how in DEFAULTS.items() if attr in KINDS[normaliser.kind].attrs}
    for attr, how in {**implied, **normaliser.attrs}.items():
        made.say(attr, how.read(reading))
    return made


def constant(value: Any) -> Attr:
    """An attribute that is the same for all of a native kind."""
    known = Known(value)
    return Attr(lambda _: known)


def field_of(
    key: str, *path: str, absent: Any = REQUIRED, convert: Callable[[Any], Any] | None = None
) -> Attr:
    """An attribute that stands at ``path`` in the answer of one operation.

    ``absent`` is its value where the answer, or the field in it, is not there; a required one is
    unknown then. ``convert`` makes the value from the native one.
    """

    def read(reading: Reading) -> Value:
        return inside(reading.answer(key), *path, absent=absent, convert=convert)

    return Attr(read, (key,))


def made_of(key: str, convert: Callable[[Reading, Any], Any], *path: str) -> Attr:
    """An attribute made of the reading and of what stands at ``path`` in an answer, where it has to be."""

    def read(reading: Reading) -> Value:
        return inside(reading.answer(key), *path, convert=lambda found: convert(reading, found))

    return Attr(read, (key,))


def inside(
    answer: Value, *path: str, absent: Any = REQUIRED, convert: Callable[[Any], Any] | None = None
) -> Value:
    """What stands at ``path`` in an answer; as `field_of`."""
    if isinstance(answer, Unknown):
        return answer
    value, pointer = answer.value, answer.pointer
    for step in path:
        if isinstance(value, dict) and step in value.get(UNREAD, ()):
            return Unknown()
        value = value.get(step) if isinstance(value, dict) else None
        if value is None:
            break
        pointer = pointer and f"{pointer}/{step}"
    if value is None:
        return Unknown() if absent is REQUIRED else Known(absent, answer.pointer)
    return Known(convert(value) if convert else value, pointer)
