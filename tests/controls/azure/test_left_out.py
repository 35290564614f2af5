"""Subscriptions that a file may mean, and does not read."""

from __future__ import annotations

from tests.controls.azure.conftest import Lab
from tests.faults.azure.makers import storage


def _selected_anywhere(lab: Lab) -> str:
    """Production is a group of whichever subscription; it lies in one that is not named otherwise."""
    account = storage(lab.cloud, lab.cloud.group(lab.prod_subscription, "rg-prod"), "models")
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"subscriptions": [lab.dev_subscription]}}},
        "prod": {"tier": "production", "match": {"azure": {"resource_groups": ["rg-prod"]}}},
    }
    return account


def test_a_group_of_any_subscription_may_be_in_one_that_is_not_read(lab: Lab) -> None:
    _selected_anywhere(lab)
    lab.file = {"sources": {"azure": {"endpoint": lab.server.url, "subscriptions": [lab.dev_subscription]}}}
    assert set(lab.judge("DAT-006").values()) == {"unknown"}


def test_it_is_found_where_all_are_read(lab: Lab) -> None:
    account = _selected_anywhere(lab)
    assert lab.judge("DAT-006")["versioning", account] == "pass"


def test_what_a_management_group_holds_is_read_beside_what_is_named(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    azure = {"subscriptions": [lab.dev_subscription], "management_group": "mg-platform"}
    lab.file = {"sources": {"azure": {"endpoint": lab.server.url, **azure}}}
    assert lab.judge("DAT-006")["versioning", account] == "pass"
