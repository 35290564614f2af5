"""Where subscriptions stand, and which policies bound them there (ISO-012).

A management group is an environment's own if every subscription below it is of that environment, or of its
group: all of them, also those that the credentials do not see, which their number tells. An assignment of
Azure Policy is a guardrail of its own if it denies, is enforced, and is made at such a group, at the
subscription, or at a resource group. Where environments are resource groups, the group is the unit.
https://learn.microsoft.com/azure/cloud-adoption-framework/ready/landing-zone/design-area/resource-org-management-groups
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.facts.answers import NO, OPEN, YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import hidden_in, is_inner
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark
from scanner.model.logic import Tri

NEEDS = (
    *("boundary.parent", "boundary.isolates", "container.parent", "container.type", "container.below"),
    *("guardrail.effect", "guardrail.targets", "guardrail.exempts", "guardrail.managed"),
)
_DENIES = frozenset({"deny", "denyaction"})


def derive(estate: Estate) -> Facts:
    """Marks ``own_unit`` and ``own_guardrail`` on subscriptions and resource groups."""
    tree = _Tree(estate)
    return Facts(marks=tuple(made for item in estate.of("boundary") for made in tree.marks(item)))


class _Tree:
    """Management groups with the subscriptions below each, and guardrails by what they are assigned to."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._groups = {item.id: item for item in estate.of("container")}
        self._below: dict[str, list[Resource]] = defaultdict(list)
        for item in estate.of("boundary"):
            if not is_inner(item):
                for group in self._above(item):
                    self._below[group].append(item)
        self._rails: dict[str, list[Resource]] = defaultdict(list)
        for rail in estate.of("guardrail"):
            for target in rail.attrs.get("targets") or ():
                self._rails[target].append(rail)
        self._hidden = hidden_in(estate, "guardrail")

    def marks(self, item: Resource) -> Iterator[Mark]:
        """Both marks of a boundary."""
        outer = self._estate.by_id.get(item.id.partition("/")[0], item)
        if "parent" in outer.unknown or "parent" not in outer.attrs:
            gaps = tuple(outer.unknown.get("parent", ()))
            units = {"": Answer(Tri.UNKNOWN, gaps)}
        else:
            units = {group: self._own(item, group) for group in self._above(outer)}
        of_its_own = YES if is_inner(item) and item.attrs.get("isolates") is True else NO
        yield mark(item, "own_unit", some((of_its_own, *list(units.values())[:1])))
        nodes = {**units, outer.id: YES if self._side(outer) == self._side(item) else NO, item.id: YES}
        held = some(
            every((own, self._bounds(rail, item, outer)))
            for node, own in nodes.items()
            for rail in self._rails.get(node, ())
        )
        yield mark(item, "own_guardrail", unless_hidden(held, self._hidden.get(outer.id)))

    def _above(self, boundary: Resource) -> list[str]:
        """The management groups that a subscription stands in, the nearest first, the root left out."""
        found: list[str] = []
        node = str(boundary.attrs.get("parent") or "").lower()
        while node in self._groups and node not in found and self._groups[node].attrs.get("type") != "root":
            found.append(node)
            node = str(self._groups[node].attrs.get("parent") or "").lower()
        return found

    def _own(self, item: Resource, group: str) -> Answer:
        """Whether all below a management group is of the environment of a boundary, or of its group."""
        below = self._below[group]
        if {self._side(each) for each in below} != {self._side(item)}:
            return NO
        if "below" in self._groups[group].unknown:
            return Answer(Tri.UNKNOWN, tuple(self._groups[group].unknown["below"]))
        return YES if self._groups[group].attrs.get("below") == len(below) else OPEN

    def _side(self, boundary: Resource) -> str | None:
        environment = self._estate.environments.get(boundary.environment or "")
        return None if environment is None else environment.group or environment.name

    def _bounds(self, rail: Resource, item: Resource, outer: Resource) -> Answer:
        """Whether a guardrail takes something away from a boundary."""
        left_out = {item.id, outer.id, *self._above(outer)}
        return every(
            (
                ask(rail, "effect", lambda word: word in _DENIES),
                ~ask(rail, "managed"),
                ~ask(rail, "exempts", lambda found: bool(left_out & set(found))),
            )
        )
