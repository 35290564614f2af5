"""AWS Budgets: notifications of a whole account, and their subscribers, which moto stores and does not tell.

Shapes: AWS Budgets API Reference, DescribeBudgetNotificationsForAccount, DescribeSubscribersForNotification.
"""

from __future__ import annotations

import json
from typing import Any

from tests.faults.wire import Request


def _budgets(account: str) -> dict[str, Any]:
    from moto.budgets.models import budgets_backends  # noqa: PLC0415 - slow to import

    return dict(budgets_backends[account]["aws"].budgets[account])


def _asked(request: Request) -> dict[str, Any]:
    asked = dict(json.loads(request.body))
    if asked["AccountId"] != request.account:
        raise ValueError(asked["AccountId"])
    return asked


def _notifications(request: Request) -> bytes:
    _asked(request)
    told = [
        {"BudgetName": name, "Notifications": list(budget.get_notifications())}
        for name, budget in _budgets(request.account).items()
    ]
    return json.dumps({"BudgetNotificationsForAccount": told}).encode()


def _subscribers(request: Request) -> bytes:
    asked = _asked(request)
    budget = _budgets(request.account)[asked["BudgetName"]]
    (found,) = [each for each in budget.notifications if each.details == asked["Notification"]]
    return json.dumps({"Subscribers": found.subscribers}).encode()


ANSWERS = {
    "budgets:DescribeBudgetNotificationsForAccount": _notifications,
    "budgets:DescribeSubscribersForNotification": _subscribers,
}
