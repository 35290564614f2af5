"""Copies and shares of data from one environment to another, whatever makes them (DAT-004).

Replication of stores and registries, copy tasks, pipelines and jobs that write elsewhere, resource shares,
shared snapshots and data shares. A crossing goes from who acts to whose data is acted on: whoever replicates
writes into the other's store, whoever was given a share reads what the other owns. One hop through a
service's store is followed. Permissions are not asked: it is the arrangement itself that has to be declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.facts.crossings import SERVICE, allowed_by, pairs
from scanner.facts.roads.handing_over import READS, Edge, Way, edges, ways
from scanner.facts.roads.unread import Unread
from scanner.facts.roads.whereabouts import Atlas
from scanner.model.estate import Estate
from scanner.model.facts import ACCESS, Crossing, Facts, Step
from scanner.model.logic import Tri

NEEDS = READS


def derive(estate: Estate) -> Facts:
    """Crossings by copies and shares."""
    atlas = Atlas(estate)
    wanted = set(pairs(estate))
    found = tuple(edges(estate, atlas))
    crossings = tuple(_crossings(estate, ways(found), wanted))
    unread = Unread(estate, atlas, found)
    blind = {f"{start}->{end}": unread.of(start, end) for start, end in sorted(wanted)}
    return Facts(crossings, blind={pair: gaps for pair, gaps in blind.items() if gaps})


def _crossings(estate: Estate, found: Iterable[Way], wanted: set[tuple[str, str]]) -> Iterator[Crossing]:
    by_border: dict[tuple[str, str, str], list[Way]] = defaultdict(list)
    for way in found:
        if (way[0].start, way[-1].end) in wanted:
            by_border[way[0].start, way[-1].end, way[0].border].append(way)
    for (start, end, border), held in sorted(by_border.items()):
        first = min(
            held, key=lambda way: (way[0].state is not Tri.YES, way[0].latent, len(way), way[-1].target)
        )
        levels = {edge.level for way in held for edge in way}
        crossing = Crossing(
            "copies",
            start,
            end,
            border,
            first[0].state,
            tuple(level for level in ACCESS if level in levels),
            tuple(sorted({way[0].source_id for way in held})),
            tuple(sorted({way[-1].target for way in held})),
            tuple(_step(edge) for edge in first),
            latent=all(edge.latent for way in held for edge in way),
            closes=(border,),
            smallest=True,
            via=tuple(sorted({edge.end.removeprefix(SERVICE) for way in held for edge in way[:-1]})),
        )
        yield replace(crossing, flow=allowed_by(estate.flows, crossing))


def _step(edge: Edge) -> Step:
    state = Tri.NO if edge.latent else edge.state
    words = f"{edge.words} is offered, and not yet accepted" if edge.latent else edge.words
    return Step(edge.source_id, edge.target, words, edge.source, state, edge.gaps)
