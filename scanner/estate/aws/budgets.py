"""Budgets.

Shapes: AWS Budgets API Reference, ``Budget``, ``Notification``, ``Subscriber``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._budget_filters import limits
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, field_of
from scanner.estate.values import Known, Unknown, Value

_BUDGETS, _NOTIFICATIONS = "DescribeBudgets", "DescribeBudgetNotificationsForAccount"
_SUBSCRIBERS = "budgets:DescribeSubscribersForNotification"


def _alerts(reading: Reading) -> Value:
    answer = reading.answer(_NOTIFICATIONS)
    if isinstance(answer, Unknown):
        return answer
    if not all("Subscribers" in each for each in answer.value):
        return Unknown(reading.world.hiding(_SUBSCRIBERS, reading.scope, reading.id))
    return Known([_alert(each) for each in answer.value], answer.pointer)


def _alert(native: dict[str, Any]) -> dict[str, Any]:
    subscribers = native["Subscribers"]
    return {
        "on": native.get("NotificationType", ""),
        "threshold": native.get("Threshold"),
        "unit": native.get("ThresholdType", "PERCENTAGE"),
        "people": sum(one["SubscriptionType"] == "EMAIL" for one in subscribers),
        "topics": sorted(one["Address"] for one in subscribers if one["SubscriptionType"] == "SNS"),
    }


BUDGET = Normaliser(
    native="budgets.budget",
    kind="budget",
    listed=((f"budgets:{_BUDGETS}",),),
    tags=UNREAD_TAGS,
    attrs={
        "type": field_of(_BUDGETS, "BudgetType"),
        "limit": field_of(_BUDGETS, "BudgetLimit", "Amount", absent=None, convert=float),
        "ends_at": field_of(_BUDGETS, "TimePeriod", "End", absent=None),
        "boundaries": field_of(_BUDGETS, convert=lambda budget: limits(budget).boundaries),
        "tags": field_of(_BUDGETS, convert=lambda budget: limits(budget).tags),
        "partial": field_of(_BUDGETS, convert=lambda budget: limits(budget).partial),
        "alerts": Attr(_alerts, (_NOTIFICATIONS,), (_SUBSCRIBERS,)),
    },
)
