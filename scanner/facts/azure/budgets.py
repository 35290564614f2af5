"""Whether each environment in a subscription has a budget, and whether its alert reaches somebody (CST-001).

A budget is an environment's if all that it counts is of that environment: a subscription that holds nothing
else, its groups of a shared one (one budget or several, none of them left out), or what carries its tag.
https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scanner.facts.answers import NO, YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.alerts import ends, reaches
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri

NEEDS = (
    *READS,
    *(f"budget.{attr}" for attr in ("type", "boundaries", "tags", "partial", "ends_at", "alerts")),
    "topic.listeners",
)


def derive(estate: Estate) -> Facts:
    """Marks ``budgeted`` and ``budget_alerts`` on subscriptions."""
    judge = _Judge(estate)
    return Facts(marks=tuple(made for holding in judge.holdings.values() for made in judge.marks(holding)))


class _Judge:
    """Budgets by the subscriptions that they may count."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self.holdings = {holding.boundary.id: holding for holding in holdings(estate)}
        self._hidden = hidden_in(estate, "budget")
        self._topics = hidden_in(estate, "topic")
        self._near: dict[str, list[Resource]] = {}
        for budget in estate.of("budget"):
            named = budget.attrs.get("boundaries", ())
            for boundary in {each.partition("/")[0] for each in named} or {budget.scope.boundary}:
                self._near.setdefault(boundary, []).append(budget)

    def marks(self, holding: Holding) -> Iterator[Mark]:
        """Both marks of a subscription."""
        boundary = holding.boundary
        hidden = self._hidden.get(boundary.id)
        budgeted, alerted = [holding.complete], [holding.complete]
        steps: list[Step] = []
        for name in holding.environments:
            found = [
                (each, {unit: self._covers(each, holding, name, unit) for unit in self._units(holding, name)})
                for each in self._near.get(boundary.id, ())
            ]
            possible = [(each, units) for each, units in found if any(_open(units.values()))]
            heard = {each.id: reaches(self._estate, each, self._topics) for each, _ in possible}
            units = self._units(holding, name)
            covered = every(some(units[unit] for _, units in possible) for unit in units)
            told = every(
                some(every((units[unit], heard[each.id])) for each, units in possible) for unit in units
            )
            budgeted.append(unless_hidden(covered, hidden))
            alerted.append(unless_hidden(told, hidden))
            steps += (
                Step(boundary.id, each.id, f"budget of {name}", each.source) for each, _ in possible[:3]
            )
        steps = steps or [Step(boundary.id, boundary.id, "no budget was found", boundary.source)]
        yield mark(boundary, "budgeted", every(budgeted), steps)
        yield mark(boundary, "budget_alerts", every(alerted), steps)

    def _units(self, holding: Holding, environment: str) -> tuple[str, ...]:
        """What has to be counted: the subscription, or each group of it that is the environment's."""
        groups = tuple(each.id for each in holding.inner if each.environment == environment)
        return groups if groups and holding.environments != (environment,) else (holding.boundary.id,)

    def _covers(self, budget: Resource, holding: Holding, environment: str, unit: str) -> Answer:
        """Whether a budget counts a unit of an environment, and nothing of another."""
        unread = [attr for attr in ("boundaries", "tags", "type") if attr not in budget.attrs]
        if unread:
            return Answer(Tri.UNKNOWN, tuple(gap for attr in unread for gap in budget.unknown.get(attr, ())))
        boundaries, tags = budget.attrs["boundaries"], budget.attrs["tags"]
        inside = unit in boundaries or holding.boundary.id in boundaries
        if tags:
            fits = inside and self._is_tag_of(environment, tags)
        else:
            fits = inside and all(self._is_all_of(environment, each) for each in boundaries)
        return every(
            (
                YES if fits else NO,
                ask(budget, "type", lambda word: word == "COST"),
                ~ask(budget, "partial"),
                ~ends(self._estate, budget),
            )
        )

    def _is_tag_of(self, environment: str, tags: Mapping[str, list[str]]) -> bool:
        """Whether tags name an environment and nothing besides. The case of their names means nothing."""
        keys = self._estate.environments[environment].settings.get("tag_key") or ["environment"]
        names = {key.lower() for key in keys}
        return len(tags) == 1 and any(name.lower() in names and tags[name] == [environment] for name in tags)

    def _is_all_of(self, environment: str, boundary: str) -> bool:
        """Whether all in a subscription, or in a group, is of an environment."""
        holding = self.holdings.get(boundary)
        if holding is not None:
            return holding.environments == (environment,)
        return self._estate.places.get(boundary) == environment


def _open(answers: Iterable[Answer]) -> Iterator[bool]:
    return (answer.state is not Tri.NO for answer in answers)
