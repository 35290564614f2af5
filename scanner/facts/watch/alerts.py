"""Whether a budget still counts, and whether its alerts reach somebody, whatever the provider."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from scanner.facts.answers import NO, OPEN, YES, Answer, ask, some
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap


def ends(estate: Estate, budget: Resource) -> Answer:
    """Whether a budget has ended by the time that the estate is judged at; one that has is still listed."""
    now = _moment(estate.as_of) if estate.as_of else None
    return ask(budget, "ends_at", lambda at: now is not None and at is not None and _moment(at) <= now)


def reaches(estate: Estate, budget: Resource, topics: Mapping[str, tuple[Gap, ...]]) -> Answer:
    """Whether some alert goes to a person, or to a topic that somebody listens to.

    ``topics``: boundary -> why topics may be missing there. Whoever holds a role is told by who does.
    """
    if "alerts" in budget.unknown:
        return Answer(Tri.UNKNOWN, tuple(budget.unknown["alerts"]))
    answers = []
    for alert in budget.attrs.get("alerts", ()):
        answers.append(YES if alert["people"] else OPEN if alert.get("roles") else NO)
        for identity in alert["topics"]:
            topic = estate.by_id.get(identity)
            if topic is not None:
                answers.append(ask(topic, "listeners"))
                continue
            boundary = _boundary_of(identity)
            known = boundary in estate.places and boundary not in topics
            answers.append(NO if known else Answer(Tri.UNKNOWN, topics.get(boundary, ())))
    return some(answers)


def _moment(text: str) -> datetime:
    """A time, of UTC where it does not say."""
    found = datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _boundary_of(identity: str) -> str:
    """The account of an ARN, or the subscription of an id of Azure."""
    parts = identity.split(":") if identity.startswith("arn:") else identity.lower().split("/")
    index = 4 if identity.startswith("arn:") else 2
    return parts[index] if len(parts) > index else ""
