"""Budgets, wherever one may stand: in a subscription, in a group of it, in a management group above.

https://learn.microsoft.com/rest/api/consumption/budgets/list. Resource Graph has none. Those of a billing
account are not asked for. Of those that an alert writes to it is kept how many they are, never their
addresses.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get
from scanner.collect.calls import Call, Follow, Output

_PROVIDER = "/providers/Microsoft.Consumption/budgets"
LEVELS = 6
"""Management groups that may stand above a subscription, the root aside."""


def _read(operation: str, scope: str, *, shared: bool = False) -> Get:
    return Get(
        "consumption",
        operation,
        "Microsoft.Consumption/budgets/read",
        path=f"{scope}{_PROVIDER}",
        version="2023-05-01",
        listed=True,
        shared=shared,
    )


_VOLATILE = ("properties.currentSpend", "properties.forecastSpend", "eTag")
_ADDRESSES = ("properties.notifications.*.contactEmails",)


def _budgets(kind: str) -> Output:
    return Output(kind, "value[]", "{id}", volatile=_VOLATILE, conceal=_ADDRESSES)


OF_A_GROUP = Call(
    _read("GroupBudgets", "/subscriptions/{subscription}/resourceGroups/{group}"),
    (_budgets("consumption.groupbudget"),),
    params={"group": "{name}"},
)
"""For each resource group."""
ABOVE = tuple(
    Follow(
        _read(
            "ManagementGroupBudgets", "/providers/Microsoft.Management/managementGroups/{group}", shared=True
        ),
        {"group": f"{{managementGroup{level}}}"},
        "value",
        key=f"BudgetsAbove{level}",
        # The root has the id of the tenant, and holds every environment.
        when=f"managementGroup{level} != '' && managementGroup{level} != tenantId",
        volatile=_VOLATILE,
        conceal=_ADDRESSES,
    )
    for level in range(LEVELS)
)
"""For each management group that a subscription stands in."""

CALLS = (Call(_read("Budgets", "/subscriptions/{subscription}"), (_budgets("consumption.budget"),)),)
