"""Budgets with their alerts, and how these reach somebody (AWS Budgets API, version 2016-10-20).

Notifications come for all budgets of an account at once, their subscribers for one at a time. Of the
subscribers only the kind is kept, and the topic: addresses are people's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Output, Read, UnansweredError, required

_PERMISSION = "budgets:ViewBudget"
_BUDGETS = Read("budgets", "DescribeBudgets", _PERMISSION, page=1000)
_NOTIFICATIONS = Read("budgets", "DescribeBudgetNotificationsForAccount", _PERMISSION, page=1000)
_SUBSCRIBERS = Read("budgets", "DescribeSubscribersForNotification", _PERMISSION, page=100)
_KIND = "budgets.budget"
_NAMED = ("NotificationType", "ComparisonOperator", "Threshold", "ThresholdType")
"""What tells one notification of a budget from another; the state changes by itself."""


def _budgets(desk: Desk) -> Mapping[str, list[Data]]:
    mine = {"AccountId": desk.words["account"]}
    # An account without budgets answers without a list.
    listed = (desk.ask(_BUDGETS, mine) or {}).get("Budgets") or []
    found: list[Data] = [{_BUDGETS.operation: item} for item in listed]
    if not found:
        return {_KIND: found}
    try:
        answer = desk.ask(_NOTIFICATIONS, mine) or {}
    except UnansweredError as error:
        desk.miss(_NOTIFICATIONS, _KIND, error)
        return {_KIND: found}
    by_budget = {
        item["BudgetName"]: item.get("Notifications", [])
        for item in answer.get("BudgetNotificationsForAccount") or []
    }
    for data in found:
        name = data[_BUDGETS.operation]["BudgetName"]
        data[_NOTIFICATIONS.operation] = list(_notified(desk, mine, name, by_budget.get(name, [])))
    return {_KIND: found}


def _notified(
    desk: Desk, mine: Mapping[str, str], budget: str, notifications: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Each notification of a budget with its subscribers, or without the key if they were not read."""
    for each in notifications:
        named = {key: each[key] for key in _NAMED if key in each}
        asked = {**mine, "BudgetName": budget, "Notification": named}
        try:
            listed = required(desk.ask(_SUBSCRIBERS, asked), "Subscribers")
        except UnansweredError as error:
            arn = f"arn:{desk.words['partition']}:budgets::{desk.words['account']}:budget/{budget}"
            desk.miss(_SUBSCRIBERS, _KIND, error, arn)
            yield named
            continue
        yield {**named, "Subscribers": [_subscriber(item) for item in listed]}


def _subscriber(item: Mapping[str, str]) -> dict[str, str]:
    kind = item["SubscriptionType"]
    return {"SubscriptionType": kind, **({"Address": item["Address"]} if kind == "SNS" else {})}


CALLS = (
    Call(
        _BUDGETS,
        (
            Output(
                _KIND,
                "",
                "arn:{partition}:budgets::{account}:budget/{BudgetName}",
                volatile=("CalculatedSpend", "LastUpdatedTime", "HealthStatus"),
            ),
        ),
        gather=_budgets,
        reads={_NOTIFICATIONS: _KIND, _SUBSCRIBERS: _KIND},
    ),
)
