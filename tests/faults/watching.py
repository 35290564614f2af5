"""What watches an account: trail, logs, recorder, alarms, budget."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def build(client: Callable[[str, str], Any], account: str, name: str) -> None:
    """A trail into a bucket, a log group, a recorder, alarms that tell a topic, and a budget."""
    _trail(client, account, name)
    _logs(client("logs", account), account, name)
    _recorder(client, account)
    topic = client("sns", account).create_topic(Name="operators")["TopicArn"]
    client("sns", account).subscribe(TopicArn=topic, Protocol="email", Endpoint="ops@example.com")
    _alarms(client("cloudwatch", account), account, topic)
    client("budgets", account).create_budget(
        AccountId=account,
        Budget={
            "BudgetName": "monthly",
            "BudgetLimit": {"Amount": "1000", "Unit": "USD"},
            "TimeUnit": "MONTHLY",
            "BudgetType": "COST",
        },
        NotificationsWithSubscribers=[
            {
                "Notification": {
                    "NotificationType": "ACTUAL",
                    "ComparisonOperator": "GREATER_THAN",
                    "Threshold": 80.0,
                    "ThresholdType": "PERCENTAGE",
                },
                "Subscribers": [
                    {"SubscriptionType": "EMAIL", "Address": "owner@example.com"},
                    {"SubscriptionType": "SNS", "Address": topic},
                ],
            }
        ],
    )


def _trail(client: Callable[[str, str], Any], account: str, name: str) -> None:
    _admit(client("s3", account), f"{name}-artifacts")
    trails = client("cloudtrail", account)
    trails.create_trail(
        Name="main", S3BucketName=f"{name}-artifacts", IsMultiRegionTrail=True, EnableLogFileValidation=True
    )
    trails.put_event_selectors(
        TrailName="main",
        EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}],
    )
    trails.start_logging(Name="main")


def _admit(s3: Any, bucket: str) -> None:
    """Let CloudTrail write to a bucket, which deletes what it wrote after two years."""
    try:
        policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    except s3.exceptions.ClientError:
        policy = {"Version": "2012-10-17", "Statement": []}
    policy["Statement"].append(
        {
            "Sid": "Trail",
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": f"arn:aws:s3:::{bucket}/AWSLogs/*",
        }
    )
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [
                {
                    "ID": "trail",
                    "Status": "Enabled",
                    "Filter": {"Prefix": "AWSLogs/"},
                    "Expiration": {"Days": 730},
                }
            ]
        },
    )


def _logs(logs: Any, account: str, name: str) -> None:
    logs.create_log_group(logGroupName="/ml/train", tags={"environment": name, "team": "ml"})
    logs.put_retention_policy(logGroupName="/ml/train", retentionInDays=90)
    statement = {
        "Sid": "Only",
        "Effect": "Allow",
        "Principal": {"Service": "es.amazonaws.com"},
        "Action": "logs:PutLogEvents",
        "Resource": f"arn:aws:logs:eu-west-1:{account}:log-group:/ml/*",
    }
    logs.put_resource_policy(
        policyName="search", policyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    logs.put_destination(
        destinationName="central",
        targetArn=f"arn:aws:kinesis:eu-west-1:{account}:stream/logs",
        roleArn=f"arn:aws:iam::{account}:role/worker",
    )
    logs.put_destination_policy(
        destinationName="central",
        accessPolicy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "Only",
                        "Effect": "Allow",
                        "Principal": {"AWS": account},
                        "Action": "logs:PutSubscriptionFilter",
                        "Resource": f"arn:aws:logs:eu-west-1:{account}:destination:central",
                    }
                ],
            }
        ),
    )


def _recorder(client: Callable[[str, str], Any], account: str) -> None:
    config = client("config", account)
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{account}:role/worker",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )


def _alarms(cloudwatch: Any, account: str, topic: str) -> None:
    cloudwatch.put_metric_alarm(
        AlarmName="vcpus",
        Namespace="AWS/Usage",
        MetricName="ResourceCount",
        Dimensions=[
            {"Name": key, "Value": value}
            for key, value in (
                ("Class", "Standard/OnDemand"),
                ("Resource", "vCPU"),
                ("Service", "EC2"),
                ("Type", "Resource"),
            )
        ],
        Statistic="Maximum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=48,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    cloudwatch.put_metric_alarm(
        AlarmName="any",
        Namespace="none",
        MetricName="none",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
        AlarmActions=[topic],
    )
    # moto tells composite alarms by their rule, and has no PutCompositeAlarm to set it.
    from moto.cloudwatch.models import cloudwatch_backends  # noqa: PLC0415 - slow to import

    cloudwatch_backends[account]["eu-west-1"].alarms["any"].rule = "ALARM(vcpus)"
