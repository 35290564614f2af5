"""Whether calls, and the use of keys, are recorded and kept."""

from __future__ import annotations

from typing import Any

import pytest

from facts.watched import DEV, LOGS, PROD, SHARED, boundary, estate, gap, marks, missing, thing, told
from scanner.model.estate import Resource, Unlisted
from scanner.model.logic import Tri
from scanner.model.snapshot import Reason

STORE, GROUP = "arn:aws:s3:::trail", "arn:aws:logs:eu-west-1:222222222222:log-group:trail"
UNREAD = gap("cloudtrail:DescribeTrails")


def trail(account: str = PROD, **attrs: Any) -> Resource:
    full = {
        "logging": True,
        "delivers": True,
        "multi_region": True,
        "organization": False,
        "covers": [account],
        "management_events": "all",
        "excluded": [],
        "excluded_changes": [],
        "prefix": "",
        "store": STORE,
        "log_group": None,
    }
    return thing("trail", f"arn:aws:cloudtrail:eu-west-1:{account}:trail/main", account, **{**full, **attrs})


def store(*rules: dict[str, Any], account: str = LOGS, **more: Any) -> Resource:
    return thing("store", STORE, account, region="global", expirations=list(rules), **more)


def deletes(days: int, prefix: str = "", *, tagged: bool = False) -> dict[str, Any]:
    return {"days": days, "prefix": prefix, "tagged": tagged}


def judged(*resources: Resource, attr: str, of: str = PROD, **more: Any) -> Any:
    return told("audit_trails", estate(*resources, **more), of, attr)


@pytest.mark.parametrize(
    ("attrs", "calls", "uses"),
    [
        ({}, True, True),
        ({"logging": False}, False, False),
        ({"delivers": False}, False, False),
        ({"multi_region": False}, False, False),
        ({"management_events": "write"}, True, False),
        ({"management_events": "read"}, False, False),
        ({"excluded": ["kms.amazonaws.com"]}, True, False),
        ({"excluded": ["kms.amazonaws.com"], "excluded_changes": ["kms.amazonaws.com"]}, False, False),
        ({"excluded": ["rdsdata.amazonaws.com"]}, True, True),
        ({"excluded_changes": ["rdsdata.amazonaws.com"]}, True, True),
        ({"unknown": {"excluded_changes": (UNREAD,)}}, "unknown", True),
        ({"covers": [DEV]}, False, False),
        ({"unknown": {"logging": (UNREAD,)}}, "unknown", "unknown"),
        ({"unknown": {"logging": (UNREAD,)}, "multi_region": False}, False, False),
    ],
)
def test_what_a_trail_records(attrs: dict[str, Any], calls: Any, uses: Any) -> None:
    assert judged(trail(**attrs), attr="calls_recorded") == calls
    assert judged(trail(**attrs), attr="key_use_recorded") == uses


def test_no_trail_records_nothing_and_says_so() -> None:
    found = marks("audit_trails", estate())[PROD, "key_use_recorded"]
    assert found.value is False
    assert [step.by for step in found.steps] == ["no trail that records it was found"]


def test_a_trail_that_falls_short_says_where() -> None:
    short = trail(management_events="write", excluded=["kms.amazonaws.com"])
    found = marks("audit_trails", estate(short))[PROD, "key_use_recorded"]
    assert [step.by for step in found.steps] == [
        "trail main: it does not record all management events",
        "trail main: it leaves out the use of keys",
    ]
    assert {step.state for step in found.steps} == {Tri.YES}


def test_one_good_trail_is_enough() -> None:
    bad = thing(
        "trail",
        f"arn:aws:cloudtrail:eu-west-1:{PROD}:trail/bad",
        logging=False,
        covers=[PROD],
        organization=False,
    )
    assert judged(trail(), bad, attr="key_use_recorded") is True


def test_a_trail_of_the_organization_covers_its_accounts() -> None:
    org = trail(LOGS, organization=True)
    accounts = (boundary(LOGS), boundary(PROD))
    assert judged(org, *accounts, attr="calls_recorded") is True
    other = (boundary(LOGS, organization="o-2"), boundary(PROD))
    assert judged(org, *other, attr="calls_recorded") is False


