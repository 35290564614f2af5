"""KEY-001, CST-001, CST-002, QTA-001 and QTA-002 over the wire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.aws.conftest import REGION, Lab, policy
from tests.controls.aws.organized import Cloud
from tests.faults.estate import ROLE

TAGGED: dict[str, dict[str, Any]] = {
    "dev": {"tier": "nonproduction", "match": {"aws": {"tags": {"environment": ["dev"]}}}},
    "prod": {"tier": "production", "match": {"aws": {"tags": {"environment": ["prod"]}}}},
}
"""Environments that are told apart by tags alone."""
USAGE = {"Class": "Standard/OnDemand", "Resource": "vCPU", "Service": "EC2", "Type": "Resource"}


def budget(lab: Lab, *subscribers: dict[str, str]) -> None:
    """A budget of production, with an alert that goes to some."""
    notification = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
    lab.client("budgets", lab.prod).create_budget(
        AccountId=lab.prod,
        Budget={
            "BudgetName": f"b{len(subscribers)}",
            "BudgetLimit": {"Amount": "1000", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
        NotificationsWithSubscribers=[{"Notification": notification, "Subscribers": list(subscribers)}],
    )


def test_cst_001_a_budget_whose_alert_reaches_somebody(lab: Lab) -> None:
    budget(lab, {"SubscriptionType": "EMAIL", "Address": "ml@example.com"})
    found = lab.judge("CST-001")
    assert (found["budget", lab.prod], found["alert", lab.prod]) == ("pass", "pass")
    # Nobody read who pays for development: there may be a budget of it.
    assert found["budget", lab.dev] == "unknown"
    lab.server.deny("budgets:DescribeSubscribersForNotification")
    assert lab.judge("CST-001")["alert", lab.prod] == "unknown"
    lab.server.deny("budgets:DescribeBudgets")
    assert lab.judge("CST-001")["budget", lab.prod] == "unknown"


def test_cst_001_outside_an_organization_nobody_else_pays(lab: Lab) -> None:
    lab.server.answer("organizations:DescribeOrganization", 400, _NO_ORGANIZATION)
    lab.file = {"sources": {"aws": {**_source(), "organization": True}}}
    assert lab.judge("CST-001")["budget", lab.prod] == "fail"


_NO_ORGANIZATION = b'{"__type": "AWSOrganizationsNotInUseException", "Message": "none"}'


def _source() -> dict[str, Any]:
    return {"role": "arn:aws:iam::{account}:role/EnvsplitAudit", "regions": [REGION]}


def _buckets(s3: Any, account: str) -> None:
    """A bucket of each environment in one account."""
    for name in ("dev", "prod"):
        bucket = f"{name}-{account}"
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "environment", "Value": name}]})


def _share(lab: Lab, **quotas: Any) -> None:
    """Both environments in production's account, told apart by tags."""
    lab.file = {
        "pattern": "resource_groups",
        "environments": {**TAGGED, "dev": {**TAGGED["dev"], **({"quotas": quotas} if quotas else {})}},
        "sources": {"aws": {**_source(), "accounts": [lab.prod], "organization": False}},
    }
    _buckets(lab.client("s3", lab.prod), lab.prod)


def test_cst_002_and_qta_001_an_account_of_its_own(lab: Lab) -> None:
    assert lab.judge("CST-002")["cost_scope", lab.prod] == "pass"
    assert lab.judge("QTA-001")["share", lab.prod] == "pass"


@pytest.mark.parametrize(("share", "verdict"), [(40, "fail"), (100, "pass")])
def test_qta_001_a_shared_account(lab: Lab, share: int, verdict: str) -> None:
    _share(lab, share=share)
    assert lab.judge("QTA-001")["share", lab.prod] == verdict
    lab.server.deny("resourcegroupstaggingapi:GetResources")
    assert lab.judge("QTA-001")["share", lab.prod] == "unknown"


def test_qta_001_no_share_is_declared(lab: Lab) -> None:
    _share(lab)
    assert lab.judge("QTA-001")["share", lab.prod] == "unknown"


def _cost_scope(org: Cloud) -> str:
    """Of the account that both environments share."""
    role = f"arn:aws:iam::{{account}}:role/{ROLE}"
    source = {"role": role, "regions": [REGION], "organization": True, "accounts": [org.prod]}
    shared = {"pattern": "resource_groups", "sources": {"aws": source}}
    return org.judge("CST-002", file=shared, **TAGGED)["cost_scope", org.prod]


def test_cst_002_a_shared_account(org: Cloud) -> None:
    s3 = org.client("s3", org.prod)
    _buckets(s3, org.prod)
    assert _cost_scope(org) == "pass"
    org.server.deny("ce:ListCostAllocationTags")
    assert _cost_scope(org) == "unknown", "whether bills tell the tag apart"
    org.server.clear()
    org.server.deny("resourcegroupstaggingapi:GetResources")
    assert _cost_scope(org) == "unknown", "what the buckets carry"
    org.server.clear()
    s3.create_bucket(Bucket="bare", CreateBucketConfiguration={"LocationConstraint": REGION})
    assert _cost_scope(org) == "fail", "a bucket without the tag"


def test_cst_002_a_tag_that_bills_do_not_show(org: Cloud) -> None:
    _buckets(org.client("s3", org.prod), org.prod)
    idle = b'{"CostAllocationTags": [{"TagKey": "environment", "Type": "UserDefined", "Status": "Inactive"}]}'
    org.server.answer("ce:ListCostAllocationTags", 200, idle)
    assert _cost_scope(org) == "fail"


def test_qta_002_alarms_on_what_runs(lab: Lab) -> None:
    watched = ("alarm", lab.prod)
    assert lab.judge("QTA-002")[watched] == "pass", "nothing runs"
    ec2 = lab.client("ec2", lab.prod)
    ec2.run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1, InstanceType="m5.large")
    assert lab.judge("QTA-002")[watched] == "fail"
    topic = lab.client("sns", lab.prod).create_topic(Name="ops")["TopicArn"]
    lab.client("sns", lab.prod).subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    lab.client("cloudwatch", lab.prod).put_metric_alarm(
        AlarmName="vcpus",
        Namespace="AWS/Usage",
        MetricName="ResourceCount",
        Dimensions=[{"Name": name, "Value": value} for name, value in USAGE.items()],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=48,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    assert lab.judge("QTA-002")[watched] == "pass"
    lab.server.deny("cloudwatch:DescribeAlarms")
    assert lab.judge("QTA-002")[watched] == "unknown"


def test_key_001_a_key_that_two_environments_use(lab: Lab) -> None:
    admitted = {"AWS": [f"arn:aws:iam::{account}:root" for account in (lab.prod, lab.dev)]}
    document = policy({"Effect": "Allow", "Principal": admitted, "Action": "kms:*", "Resource": "*"})
    key = lab.client("kms", lab.prod).create_key(Policy=document)["KeyMetadata"]["Arn"]
    assert lab.judge("KEY-001")["one_environment", key] == "pass"
    secrets = lab.client("secretsmanager", lab.dev)
    secrets.create_secret(Name="borrowed", SecretString="x", KmsKeyId=key)
    assert lab.judge("KEY-001")["one_environment", key] == "fail"
    lab.server.deny("secretsmanager:ListSecrets", account=lab.dev)
    assert lab.judge("KEY-001")["one_environment", key] == "unknown"
