"""Whether each environment in a project has a budget, and whether its alert reaches somebody (CST-001).

Budgets are those of the billing account that pays for a project, and come with it. One is an environment's if
it is limited to projects that are all of it, or to its label, and to nothing else besides.
https://cloud.google.com/billing/docs/how-to/budgets
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.answers import NO, YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.alerts import ends, reaches
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri

NEEDS = (
    *READS,
    *(f"budget.{attr}" for attr in ("type", "boundaries", "tags", "partial", "ends_at", "alerts")),
    *("topic.listeners", "other_resource.type"),
)
_PAID = "cloudbilling.googleapis.com/projectbillinginfo"
_SHOWN = 3


def derive(estate: Estate) -> Facts:
    """Marks ``budgeted`` and ``budget_alerts`` on projects."""
    judge = _Judge(estate)
    return Facts(marks=tuple(made for holding in holdings(estate) for made in judge.marks(holding)))


class _Judge:
    """Budgets by the projects that they may count, and the projects of which it is told who pays."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._hidden = hidden_in(estate, "budget")
        self._topics = hidden_in(estate, "topic")
        self._paid = {
            item.scope.boundary for item in estate.of("other_resource") if item.attrs.get("type") == _PAID
        }
        self._near: dict[str, list[Resource]] = {}
        self._anywhere: list[Resource] = []
        for budget in estate.of("budget"):
            named = budget.attrs.get("boundaries") or ()
            for boundary in named:
                self._near.setdefault(boundary, []).append(budget)
            if not named:
                # By its label, or by folders that were not looked up: it may count what is in any project.
                self._anywhere.append(budget)

    def marks(self, holding: Holding) -> Iterator[Mark]:
        """Both marks of a project."""
        boundary = holding.boundary
        unseen = self._hidden.get(boundary.id, None if boundary.id in self._paid else ())
        budgeted, alerted = [holding.complete], [holding.complete]
        steps: list[Step] = []
        for name in holding.environments:
            near = (*self._near.get(boundary.id, ()), *self._anywhere)
            possible = [(each, self._covers(each, holding, name)) for each in near]
            possible = [(each, answer) for each, answer in possible if answer.state is not Tri.NO]
            heard = (every((answer, reaches(self._estate, each, self._topics))) for each, answer in possible)
            budgeted.append(unless_hidden(some(answer for _, answer in possible), unseen))
            alerted.append(unless_hidden(some(heard), unseen))
            steps += (
                Step(boundary.id, each.id, f"budget of {name}", each.source) for each, _ in possible[:_SHOWN]
            )
        steps = steps or [Step(boundary.id, boundary.id, "no budget was found", boundary.source)]
        yield mark(boundary, "budgeted", every(budgeted), steps)
        yield mark(boundary, "budget_alerts", every(alerted), steps)

    def _covers(self, budget: Resource, holding: Holding, environment: str) -> Answer:
        """Whether a budget counts what an environment has in a project, and nothing of another."""
        unread = [attr for attr in ("boundaries", "tags", "partial") if attr not in budget.attrs]
        if unread:
            return Answer(Tri.UNKNOWN, tuple(gap for attr in unread for gap in budget.unknown.get(attr, ())))
        boundaries, tags = budget.attrs["boundaries"], budget.attrs["tags"]
        if tags:
            keys = self._estate.environments[environment].settings.get("tag_key") or ["environment"]
            named = len(tags) == 1 and any(tags.get(key) == [environment] for key in keys)
            fits = YES if named and (not boundaries or holding.boundary.id in boundaries) else NO
        else:
            alone = all(self._estate.places.get(each) == environment for each in boundaries)
            fits = YES if alone and holding.boundary.id in boundaries else NO
        return every((fits, ~ask(budget, "partial"), ~ends(self._estate, budget)))