@pytest.mark.parametrize(
    ("hidden", "answer"),
    [
        (missing("trail", UNREAD), "unknown"),
        (missing("trail", gap("ec2:DescribeVpcs", region="ap-south-2", reason=Reason.NOT_ENABLED)), False),
        (missing("trail", gap("cloudtrail:DescribeTrails", DEV)), False),
    ],
    ids=["denied", "a region that is closed", "elsewhere"],
)
def test_trails_that_were_not_read_are_no_trails(hidden: Unlisted, answer: Any) -> None:
    assert judged(attr="key_use_recorded", unlisted=[hidden]) == answer
    assert judged(trail(), attr="key_use_recorded", unlisted=[hidden]) is True


class TestKept:
    @pytest.mark.parametrize(
        ("rules", "answer"),
        [
            ([], True),
            ([deletes(400)], True),
            ([deletes(365)], True),
            ([deletes(364)], False),
            ([deletes(30, "other/")], True),
            ([deletes(30, "AWSLogs/")], False),
            ([deletes(30, "AWSLogs/222222222222/")], False),
            ([deletes(30, tagged=True)], True),
            ([deletes(0)], False),
        ],
    )
    def test_in_a_bucket(self, rules: list[dict[str, Any]], answer: bool) -> None:
        assert judged(trail(), store(*rules), attr="key_use_kept") is answer

    def test_for_as_long_as_is_declared(self) -> None:
        settings = {"prod": {"keys": {"log_retention_days": 90}}}
        assert judged(trail(), store(deletes(100)), attr="key_use_kept", settings=settings) is True

    def test_below_a_prefix(self) -> None:
        within = trail(prefix="audit")
        assert judged(within, store(deletes(30, "AWSLogs/")), attr="key_use_kept") is True
        assert judged(within, store(deletes(30, "audit/")), attr="key_use_kept") is False

    def test_in_a_log_group_instead(self) -> None:
        log = thing("log", GROUP, retention_days=None)
        short = thing("log", GROUP, retention_days=30)
        both = trail(log_group=GROUP)
        assert judged(both, store(deletes(30)), log, attr="key_use_kept") is True
        assert judged(both, store(deletes(30)), short, attr="key_use_kept") is False

    def test_where_nobody_looked(self) -> None:
        assert judged(trail(), attr="key_use_kept") == "unknown", "the bucket is in no account that was read"
        unread = gap("s3:GetBucketLifecycleConfiguration", LOGS, "global")
        hidden = store(unknown={"expirations": (unread,)})
        assert judged(trail(), hidden, attr="key_use_kept") == "unknown"
        found = marks("audit_trails", estate(trail(), hidden))[PROD, "key_use_kept"]
        assert found.gaps == (unread,)

    def test_what_is_not_recorded_is_not_kept(self) -> None:
        assert judged(trail(logging=False), store(), attr="key_use_kept") is False


class TestKeysHeld:
    def test_any_active_one(self) -> None:
        user = f"arn:aws:iam::{PROD}:user/x/access_key_1"
        assert judged(attr="keys_held") is False
        assert judged(thing("credential", user, active=False), attr="keys_held") is False
        assert judged(thing("credential", user, active=True), attr="keys_held") is True
        assert judged(thing("key", "arn:aws:kms:r:1:key/k", DEV, active=True), attr="keys_held") is False

    def test_what_was_not_listed_may_hold_some(self) -> None:
        hidden = missing("secret", gap("secretsmanager:ListSecrets"))
        assert judged(attr="keys_held", unlisted=[hidden]) == "unknown"


class TestContents:
    def test_a_declared_account_holds_what_it_was_declared_for(self) -> None:
        assert told("boundary_contents", estate(), PROD, "environments") == ["prod"]
        assert told("boundary_contents", estate(), PROD, "holds_production") is True
        assert told("boundary_contents", estate(), DEV, "holds_production") is False

    def test_one_that_tags_divide(self) -> None:
        both = estate(boundary(SHARED, contains=["dev", "prod"]), by_tags=["dev", "prod"])
        assert told("boundary_contents", both, SHARED, "shared") is True
        assert told("boundary_contents", both, SHARED, "holds_production") is True

    def test_tags_that_were_not_read(self) -> None:
        unread = {"contains_complete": (gap("resourcegroupstaggingapi:GetResources"),)}
        found = estate(boundary(SHARED, contains=["dev"], unknown=unread), by_tags=["dev", "prod"])
        assert told("boundary_contents", found, SHARED, "holds_environments") is True
        for attr in ("holds_production", "shared", "environments"):
            assert told("boundary_contents", found, SHARED, attr) == "unknown", attr
