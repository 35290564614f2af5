"""Who hands data to whom: replication, copy tasks, pipelines and jobs that write elsewhere, and shares.

Each is an `Edge`: an agent in a place acts on data in another. Who replicates, or writes, acts from where
the rule or task stands; who was given a share acts from where he is, on what its owner shares.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from scanner.facts.crossings import EXTERNAL, SERVICE
from scanner.facts.roads.grantees import Grantees
from scanner.facts.roads.whereabouts import Atlas
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

READS = (
    "boundary.organization",
    "boundary.parent",
    "container.parent",
    "job.outputs",
    "pipeline.inputs",
    "pipeline.outputs",
    "pipeline.type",
    "registry.replication",
    "share.pending",
    "share.principals",
    "share.resources",
    "store.replication",
)
"""What edges are read from."""
COPY_TASKS = frozenset(("datasync_task",))
"""Pipelines that do nothing but copy: what they read matters here too."""


@dataclass(frozen=True, slots=True)
class Edge:
    """From a place to data in another, by a grant with a stable name.

    ``carries`` is the place whose data arrives in ``into``. ``latent``: offered, and not yet accepted.
    """

    start: str
    end: str
    border: str
    words: str
    source_id: str
    target: str
    level: str
    source: Source
    carries: str
    into: str
    state: Tri = Tri.YES
    gaps: tuple[Gap, ...] = ()
    latent: bool = False


def edges(estate: Estate, atlas: Atlas) -> Iterator[Edge]:
    """Every edge between two different places, also to and from services."""
    for kind in ("store", "registry"):
        for resource in estate.of(kind):
            yield from _replicated(resource, atlas)
    for kind in ("pipeline", "job"):
        for resource in estate.of(kind):
            yield from _written(resource, atlas)
    grantees = Grantees(estate)
    for share in estate.of("share"):
        yield from _shared(share, grantees, atlas)


def _replicated(resource: Resource, atlas: Atlas) -> Iterator[Edge]:
    here = resource.place
    for target in resource.attrs.get("replication") or ():
        where = atlas.of(target)
        if here is None or where.place in (None, EXTERNAL, here):
            continue
        yield Edge(
            here,
            str(where.place),
            f"{resource.id}/replication",
            f"replication of {resource.name}",
            resource.id,
            target,
            "write",
            resource.where("replication"),
            carries=here,
            into=str(where.place),
        )


def _written(resource: Resource, atlas: Atlas) -> Iterator[Edge]:
    here = resource.place
    if here is None:
        return
    copies = resource.attrs.get("type") in COPY_TASKS
    words = f"{str(resource.attrs.get('type') or resource.kind).replace('_', ' ')} {resource.name}"
    taken = tuple(resource.attrs.get("inputs") or ()) if copies else ()
    for attr, level, names in (
        ("outputs", "write", tuple(resource.attrs.get("outputs") or ())),
        ("inputs", "read", taken),
    ):
        for target in names:
            place = atlas.of(target).place
            if place in (None, EXTERNAL, here):
                continue
            there = str(place)
            gives = level == "write"
            yield Edge(
                here,
                there,
                f"{resource.id}/{attr}",
                words,
                resource.id,
                target,
                level,
                resource.where(attr),
                carries=here if gives else there,
                into=there if gives else here,
            )


Places = dict[str, tuple[Gap, ...]]
"""Place -> the gaps that leave it open whether it is that one; none if it is."""


def handed_on_itself(share: Resource) -> bool:
    """Whether a share is itself what is shared (a snapshot, an image): then no tags tell whose it is."""
    return bool(share.attrs.get("resources") == [share.id])


def owners(share: Resource, grantees: Grantees, atlas: Atlas) -> dict[str, Places]:
    """What is shared -> its place: the share's, or, where tags tell and the share has none, its own.

    What is `handed_on_itself` may be of any environment that its account holds.
    """
    found: dict[str, Places] = {}
    for target in share.attrs.get("resources") or (share.id,):
        place = share.place or atlas.of(target).place
        if place and place != EXTERNAL:
            found[target] = {place: ()}
        elif handed_on_itself(share):
            found[target] = grantees.of(atlas.account_of(share.id))
    return found


def _shared(share: Resource, grantees: Grantees, atlas: Atlas) -> Iterator[Edge]:
    waiting = set(share.attrs.get("pending") or ())
    owned = [
        (target, owner, unsure)
        for target, places in owners(share, grantees, atlas).items()
        for owner, unsure in places.items()
    ]
    for principal in share.attrs.get("principals") or () if owned else ():
        for place, gaps in grantees.of(principal).items():
            for target, owner, unsure in owned:
                if place == owner:
                    continue
                yield Edge(
                    place,
                    owner,
                    share.id,
                    f"{str(share.attrs.get('type')).replace('_', ' ')} share {share.name}",
                    principal,
                    target,
                    "read",
                    share.where("principals"),
                    carries=owner,
                    into=place,
                    state=Tri.UNKNOWN if gaps or unsure else Tri.YES,
                    gaps=(*gaps, *unsure),
                    latent=principal in waiting,
                )


Way = tuple[Edge, ...]
"""One edge from an environment to another, or two that meet at a store of a service."""


def ways(found: Iterable[Edge]) -> Iterator[Way]:
    """The ways from environments into others; what a service's store is given may go on from there."""
    found = tuple(found)
    leaving: dict[str, list[Edge]] = defaultdict(list)
    for edge in found:
        if edge.start.startswith(SERVICE) and edge.level == "write":
            leaving[edge.source_id].append(edge)
    for edge in found:
        if edge.start.startswith(SERVICE):
            continue
        if not edge.end.startswith(SERVICE):
            yield (edge,)
        elif edge.level == "write":
            yield from ((edge, onward) for onward in leaving[edge.target])
