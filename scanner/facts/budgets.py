"""Whether each environment in a boundary has a budget, and whether its alert reaches somebody (CST-001).

A budget is an environment's if all it counts is of that environment: one of an account that holds nothing
else, one limited to accounts of the environment, or to its tag, and to nothing else besides. It may stand
in the account itself or in the one that pays for the organization, whose own unlimited budget is nobody's.
https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-create.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.facts.answers import NO, YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.alerts import ends, reaches
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    *READS,
    *(f"budget.{attr}" for attr in ("type", "boundaries", "tags", "partial", "ends_at", "alerts")),
    *("topic.listeners", "boundary.management", "boundary.organization"),
)


def derive(estate: Estate) -> Facts:
    """Marks ``budgeted`` and ``budget_alerts`` on boundaries."""
    hidden, topics = hidden_in(estate, "budget"), hidden_in(estate, "topic")
    near = _Near(estate)
    marks = (made for one in holdings(estate) for made in _marks(estate, one, near, hidden, topics))
    return Facts(marks=tuple(marks))


class _Near:
    """Budgets that may count what is in a boundary: its own, those that name it, and those of a tag."""

    def __init__(self, estate: Estate) -> None:
        self._found: dict[str, list[Resource]] = {}
        self._anywhere: list[Resource] = []
        for budget in estate.of("budget"):
            named = budget.attrs.get("boundaries", ())
            if not named and (budget.attrs.get("tags") or {"tags", "boundaries"} & set(budget.unknown)):
                self._anywhere.append(budget)
            for account in named or (budget.scope.boundary,):
                self._found.setdefault(account, []).append(budget)

    def to(self, boundary: str) -> list[Resource]:
        """Each once."""
        return list({one.id: one for one in (*self._found.get(boundary, ()), *self._anywhere)}.values())


def _marks(
    estate: Estate,
    holding: Holding,
    near: _Near,
    hidden: Mapping[str, tuple[Gap, ...]],
    topics: Mapping[str, tuple[Gap, ...]],
) -> Iterator[Mark]:
    boundary = holding.boundary
    unseen = _unseen(estate, boundary, hidden)
    budgeted, alerted = [holding.complete], [holding.complete]
    steps: list[Step] = []
    for name in holding.environments:
        covering = [(each, _covers(estate, each, holding, name)) for each in near.to(boundary.id)]
        possible = [(each, answer) for each, answer in covering if answer.state is not Tri.NO]
        budgeted.append(unless_hidden(some(answer for _, answer in possible), unseen))
        reached = (every((answer, reaches(estate, each, topics))) for each, answer in possible)
        alerted.append(unless_hidden(some(reached), unseen))
        steps += (Step(boundary.id, each.id, f"budget of {name}", each.source) for each, _ in possible[:3])
    told = steps or [Step(boundary.id, boundary.id, "no budget was found", boundary.source)]
    yield mark(boundary, "budgeted", every(budgeted), told)
    yield mark(boundary, "budget_alerts", every(alerted), told)


def _unseen(
    estate: Estate, boundary: Resource, hidden: Mapping[str, tuple[Gap, ...]]
) -> tuple[Gap, ...] | None:
    """Why budgets of the boundary, or of whoever pays for it, may exist unseen; ``None``: they cannot."""
    gaps = set(hidden.get(boundary.id, ()))
    found = boundary.id in hidden
    organization = boundary.attrs.get("organization")
    if "organization" in boundary.unknown or "organization" not in boundary.attrs:
        return tuple(sorted({*gaps, *boundary.unknown.get("organization", ())}))
    if organization is None:
        return tuple(sorted(gaps)) if found else None
    payers = [
        one.id
        for one in estate.of("boundary")
        if one.attrs.get("management") is True and one.attrs.get("organization") == organization
    ]
    read = {item.scope.boundary for kind in ("identity", "budget") for item in estate.of(kind)}
    for payer in payers:
        found = found or payer in hidden or payer not in read
        gaps.update(hidden.get(payer, ()))
    return tuple(sorted(gaps)) if found or not payers else None


def _covers(estate: Estate, budget: Resource, holding: Holding, environment: str) -> Answer:
    """Whether all that a budget counts, in this boundary, is of an environment."""
    unread = [attr for attr in ("boundaries", "tags", "partial", "type") if attr not in budget.attrs]
    if unread:
        return Answer(Tri.UNKNOWN, tuple(gap for attr in unread for gap in budget.unknown.get(attr, ())))
    of_cost = ask(budget, "type", lambda word: word == "COST")
    whole = ~ask(budget, "partial")
    boundaries, tags = budget.attrs.get("boundaries", ()), budget.attrs.get("tags", {})
    if tags:
        keys = estate.environments[environment].settings.get("tag_key") or ["environment"]
        named = any(tags.get(key) == [environment] for key in keys)
        fits = named and (not boundaries or holding.boundary.id in boundaries)
    elif boundaries:
        fits = holding.boundary.id in boundaries and all(
            estate.places.get(each) == environment for each in boundaries
        )
    else:
        alone = (
            holding.environments == (environment,) and holding.boundary.attrs.get("management") is not True
        )
        fits = budget.scope.boundary == holding.boundary.id and alone
    return every((of_cost, whole, ~ends(estate, budget), YES if fits else NO))
