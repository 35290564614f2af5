"""Attributes that pipelines with a definition share: what it reads, writes and runs."""

from __future__ import annotations

from scanner.estate.aws._data_places import images, places, stores
from scanner.estate.normaliser import Attr, Reading, inside
from scanner.estate.values import Known, Unknown, Value


def data(describe: str, *, output: bool, other_means: tuple[str, ...] = ()) -> Attr:
    """The stores that a definition names to read from, or to write to.

    Unknown where only a run decides, or where it calls ``other_means`` of data (parts of an ARN), whose
    parameters are plain names.
    """

    def read(reading: Reading) -> Value:
        found = inside(reading.answer(describe), "references")
        if isinstance(found, Unknown):
            return found
        if any(means in str(each.get("refers_to", "")) for each in found.value for means in other_means):
            return Unknown()
        named = places(found.value, output=output)
        return Unknown() if named is None else Known(stores(reading, named), found.pointer)

    return Attr(read, (describe,))


def run(describe: str) -> Attr:
    """The images that a definition names."""

    def read(reading: Reading) -> Value:
        found = inside(reading.answer(describe), "references")
        return found if isinstance(found, Unknown) else Known(images(found.value), found.pointer)

    return Attr(read, (describe,))
