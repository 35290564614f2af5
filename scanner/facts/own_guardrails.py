"""Where accounts stand in their organization, and what bounds them there (ISO-012).

A unit (or folder) is an environment's own if every account (or project) below it is of that environment, or
of its group. A guardrail is its own if it is attached to such a unit or to the account, and the provider
did not write it; one that denies nothing and allows everything bounds nobody.

https://docs.aws.amazon.com/whitepapers/latest/organizing-your-aws-environment/organizing-your-aws-environment.html
https://cloud.google.com/resource-manager/docs/organization-policy/understanding-constraints
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.facts.answers import Answer, mark
from scanner.facts.identity.statements import parse
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

PROVIDERS = ("aws", "gcp")
_BOUNDING = frozenset({"scp", "rcp", "organization_policy"})
NEEDS = (
    "boundary.organization",
    "boundary.parent",
    "container.parent",
    "container.type",
    "guardrail.document",
    "guardrail.managed",
    "guardrail.targets",
    "guardrail.type",
)


def derive(estate: Estate) -> Facts:
    """Marks on every boundary: its unit, and its guardrails."""
    tree = _Tree(estate)
    boundaries = sorted(estate.of("boundary"), key=lambda found: found.id)
    return Facts(marks=tuple(mark for item in boundaries for mark in _marks(tree, item)))


class _Tree:
    """Containers and boundaries by what they hang in."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        self.containers = {item.id: item for item in estate.of("container")}
        self.below: dict[str, list[Resource]] = defaultdict(list)
        hidden: set[Gap] = set()
        self.whole = not estate.missing("container")
        for item in (*estate.of("container"), *estate.of("boundary")):
            if "parent" in item.unknown or "parent" not in item.attrs:
                self.whole = False
                hidden.update(item.unknown.get("parent", ()))
            elif item.attrs.get("parent") is not None:
                self.below[str(item.attrs["parent"])].append(item)
        hidden.update(gap for item in estate.missing("container") for gap in item.gaps)
        self.hidden = tuple(sorted(hidden))
        self._inside: dict[str, frozenset[str | None]] = {}

    def inside(self, container: str) -> frozenset[str | None]:
        """The sides of all accounts below a container; ``None`` for one that is of no environment."""
        if container not in self._inside:
            self._inside[container] = frozenset()  # a tree that AWS keeps has no loops; a file might
            found: set[str | None] = set()
            for item in self.below.get(container, ()):
                found |= {self.side(item)} if item.kind == "boundary" else self.inside(item.id)
            self._inside[container] = frozenset(found)
        return self._inside[container]

    def side(self, boundary: Resource) -> str | None:
        """The environment of an account, or the group that it is of."""
        environment = self.estate.environments.get(boundary.environment or "")
        return None if environment is None else environment.group or environment.name

    def own(self, boundary: Resource) -> list[str]:
        """Units above an account that hold its environment alone, the nearest first."""
        found: list[str] = []
        node, side = boundary.attrs.get("parent"), self.side(boundary)
        while node in self.containers and self.containers[node].attrs.get("type") != "root":
            if node in found or self.inside(node) != {side}:
                break
            found.append(node)
            node = self.containers[node].attrs.get("parent")
        return found


def _marks(tree: _Tree, item: Resource) -> Iterator[Mark]:
    if "parent" in item.unknown or "parent" not in item.attrs or "organization" in item.unknown:
        gaps = tuple(sorted({*item.unknown.get("parent", ()), *item.unknown.get("organization", ())}))
        yield Mark(item.id, "own_unit", unknown=True, gaps=gaps)
        yield Mark(item.id, "own_guardrail", unknown=True, gaps=gaps)
        return
    own = tree.own(item)
    parent = item.attrs.get("parent")
    known = parent is None or parent in tree.containers
    state = Tri.YES if own else Tri.NO
    if (own and not tree.whole) or not known:
        state = Tri.UNKNOWN
    yield mark(item, "own_unit", Answer(state, tree.hidden), _why(tree, item, own))
    yield _guardrail(tree, item, own, sure=state is not Tri.UNKNOWN)


def _why(tree: _Tree, item: Resource, own: list[str]) -> tuple[Step, ...]:
    parent = tree.containers.get(str(item.attrs.get("parent")))
    if own or parent is None:
        return ()
    others = sorted(str(side) for side in tree.inside(parent.id) if side not in (None, tree.side(item)))
    words = f"{parent.name} also holds {', '.join(others)}" if others else f"stands in {parent.name}"
    return (Step(item.id, parent.id, words, item.where("parent")),)


def _guardrail(tree: _Tree, item: Resource, own: list[str], *, sure: bool) -> Mark:
    estate, nodes = tree.estate, {item.id, *own}
    gaps: set[Gap] = {gap for scope in estate.missing("guardrail") for gap in scope.gaps}
    hidden = bool(estate.missing("guardrail")) or not sure
    for rail in sorted(estate.of("guardrail"), key=lambda found: found.id):
        unread = [attr for attr in ("targets", "managed", "type") if attr in rail.unknown]
        if rail.attrs.get("managed") is True:
            continue
        if unread:
            hidden = True
            gaps.update(gap for attr in unread for gap in rail.unknown[attr])
        elif nodes & set(rail.attrs.get("targets") or ()) and rail.attrs.get("type") in _BOUNDING:
            bounds = _bounds(rail)
            if bounds is Tri.UNKNOWN:
                hidden = True
                gaps.update(rail.unknown.get("document", ()))
            if bounds is not Tri.YES:
                continue
            held = sorted(nodes & set(rail.attrs["targets"]))
            if sure or item.id in held:
                step = Step(rail.id, held[0], f"guardrail {rail.name}", rail.where("targets"))
                return Mark(item.id, "own_guardrail", True, steps=(step,))
    why = tuple(sorted({*gaps, *(() if sure else tree.hidden)}))
    return mark(item, "own_guardrail", Answer(Tri.UNKNOWN if hidden else Tri.NO, why))


def _bounds(rail: Resource) -> Tri:
    """Whether a guardrail takes anything away."""
    if "document" in rail.unknown or "document" not in rail.attrs:
        return Tri.UNKNOWN
    if rail.attrs.get("type") == "organization_policy":
        return Tri.of(_restricts(rail.attrs["document"]))
    found = parse(rail.attrs["document"]).statements
    if any(item.effect == "deny" for item in found):
        return Tri.YES
    if any(item.effect == "either" for item in found):
        return Tri.UNKNOWN
    whole = any("*" in item.actions and "*" in (item.resources or ()) and not item.tests for item in found)
    return Tri.of(not whole)


def _restricts(policy: Mapping[str, Any]) -> bool:
    """Whether an organization policy enforces something, or allows some values and no others.

    https://cloud.google.com/resource-manager/reference/rest/Shared.Types/Policy
    """
    listed = policy.get("listPolicy") or {}
    enforced = (policy.get("booleanPolicy") or {}).get("enforced") is True
    some = listed.get("allValues") == "DENY" or listed.get("allowedValues") or listed.get("deniedValues")
    return enforced or bool(some)
