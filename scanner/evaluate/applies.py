"""What rules apply to, from METADATA alone: the answer of an engine has to match it exactly."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.evaluate.view import View, encode
from scanner.model.estate import Resource
from scanner.model.rule import Applies, Rule


@dataclass(frozen=True, slots=True)
class Subjects:
    """The ids that a check of a rule has to answer for, each once.

    ``scopes`` are those of unlisted scopes: no verdict but unknown is right for them.
    """

    resources: frozenset[str]
    scopes: frozenset[str]
    pairs: frozenset[str]

    @property
    def all(self) -> frozenset[str]:
        """Every subject, of whichever type; made anew each time."""
        return self.resources | self.scopes | self.pairs


def subjects(rule: Rule, view: View) -> Mapping[str, Subjects]:
    """The subjects of each check of a rule.

    Resources of its kinds with a tier among its ``tiers`` (none given: any, also unassigned) that
    are not known to differ from ``where``; unlisted scopes of those kinds with such a tier or
    none; or pairs whose target has one of ``to_tiers`` (none given: all).
    """
    found: dict[tuple[str, ...], Subjects] = {}
    for check in rule.checks.values():
        kinds = check.kinds or rule.applies.kinds
        if kinds not in found:
            found[kinds] = _subjects(rule.applies, kinds, view)
    return {name: found[check.kinds or rule.applies.kinds] for name, check in rule.checks.items()}


def _subjects(applies: Applies, kinds: Iterable[str], view: View) -> Subjects:
    if applies.subject == "pair":
        wanted = {
            pair["id"] for pair in view.pairs if not applies.to_tiers or pair["to_tier"] in applies.to_tiers
        }
        return Subjects(frozenset(), frozenset(), frozenset(wanted))
    tiers = set(applies.tiers)
    resources = {
        resource.id
        for kind in kinds
        for resource in view.estate.of(kind)
        if (not tiers or view.tier(resource.environment) in tiers)
        and not any(_differs(view, resource, attr, value) for attr, value in applies.where.items())
    }
    scopes = {
        scope["id"]
        for kind in kinds
        for scope in view.unlisted(kind)
        if not tiers or scope["tier"] in tiers or scope["tier"] is None
    }
    return Subjects(frozenset(resources), frozenset(scopes), frozenset())


def _differs(view: View, resource: Resource, attr: str, wanted: Any) -> bool:
    """Whether an attribute is known to have another value, by the equality of JSON."""
    known, value, _ = view.read(resource, attr)
    return known and encode(value) != encode(wanted)
