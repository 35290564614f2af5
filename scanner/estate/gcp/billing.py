"""Budgets of the billing account that pays for a project, each once for every project.

Shapes: Cloud Billing Budget API v1, ``Budget``. One that names no project counts all that the account pays
for; its boundary is the account then, which is nobody's environment.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.gcp._native import told_by_labels
from scanner.estate.gcp.resources import project_of
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_KEY = "Budgets"
_WRITTEN_TO = frozenset({"roles/billing.admin", "roles/billing.user"})
_SPENT = {"CURRENT_SPEND": "ACTUAL", "FORECASTED_SPEND": "FORECASTED"}


def _boundaries(reading: Reading) -> Value:
    """The projects that it is limited to; which ones are below a folder is not looked up."""
    found = inside(reading.answer(_KEY), "budgetFilter", absent={})
    if isinstance(found, Unknown):
        return found
    if found.value.get("resourceAncestors"):
        return Unknown()
    named = [project_of(reading.world, each) or each for each in found.value.get("projects") or ()]
    account = reading.id.partition("googleapis.com/")[2].partition("/budgets/")[0]
    by_label = bool(found.value.get("labels"))
    return Known(sorted(named) or ([] if by_label else [account]), found.pointer)


def _tags(budget_filter: dict[str, Any]) -> dict[str, list[str]]:
    return {key: sorted(map(str, values)) for key, values in (budget_filter.get("labels") or {}).items()}


def _partial(budget_filter: dict[str, Any]) -> bool:
    return bool(budget_filter.get("services") or budget_filter.get("subaccounts"))


def _limit(amount: dict[str, Any]) -> float | None:
    specified = amount.get("specifiedAmount")
    return None if specified is None else int(specified.get("units", 0)) + specified.get("nanos", 0) / 1e9


def _ends(budget_filter: dict[str, Any]) -> str | None:
    """A budget of a period of its own counts nothing after its last day."""
    last = (budget_filter.get("customPeriod") or {}).get("endDate")
    return f"{last['year']:04}-{last['month']:02}-{last['day']:02}T23:59:59Z" if last else None


def _alerts(reading: Reading) -> Value:
    """One for each threshold; who gets it is said once for all.

    https://cloud.google.com/billing/docs/how-to/budgets-notification-recipients: by default those who
    administer or use the billing account, of whom its allow policy tells. Of a channel of Monitoring, or a
    topic, nothing tells who listens.
    """
    answer = reading.answer(_KEY)
    if isinstance(answer, Unknown):
        return answer
    thresholds = answer.value.get("thresholdRules") or ()
    rule = answer.value.get("notificationsRule") or {}
    people = 0
    roles: list[str] = []
    if thresholds and rule.get("disableDefaultIamRecipients") is not True:
        policy = reading.answer("AccountPolicy")
        if isinstance(policy, Unknown):
            return policy
        people, roles = _recipients(policy.value)
    if rule.get("enableProjectLevelRecipients") is True:
        roles = [*roles, "roles/owner"]
    unseen = [*(rule.get("monitoringNotificationChannels") or ()), rule.get("pubsubTopic")]
    alerts = [
        {
            "on": _SPENT.get(str(each.get("spendBasis")), "ACTUAL"),
            "threshold": float(each.get("thresholdPercent", 0)) * 100,
            "unit": "PERCENTAGE",
            "people": people,
            "topics": sorted(each for each in unseen if each),
            "roles": sorted(roles),
        }
        for each in thresholds
    ]
    return Known(alerts, answer.pointer)


def _recipients(bindings: list[dict[str, Any]]) -> tuple[int, list[str]]:
    """How many people hold a role that is written to, and the roles that groups or others hold."""
    people: set[str] = set()
    roles: set[str] = set()
    for binding in bindings:
        if binding.get("role") in _WRITTEN_TO and not binding.get("condition"):
            for member in binding.get("members") or ():
                if str(member).startswith("user:"):
                    people.add(str(member))
                elif not str(member).startswith(("serviceAccount:", "deleted:")):
                    roles.add(str(binding["role"]))
    return len(people), sorted(roles)


BUDGET = Normaliser(
    native="billing.budget",
    kind="budget",
    listed=(("billing:ProjectBillingInfo",), ("billing:Budgets",)),
    name=lambda reading: str(
        (reading.record.data.get(_KEY) or {}).get("displayName") if reading.record else ""
    ),
    attrs={
        "type": constant("COST"),
        "limit": field_of(_KEY, "amount", absent=None, convert=_limit),
        "boundaries": Attr(_boundaries, (_KEY,), ("resources:Projects", "organizations:Projects")),
        "tags": field_of(_KEY, "budgetFilter", absent={}, convert=_tags),
        "partial": field_of(_KEY, "budgetFilter", absent=False, convert=_partial),
        "ends_at": field_of(_KEY, "budgetFilter", absent=None, convert=_ends),
        "alerts": Attr(_alerts, (_KEY, "AccountPolicy")),
    },
)
INFO = told_by_labels("billing.projectinfo", "ProjectBillingInfo")
