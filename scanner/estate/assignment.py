"""Gives drafts their place, and boundaries what their contents say of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from scanner.config.boundaries import outermost
from scanner.estate.normaliser import Draft
from scanner.estate.places import Places, split
from scanner.estate.unlisted import Missing
from scanner.estate.values import Known, Unknown, Value, union
from scanner.estate.vocabulary import KINDS
from scanner.estate.world import World
from scanner.model.snapshot import Gap

BOUNDARY = "boundary"
Drafts = Mapping[tuple[str, str], Draft]
"""(kind, id) -> the one draft of it."""
Given = Mapping[tuple[str, str], str | None]
"""(kind, id) -> the place of its draft."""


def assign(drafts: Drafts, places: Places) -> dict[tuple[str, str], str | None]:
    """The place of every draft; sets its ``assigned_by`` and ``tagged_as``."""
    given: dict[tuple[str, str], str | None] = {}
    boundaries: dict[str, str | None] = {}
    for key, draft in drafts.items():
        holder = draft.id if draft.kind == BOUNDARY else draft.holder
        if holder not in boundaries:
            boundaries[holder] = places.of_boundary(holder)
        place = boundaries[holder]
        by: Value = Known("boundary")
        if place is None and draft.kind == BOUNDARY:
            by = Known(None)
        elif place is None:
            tagged = _own_or_owners_tags(draft, drafts, places)
            place = tagged.value if isinstance(tagged, Known) else None
            by = tagged if isinstance(tagged, Unknown) else Known("tag" if place else None)
        given[key] = place
        draft.say("assigned_by", by)
        draft.say("tagged_as", _tagged_as(draft, place, places))
    return given


def _own_or_owners_tags(draft: Draft, drafts: Drafts, places: Places) -> Value:
    """The place by tags: its own where they give one, else those of what it belongs to."""
    kind, own = KINDS[draft.kind], places.of_tags(draft.tags)
    if kind.belongs_to is None or kind.owner is None:
        return own
    alone = kind.belongs_to in draft.attrs and draft.attrs[kind.belongs_to] is None
    if draft.taggable and (alone or own != Known(None)):
        return own
    owner = drafts.get((kind.owner, draft.attrs.get(kind.belongs_to, "")))
    return places.of_tags(owner.tags if owner else Unknown())


def _tagged_as(draft: Draft, place: str | None, places: Places) -> Value:
    """What its tags name; where they name several, one that contradicts its place."""
    if isinstance(draft.tags, Unknown):
        return draft.tags
    named = places.named_by(draft.tags.value)
    other = [name for name in named if name != place]
    return Known(next(iter(other or named), None), draft.tags.pointer)


def describe_boundaries(drafts: Drafts, given: Given, places: Places, world: World, missing: Missing) -> None:
    """Set what is derived of boundaries: who claims them, and which environments are inside.

    ``given`` are the places of all drafts; ``missing`` is what could not be listed of that whose tags
    are collected: it could tell.
    """
    contents = _contents(drafts.values(), places)
    hidden: dict[str, list[tuple[Gap, ...]]] = defaultdict(list)
    for (_, scope), gaps in missing.items():
        hidden[scope.boundary].append(gaps)
    for draft in drafts.values():
        if draft.taggable and isinstance(draft.tags, Unknown):
            for boundary in {draft.holder, outermost(draft.holder)}:
                hidden[boundary].append(draft.tags.gaps)
    boundaries = {key: draft for key, draft in drafts.items() if draft.kind == BOUNDARY}
    for key, draft in boundaries.items():
        outer = outermost(draft.id)
        # What could not be listed in a subscription may lie in any group of it.
        unread = [*hidden.get(draft.id, ()), *(hidden.get(outer, ()) if outer != draft.id else ())]
        whole = outer in world.answered and not unread
        inside = contents.get(draft.id, {})
        draft.say("contains", Known(sorted(set().union(*inside.values()))))
        draft.say("mixed_in", Known(_mixed_in(inside, places.environment_of(draft.id))))
        draft.say("contains_complete", Known(True) if whole else Unknown(union(unread)))
        draft.say("claimed_by", Known(places.claims(draft.id)))
        draft.say("isolates", Known(_isolates(draft, places)))
        _show_pattern(draft, split(given[key])[0])


def _isolates(draft: Draft, places: Places) -> bool:
    """Whether a boundary is of the sort that the declared pattern keeps environments apart by.

    What has nothing finer to be told apart by (an AWS account) always is.
    """
    if draft.attrs.get("type") == "resource_group":
        return places.pattern == "resource_groups"
    return draft.attrs.get("type") != "subscription" or places.pattern != "resource_groups"


def _show_pattern(draft: Draft, environment: str | None) -> None:
    """Whether one environment has a boundary alone, or several share it."""
    inside, own = set(draft.attrs["contains"]), {environment} - {None}
    inner = draft.attrs.get("type") == "resource_group"
    draft.say("holds_environment", Known(draft.attrs["isolates"] and bool(own or inside)))
    if len(inside | own) > 1 or (inside and not own):
        draft.say("pattern_shown", Known("none" if inner else "mixed"))
    elif "contains_complete" in draft.unknown:
        draft.say("pattern_shown", Unknown(draft.unknown["contains_complete"]))
    else:
        draft.say("pattern_shown", Known("resource_groups" if inner else "accounts"))


def _contents(drafts: Iterable[Draft], places: Places) -> dict[str, dict[str, set[str]]]:
    """Boundary -> each resource in it -> the environments that its tags name."""
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for draft in drafts:
        if draft.taggable and isinstance(draft.tags, Known):
            for boundary in {draft.holder, outermost(draft.holder)}:
                found[boundary][draft.id].update(places.environments_named_by(draft.tags.value))
    return found


def _mixed_in(inside: Mapping[str, set[str]], environment: str | None) -> list[str]:
    """Resources of another environment than the boundary's; where it has none, of one among several."""
    if environment is None and len(set().union(*inside.values())) == 1:
        return []
    return sorted(identity for identity, named in inside.items() if named - {environment})
