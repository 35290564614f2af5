"""The numbers of a question's nodes: one run of them for each kind of thing a packet passes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping


class Nodes:
    """Numbers in the order of a packet: sources, exits, hubs, entries, targets."""

    def __init__(self, sources: int, exits: int, entries: int, hubs: int, targets: int) -> None:
        self.sources = range(sources)
        self.exits = _after(self.sources, exits)
        self.hubs = _after(self.exits, hubs)
        self.entries = _after(self.hubs, entries)
        self.targets = _after(self.entries, targets)
        self.count = self.targets.stop

    def ends(self, path: Iterable[int]) -> tuple[int, int, int, int]:
        """The source, exit, entry and target of a path, each by its place among its kind."""
        source, near, far, target = (node for node in path if node not in self.hubs)
        return source, self.exits.index(near), self.entries.index(far), self.targets.index(target)

    def left(self, bits: Mapping[int, int]) -> dict[int, int]:
        """The packets at sources, by their places."""
        return _among(self.sources, bits)

    def arrived(self, bits: Mapping[int, int]) -> dict[int, int]:
        """The packets at targets, by their places."""
        return _among(self.targets, bits)


def _after(before: range, count: int) -> range:
    return range(before.stop, before.stop + count)


def _among(kind: range, bits: Mapping[int, int]) -> dict[int, int]:
    return {node - kind.start: held for node, held in bits.items() if node in kind}
