"""Trails, logs, alarms, budgets, quotas: what is recorded, told and limited."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import DEV, PROD, REGION, estate, gap, only, without
from estate.native_keys import (
    OPEN,
    alarm,
    budget,
    composite,
    cost_tag,
    destination,
    log_group,
    log_policy,
    quota,
    recorder,
    topic,
    trail,
)
from scanner.model.estate import Resource
from scanner.model.snapshot import Record

GROUP = f"arn:aws:logs:{REGION}:{PROD}:log-group:/ml/train"


def read(*records: Record, kind: str, **told: Any) -> Resource:
    return only(estate(*records, **told), kind)


def basic(kinds: str = "All", include: bool = True, *excluded: str) -> dict[str, Any]:
    return {
        "ReadWriteType": kinds,
        "IncludeManagementEvents": include,
        "ExcludeManagementEventSources": list(excluded),
    }


def advanced(category: str = "Management", **fields: dict[str, list[str]]) -> dict[str, Any]:
    tests = [{"Field": "eventCategory", "Equals": [category]}]
    return {
        "FieldSelectors": [
            *tests,
            *({"Field": name.replace("_", "."), **test} for name, test in fields.items()),
        ]
    }


class TestTrails:
    @pytest.mark.parametrize(
        ("selectors", "events", "excluded"),
        [
            ([basic()], "all", []),
            ([basic("WriteOnly")], "write", []),
            ([basic("WriteOnly"), basic("ReadOnly")], "all", []),
            ([basic(include=False)], "none", []),
            ([basic("All", True, "kms.amazonaws.com")], "all", ["kms.amazonaws.com"]),
            (
                [basic("All", True, "kms.amazonaws.com"), basic("ReadOnly")],
                "all",
                ["kms.amazonaws.com"],  # its writes
            ),
            ([advanced()], "all", []),
            ([advanced(readOnly={"Equals": ["false"]})], "write", []),
            ([advanced(eventSource={"NotEquals": ["kms.amazonaws.com"]})], "all", ["kms.amazonaws.com"]),
            ([advanced(eventSource={"Equals": ["s3.amazonaws.com"]})], "none", []),
            ([advanced(eventName={"Equals": ["Decrypt"]})], "none", []),
            ([advanced("Data")], "none", []),
            ([], "none", []),
        ],
    )
    def test_management_events(
        self, selectors: list[dict[str, Any]], events: str, excluded: list[str]
    ) -> None:
        sorts = {"EventSelectors": [], "AdvancedEventSelectors": []}
        which = (
            "AdvancedEventSelectors"
            if any("FieldSelectors" in each for each in selectors)
            else "EventSelectors"
        )
        found = read(trail(GetEventSelectors={**sorts, which: selectors}), kind="trail")
        assert (found.attrs["management_events"], found.attrs["excluded"]) == (events, excluded)

    @pytest.mark.parametrize(
        ("selector", "events"),
        [
            (
                {
                    **basic(),
                    "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::models/"]}],
                },
                ["AWS::S3::Object arn:aws:s3:::models/"],
            ),
            (advanced("Data", resources_type={"Equals": ["AWS::S3::Object"]}), ["AWS::S3::Object *"]),
            (
                advanced(
                    "Data",
                    resources_type={"Equals": ["AWS::S3::Object"]},
                    resources_ARN={"StartsWith": ["arn:aws:s3:::models/"]},
                ),
                ["AWS::S3::Object arn:aws:s3:::models/"],
            ),
            (
                advanced(
                    "Data", resources_type={"Equals": ["AWS::S3::Object"]}, readOnly={"Equals": ["false"]}
                ),
                ["AWS::S3::Object narrowed"],
            ),
        ],
    )
    def test_data_events(self, selector: dict[str, Any], events: list[str]) -> None:
        which = "AdvancedEventSelectors" if "FieldSelectors" in selector else "EventSelectors"
        sorts = {"EventSelectors": [], "AdvancedEventSelectors": [], which: [selector]}
        assert read(trail(GetEventSelectors=sorts), kind="trail").attrs["data_events"] == events

    def test_it_covers_the_accounts_that_list_it(self) -> None:
        seen = trail(seen_in=DEV, DescribeTrails={"IsOrganizationTrail": True})
        found = read(trail(), seen, kind="trail")
        assert found.attrs["covers"] == [DEV, PROD]
        assert found.environment == "prod", "the account that owns it"

    def test_what_one_account_may_not_ask_another_may(self) -> None:
        denied = gap("cloudtrail:GetTrailStatus", "cloudtrail.trail", region=REGION)
        found = read(without(trail(), "GetTrailStatus"), trail(seen_in=DEV), kind="trail", gaps=[denied])
        assert found.attrs["logging"] is True
        hidden = read(without(trail(), "GetTrailStatus"), kind="trail", gaps=[denied])
        assert hidden.unknown["logging"] == hidden.unknown["delivers"] == (denied,)

    def test_a_delivery_that_fails(self) -> None:
        failing = trail(GetTrailStatus={"IsLogging": True, "LatestDeliveryError": "NoSuchBucket"})
        assert read(failing, kind="trail").attrs["delivers"] is False

    def test_where_it_is_kept(self) -> None:
        found = read(trail(), kind="trail")
        assert found.attrs["store"] == "arn:aws:s3:::trail"
        assert found.attrs["log_group"] == f"arn:aws:logs:{REGION}:{PROD}:log-group:trail"


class TestLogs:
    @pytest.mark.parametrize(
        ("resource", "named"),
        [
            ("*", True),
            (GROUP, True),
            (f"{GROUP}:*", True),
            (f"{GROUP}:log-stream:*", True),
            (f"arn:aws:logs:{REGION}:{PROD}:log-group:/ml/*", True),
            (f"arn:aws:logs:{REGION}:{PROD}:log-group:/web/*", False),
            (f"{GROUP}-2", False),
        ],
    )
    def test_a_resource_policy_is_of_the_groups_that_it_names(self, resource: str, named: bool) -> None:
        policy = only(estate(log_group(), log_policy(resource)), "log").attrs["policy"]
        assert (policy is not None) is named
        if named:
            assert policy["Statement"][0]["Action"] == "logs:GetLogEvents"

    def test_policies_that_were_not_read(self) -> None:
        denied = gap("logs:DescribeResourcePolicies", "logs.resource_policy", region=REGION)
        assert read(log_group(), kind="log", gaps=[denied]).unknown["policy"] == (denied,)
        other = frozenset({(PROD, "logs.log_group")})
        assert "policy" in read(log_group(), kind="log", listed=other).unknown

    def test_how_long(self) -> None:
        assert read(log_group(), kind="log").attrs["retention_days"] == 90
        assert read(log_group(retentionInDays=...), kind="log").attrs["retention_days"] is None

    def test_a_destination_admits_by_its_policy(self) -> None:
        found = read(destination(), kind="log")
        assert (found.attrs["type"], found.attrs["policy"]) == ("log_destination", OPEN)
        assert found.attrs["subscriptions"] == ["arn:aws:kinesis:x"]


class TestAlarms:
    def test_a_metric(self) -> None:
        found = read(alarm(), kind="alarm")
        (metric,) = found.attrs["metrics"]
        assert metric["dimensions"]["Class"] == "Standard/OnDemand"
        assert (found.attrs["threshold"], found.attrs["of_quota"]) == (48.0, False)

    def test_metric_math_over_a_quota(self) -> None:
        stat = {"Metric": {"Namespace": "AWS/Usage", "MetricName": "ResourceCount", "Dimensions": []}}
        queries = [
            {"Id": "m1", "MetricStat": stat, "ReturnData": False},
            {"Id": "e1", "Expression": "m1/SERVICE_QUOTA(m1)*100", "ReturnData": True},
        ]
        found = read(alarm(Metrics=queries, MetricName=..., Namespace=..., Threshold=80.0), kind="alarm")
        assert found.attrs["of_quota"] is True
        assert found.attrs["metrics"] == [
            {"namespace": "AWS/Usage", "name": "ResourceCount", "dimensions": {}}
        ]

    @pytest.mark.parametrize(
        "rule",
        ['ALARM("vcpus")', "ALARM(vcpus) OR OK(x)", f'ALARM("arn:aws:cloudwatch:r:{PROD}:alarm:vcpus")'],
    )
    def test_a_composite_one_is_made_of_others(self, rule: str) -> None:
        assert "vcpus" in read(composite(rule), kind="alarm").attrs["members"]

    def test_listeners_are_those_that_confirmed(self) -> None:
        found = read(topic(("email", True), ("https", False)), kind="topic")
        assert found.attrs["listeners"] == ["email"]


class TestBudgets:
    @pytest.mark.parametrize(
        ("fields", "boundaries", "tags", "partial"),
        [
            ({}, [], {}, False),
            ({"CostFilters": {"LinkedAccount": [DEV, PROD]}}, [DEV, PROD], {}, False),
            ({"CostFilters": {"TagKeyValue": ["user:env$prod"]}}, [], {"env": ["prod"]}, False),
            ({"CostFilters": {"Service": ["Amazon S3"]}}, [], {}, True),
            (
                {"FilterExpression": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [PROD]}}},
                [PROD],
                {},
                False,
            ),
            (
                {"FilterExpression": {"Tags": {"Key": "env", "Values": ["prod"]}}},
                [],
                {"env": ["prod"]},
                False,
            ),
            (
                {
                    "FilterExpression": {
                        "And": [
                            {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [PROD]}},
                            {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon S3"]}},
                        ]
                    }
                },
                [PROD],
                {},
                True,
            ),
            (
                {"FilterExpression": {"Not": {"Dimensions": {"Key": "LINKED_ACCOUNT", "Values": [PROD]}}}},
                [],
                {},
                True,
            ),
            (
                {
                    "FilterExpression": {
                        "Tags": {"Key": "env", "Values": ["pr"], "MatchOptions": ["STARTS_WITH"]}
                    }
                },
                [],
                {},
                True,
            ),
        ],
    )
    def test_what_it_is_limited_to(
        self, fields: dict[str, Any], boundaries: list[str], tags: dict[str, Any], partial: bool
    ) -> None:
        found = read(budget(**fields), kind="budget").attrs
        assert (found["boundaries"], found["tags"], found["partial"]) == (boundaries, tags, partial)

    def test_alerts_and_whom_they_reach(self) -> None:
        arn = f"arn:aws:sns:{REGION}:{PROD}:ops"
        subscribers = [{"SubscriptionType": "EMAIL"}, {"SubscriptionType": "SNS", "Address": arn}]
        (alert,) = read(
            budget(notifications=[{"Threshold": 80.0, "Subscribers": subscribers}]), kind="budget"
        ).attrs["alerts"]
        assert (alert["people"], alert["topics"]) == (1, [arn])
        assert read(budget(notifications=[]), kind="budget").attrs["alerts"] == []

    def test_subscribers_that_were_not_read(self) -> None:
        identity = f"arn:aws:budgets::{PROD}:budget/monthly"
        denied = gap("budgets:DescribeSubscribersForNotification", "budgets.budget", identity)
        found = read(budget(notifications=[{"Threshold": 80.0}]), kind="budget", gaps=[denied])
        assert found.unknown["alerts"] == (denied,)


def test_quotas_tags_and_recorders() -> None:
    assert read(quota(), kind="quota").attrs["metric"]["dimensions"]["Class"] == "Standard/OnDemand"
    assert read(cost_tag(status="Inactive"), kind="cost_tag").attrs["active"] is False
    assert read(recorder(allSupported=False), kind="recorder").attrs["all_supported"] is False
    assert (
        "recording"
        in read(without(recorder(), "DescribeConfigurationRecorderStatus"), kind="recorder").unknown
    )
