"""Budgets, costs told apart, quotas watched, keys that serve several environments."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.watched import DEV, PROD, SHARED, boundary, estate, gap, marks, missing, thing, told
from scanner.model.estate import Resource

TOPIC = f"arn:aws:sns:eu-west-1:{PROD}:ops"
ALONE = (boundary(PROD, organization=None), boundary(DEV, organization=None))


def budget(account: str = PROD, name: str = "b", **attrs: Any) -> Resource:
    alert = {"on": "ACTUAL", "threshold": 80.0, "unit": "PERCENTAGE", "people": 1, "topics": []}
    full = {
        "type": "COST",
        "boundaries": [],
        "tags": {},
        "partial": False,
        "ends_at": None,
        "alerts": [alert],
    }
    return thing("budget", f"arn:aws:budgets::{account}:budget/{name}", account, **{**full, **attrs})


class TestBudgets:
    @pytest.mark.parametrize(
        ("made", "answer"),
        [
            ((), False),
            ((budget(),), True),
            ((budget(type="USAGE"),), False),
            ((budget(partial=True),), False),
            ((budget(ends_at="2026-11-24T04:00:00Z"),), False),
            ((budget(ends_at="2087-06-15T00:00:00+00:00"),), True),
            ((budget(unknown={"ends_at": (gap("budgets:DescribeBudgets"),)}),), "unknown"),
            ((budget(DEV),), False),
            ((budget(DEV, boundaries=[PROD]),), True),
            ((budget(DEV, boundaries=[DEV, PROD]),), False),
            ((budget(tags={"environment": ["prod"]}),), True),
            ((budget(tags={"environment": ["dev"]}),), False),
            ((budget(unknown={"partial": (gap("budgets:DescribeBudgets"),)}),), "unknown"),
        ],
    )
    def test_what_is_an_environments_budget(self, made: tuple[Resource, ...], answer: Any) -> None:
        assert told("budgets", estate(*ALONE, *made), PROD, "budgeted") == answer

    @pytest.mark.parametrize(
        ("people", "topics", "more", "answer"),
        [
            (1, [], (), True),
            (0, [], (), False),
            (0, [TOPIC], (thing("topic", TOPIC, listeners=["email"]),), True),
            (0, [TOPIC], (thing("topic", TOPIC, listeners=[]),), False),
            (0, [TOPIC], (), False),
            (0, [TOPIC.replace(PROD, "999999999999")], (), "unknown"),
        ],
    )
    def test_an_alert_reaches_somebody(
        self, people: int, topics: list[str], more: tuple[Resource, ...], answer: Any
    ) -> None:
        made = budget(alerts=[{"people": people, "topics": topics}])
        assert told("budgets", estate(*ALONE, made, *more), PROD, "budget_alerts") == answer

    def test_budgets_that_were_not_read(self) -> None:
        hidden = missing("budget", gap("budgets:DescribeBudgets", PROD, "global"))
        assert told("budgets", estate(*ALONE, unlisted=[hidden]), PROD, "budgeted") == "unknown"

    def test_the_payer_may_have_one(self) -> None:
        assert told("budgets", estate(), PROD, "budgeted") == "unknown", "nobody knows who pays"
        payer = boundary(SHARED, management=True)
        assert told("budgets", estate(payer), PROD, "budgeted") == "unknown", "it was not read"
        read = thing("identity", "arn:aws:iam::555555555555:role/x", SHARED)
        assert told("budgets", estate(payer, read), PROD, "budgeted") is False


class TestCosts:
    def both(self, *things: Resource, **more: Any) -> Any:
        shared = boundary(SHARED, contains=["dev", "prod"])
        return told(
            "cost_scopes", estate(shared, *things, by_tags=["dev", "prod"], **more), SHARED, "costs_apart"
        )

    def test_an_account_has_a_bill_of_its_own(self) -> None:
        assert told("cost_scopes", estate(), PROD, "costs_apart") is True

    def test_a_shared_one_needs_the_tag_everywhere(self) -> None:
        active = thing("cost_tag", "t", key="environment", active=True)
        tagged = thing("store", "a", SHARED, carries={"environment": "dev"})
        assert self.both(active, tagged) is True
        assert self.both(active, tagged, thing("store", "b", SHARED, carries={})) is False
        assert self.both(active, tagged, thing("store", "b", SHARED)) == "unknown"
        assert self.both(thing("cost_tag", "t", key="environment", active=False), tagged) is False
        hidden = missing("store", gap("s3:ListBuckets", SHARED, "global"))
        assert self.both(active, tagged, unlisted=[hidden]) == "unknown"
        unpaid = missing("cost_tag", gap("ce:ListCostAllocationTags", SHARED, "global"))
        assert self.both(tagged, unlisted=[unpaid]) == "unknown"


CLASS = {"Class": "P/OnDemand", "Resource": "vCPU", "Service": "EC2", "Type": "Resource"}


STANDARD = {**CLASS, "Class": "Standard/OnDemand"}


def alarm(name: str = "a", **attrs: Any) -> Resource:
    metric = {"namespace": "AWS/Usage", "name": "ResourceCount", "dimensions": CLASS}
    full = {
        "enabled": True,
        "metrics": [metric],
        "threshold": 40.0,
        "of_quota": False,
        "actions": [TOPIC],
        "members": [],
    }
    return thing("alarm", f"arn:aws:cloudwatch:eu-west-1:{PROD}:alarm/{name}", **{**full, **attrs})


class TestQuotas:
    machine = thing(
        "instance",
        "arn:aws:ec2:eu-west-1:222222222222:instance/i-1",
        type="p4d.24xlarge",
        lifecycle="on_demand",
        state="running",
    )
    quota = thing("quota", "arn:q", value=64.0, metric={"dimensions": CLASS})
    heard = thing("topic", TOPIC, listeners=["email"])

    @pytest.mark.parametrize(
        ("changes", "answer"),
        [
            ({}, True),
            ({"enabled": False}, False),
            ({"actions": []}, False),
            ({"actions": ["arn:aws:lambda:eu-west-1:1:function:x"]}, True),
            ({"threshold": 64.0}, False),
            ({"threshold": 80.0, "of_quota": True}, True),
            ({"threshold": 100.0, "of_quota": True}, False),
            ({"metrics": []}, False),
        ],
    )
    def test_a_working_alarm(self, changes: dict[str, Any], answer: Any) -> None:
        found = estate(self.machine, self.quota, self.heard, alarm(**changes))
        assert told("quota_alarms", found, PROD, "quota_use_watched") is answer

    def test_a_composite_alarm_may_tell(self) -> None:
        parent = alarm("any", metrics=[], members=["a"])
        found = estate(self.machine, self.quota, self.heard, alarm(actions=[]), parent)
        assert told("quota_alarms", found, PROD, "quota_use_watched") is True

    @pytest.mark.parametrize("attr", ["type", "lifecycle"])
    def test_a_machine_of_which_it_is_not_known_what_it_counts_to(self, attr: str) -> None:
        attrs = {name: value for name, value in self.machine.attrs.items() if name != attr}
        hole = gap("ec2:DescribeInstances")
        for unread in ({attr: (hole,)}, {}):
            other = replace(self.machine, id=f"{self.machine.id}2", attrs=attrs, unknown=unread)
            watching = alarm("all", metrics=[{**alarm().attrs["metrics"][0], "dimensions": STANDARD}])
            found = estate(self.machine, other, self.quota, self.heard, alarm(), watching)
            assert told("quota_alarms", found, PROD, "quota_use_watched") == "unknown"

    def test_where_nothing_runs_there_is_nothing_to_watch(self) -> None:
        assert told("quota_alarms", estate(), PROD, "quota_use_watched") is True
        hidden = missing("instance", gap("ec2:DescribeInstances"))
        assert told("quota_alarms", estate(unlisted=[hidden]), PROD, "quota_use_watched") == "unknown"

    def test_what_was_not_read(self) -> None:
        hidden = missing("alarm", gap("cloudwatch:DescribeAlarms"))
        found = estate(self.machine, self.quota, unlisted=[hidden])
        assert told("quota_alarms", found, PROD, "quota_use_watched") == "unknown"
        unmeasured = estate(self.machine, self.heard, alarm())
        assert told("quota_alarms", unmeasured, PROD, "quota_use_watched") == "unknown", "no quota was read"


KEY = f"arn:aws:kms:eu-west-1:{PROD}:key/k"


def key(principal: Any = None, **attrs: Any) -> Resource:
    named = {"AWS": f"arn:aws:iam::{PROD}:root"} if principal is None else principal
    policy = {"Statement": [{"Effect": "Allow", "Principal": named, "Action": "kms:*", "Resource": "*"}]}
    return thing("key", KEY, **{"policy": policy, "grants": [], **attrs})


class TestSharedKeys:
    def serves(self, *things: Resource, **more: Any) -> Any:
        return told("shared_keys", estate(*things, **more), KEY, "used_by_environments")

    def test_it_serves_its_own_and_who_uses_it(self) -> None:
        assert self.serves(key()) == ["prod"]
        assert self.serves(key(), thing("store", "s", DEV, key=KEY)) == ["dev", "prod"]
        assert self.serves(key(), thing("store", "s", PROD, key=KEY)) == ["prod"]
        found = marks("shared_keys", estate(key(), thing("store", "s", DEV, key=KEY)))
        assert [step.target_id for step in found[KEY, "used_by_environments"].steps] == ["s"]

    @pytest.mark.parametrize(
        ("principal", "answer"),
        [
            (None, ["prod"]),
            ({"AWS": f"arn:aws:iam::{DEV}:root"}, "unknown"),
            ("*", "unknown"),
        ],
    )
    def test_what_was_not_read_may_use_it_if_it_is_admitted(self, principal: Any, answer: Any) -> None:
        hidden = missing("store", gap("s3:ListBuckets", DEV, "global"))
        assert self.serves(key(principal), unlisted=[hidden]) == answer
        unread = thing("store", "s", DEV, unknown={"key": (gap("s3:GetBucketEncryption", DEV, "global"),)})
        assert self.serves(key(principal), unread) == answer

    def test_a_policy_that_was_not_read_may_admit_anybody(self) -> None:
        hidden = missing("store", gap("s3:ListBuckets", DEV, "global"))
        unread = key(unknown={"policy": (gap("kms:GetKeyPolicy"),)})
        assert self.serves(unread, unlisted=[hidden]) == "unknown"

    def test_hidden_things_at_home_add_nothing(self) -> None:
        assert self.serves(key("*"), unlisted=[missing("store", gap("s3:ListBuckets"))]) == ["prod"]
