"""Native records of keys, secrets, and what watches an account, in the documented shapes."""

from __future__ import annotations

from typing import Any

from estate.native import DEV, PROD, REGION, record, tags
from scanner.model.snapshot import Record

KEY = f"arn:aws:kms:{REGION}:{PROD}:key/k-1"
OPEN = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "kms:*", "Resource": "*"}]}


def _changed(full: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**full, **changes}.items() if value is not ...}


def regional(kind: str, arn: str, data: dict[str, Any], account: str = PROD, **observed: Any) -> Record:
    """A record of a region; ``observed`` as collectors set it apart."""
    made = record(kind, arn, data, account, REGION)
    return Record(made.scope, made.kind, made.id, made.data, made.source, observed) if observed else made


def key(name: str = "k-1", account: str = PROD, **data: Any) -> Record:
    """AWS KMS API: ListKeys, ``KeyMetadata``, GetKeyPolicy, ListKeyRotations, ListGrants."""
    arn = f"arn:aws:kms:{REGION}:{account}:key/{name}"
    metadata = {
        "AWSAccountId": account,
        "KeyId": name,
        "Arn": arn,
        "CreationDate": "2024-01-01T00:00:00Z",
        "Enabled": True,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": "Enabled",
        "KeyManager": "CUSTOMER",
        "MultiRegion": False,
    }
    grant = {
        "KeyId": arn,
        "GranteePrincipal": f"arn:aws:iam::{account}:role/worker",
        "Operations": ["GenerateDataKey", "Decrypt"],
    }
    full: dict[str, Any] = {
        "ListKeys": {"KeyId": name, "KeyArn": arn},
        "GetResources": tags(environment="prod"),
        "DescribeKey": {**metadata, **data.pop("DescribeKey", {})},
        "GetKeyPolicy": OPEN,
        "ListKeyRotations": [
            {"KeyId": arn, "RotationDate": "2026-09-01T00:00:00Z", "RotationType": "AUTOMATIC"},
            {"KeyId": arn, "RotationDate": "2026-10-01T00:00:00Z", "RotationType": "ON_DEMAND"},
        ],
        "ListGrants": [grant],
    }
    return regional("kms.key", arn, _changed(full, data), account)


def alias(name: str = "data", target: str | None = "k-1", account: str = PROD) -> Record:
    """AWS KMS API: ``AliasListEntry``; one that AWS reserved leads to no key yet."""
    arn = f"arn:aws:kms:{REGION}:{account}:alias/{name}"
    entry = {"AliasName": f"alias/{name}", "AliasArn": arn, **({"TargetKeyId": target} if target else {})}
    return regional("kms.alias", arn, {"ListAliases": entry}, account)


def secret(
    name: str = "ml/db", account: str = PROD, policy: dict[str, Any] | None = None, **fields: Any
) -> Record:
    """AWS Secrets Manager API: ``SecretListEntry``, GetResourcePolicy."""
    arn = f"arn:aws:secretsmanager:{REGION}:{account}:secret:{name}-AbCdEf"
    accessed = fields.pop("LastAccessedDate", None)
    entry = {
        "ARN": arn,
        "Name": name,
        "KmsKeyId": KEY,
        "CreatedDate": "2024-01-01T00:00:00Z",
        "LastChangedDate": "2026-10-02T00:00:00Z",
        "Tags": tags(environment="prod"),
    }
    data = {"ListSecrets": _changed(entry, fields), "GetResourcePolicy": {"ResourcePolicy": policy or {}}}
    seen = {"ListSecrets": {"LastAccessedDate": accessed}} if accessed else {}
    return regional("secretsmanager.secret", arn, data, account, **seen)


def parameter(name: str = "/ml/token", account: str = PROD, **fields: Any) -> Record:
    """AWS Systems Manager API: ``ParameterMetadata``."""
    arn = f"arn:aws:ssm:{REGION}:{account}:parameter/{name.removeprefix('/')}"
    entry = {
        "Name": name,
        "ARN": arn,
        "Type": "SecureString",
        "KeyId": "alias/data",
        "LastModifiedDate": "2026-10-01T00:00:00Z",
        "Version": 1,
        "Tier": "Standard",
    }
    data = {"DescribeParameters": _changed(entry, fields), "GetResources": tags(environment="prod")}
    return regional("ssm.parameter", arn, data, account)


def trail(account: str = PROD, seen_in: str = "", **data: Any) -> Record:
    """AWS CloudTrail API: ``Trail``, GetTrailStatus, GetEventSelectors."""
    arn = f"arn:aws:cloudtrail:{REGION}:{account}:trail/main"
    described = {
        "Name": "main",
        "S3BucketName": "trail",
        "HomeRegion": REGION,
        "TrailARN": arn,
        "IsMultiRegionTrail": True,
        "IsOrganizationTrail": False,
        "LogFileValidationEnabled": True,
        "KmsKeyId": KEY,
        "CloudWatchLogsLogGroupArn": f"arn:aws:logs:{REGION}:{account}:log-group:trail:*",
    }
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": []}
    full: dict[str, Any] = {
        "DescribeTrails": {**described, **data.pop("DescribeTrails", {})},
        "GetTrailStatus": {"IsLogging": True, "LatestDeliveryError": ""},
        "GetEventSelectors": {"EventSelectors": [selector], "AdvancedEventSelectors": []},
    }
    return regional("cloudtrail.trail", arn, _changed(full, data), seen_in or account)


def log_group(name: str = "/ml/train", account: str = PROD, **fields: Any) -> Record:
    """Amazon CloudWatch Logs API: ``LogGroup``."""
    arn = f"arn:aws:logs:{REGION}:{account}:log-group:{name}"
    group = {"logGroupName": name, "logGroupArn": arn, "retentionInDays": 90, "kmsKeyId": KEY}
    data = {"DescribeLogGroups": _changed(group, fields), "GetResources": tags(environment="prod")}
    return regional("logs.log_group", arn, data, account)


def log_policy(resource: str, name: str = "search", account: str = PROD) -> Record:
    """Amazon CloudWatch Logs API: ``ResourcePolicy``."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": DEV},
        "Action": "logs:GetLogEvents",
        "Resource": resource,
    }
    policy = {"policyName": name, "policyDocument": {"Statement": [statement]}}
    arn = f"arn:aws:logs:{REGION}:{account}:resource-policy/{name}"
    return regional("logs.resource_policy", arn, {"DescribeResourcePolicies": policy}, account)


def destination(account: str = PROD) -> Record:
    """Amazon CloudWatch Logs API: ``Destination``."""
    arn = f"arn:aws:logs:{REGION}:{account}:destination:central"
    made = {"arn": arn, "destinationName": "central", "targetArn": "arn:aws:kinesis:x", "accessPolicy": OPEN}
    return regional("logs.destination", arn, {"DescribeDestinations": made}, account)


def alarm(name: str = "vcpus", account: str = PROD, **fields: Any) -> Record:
    """Amazon CloudWatch API: ``MetricAlarm``."""
    arn = f"arn:aws:cloudwatch:{REGION}:{account}:alarm:{name}"
    made = {
        "AlarmName": name,
        "AlarmArn": arn,
        "ActionsEnabled": True,
        "AlarmActions": [f"arn:aws:sns:{REGION}:{account}:ops"],
        "Namespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "Dimensions": [
            {"Name": "Class", "Value": "Standard/OnDemand"},
            {"Name": "Resource", "Value": "vCPU"},
            {"Name": "Service", "Value": "EC2"},
            {"Name": "Type", "Value": "Resource"},
        ],
        "Threshold": 48.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    return regional("cloudwatch.alarm", arn, {"DescribeAlarms": _changed(made, fields)}, account)


def composite(rule: str = 'ALARM("vcpus")', account: str = PROD) -> Record:
    """Amazon CloudWatch API: ``CompositeAlarm``."""
    arn = f"arn:aws:cloudwatch:{REGION}:{account}:alarm:any"
    made = {"AlarmName": "any", "AlarmArn": arn, "ActionsEnabled": True, "AlarmRule": rule}
    return regional("cloudwatch.composite_alarm", arn, {"DescribeAlarms": made}, account)


def topic(*subscriptions: tuple[str, bool], account: str = PROD) -> Record:
    """Amazon SNS API: ``Topic``, and of each subscription the protocol and whether it was confirmed."""
    arn = f"arn:aws:sns:{REGION}:{account}:ops"
    found = [{"Protocol": protocol, "Confirmed": confirmed} for protocol, confirmed in subscriptions]
    return regional("sns.topic", arn, {"ListTopics": {"TopicArn": arn}, "ListSubscriptions": found}, account)


def budget(account: str = PROD, notifications: Any = None, name: str = "monthly", **fields: Any) -> Record:
    """AWS Budgets API: ``Budget``, and its notifications each with its subscribers."""
    made = {
        "BudgetName": name,
        "BudgetType": "COST",
        "BudgetLimit": {"Amount": "1000", "Unit": "USD"},
        "CostFilters": {},
    }
    alert = {
        "NotificationType": "ACTUAL",
        "Threshold": 80.0,
        "ThresholdType": "PERCENTAGE",
        "Subscribers": [{"SubscriptionType": "EMAIL"}],
    }
    data = {
        "DescribeBudgets": _changed(made, fields),
        "DescribeBudgetNotificationsForAccount": [alert] if notifications is None else notifications,
    }
    return record("budgets.budget", f"arn:aws:budgets::{account}:budget/{name}", data, account)


def quota(code: str = "L-1216C47A", kind: str = "Standard/OnDemand", account: str = PROD) -> Record:
    """Service Quotas API: ``ServiceQuota``."""
    made = {
        "ServiceCode": "ec2",
        "QuotaCode": code,
        "QuotaName": f"Running {kind} instances",
        "Value": 64.0,
        "UsageMetric": {
            "MetricNamespace": "AWS/Usage",
            "MetricName": "ResourceCount",
            "MetricDimensions": {"Class": kind, "Resource": "vCPU", "Service": "EC2", "Type": "Resource"},
        },
    }
    arn = f"arn:aws:servicequotas:{REGION}:{account}:ec2/{code}"
    return regional("service-quotas.quota", arn, {"ListServiceQuotas": made}, account)


def cost_tag(key: str = "environment", status: str = "Active", account: str = PROD) -> Record:
    """AWS Cost Explorer API: ``CostAllocationTag``."""
    made = {"TagKey": key, "Type": "UserDefined", "Status": status}
    arn = f"arn:aws:ce::{account}:cost-allocation-tag/{key}"
    return record("ce.cost_allocation_tag", arn, {"ListCostAllocationTags": made}, account)


def recorder(account: str = PROD, **group: Any) -> Record:
    """AWS Config API: ``ConfigurationRecorder``, and whether it records."""
    data = {
        "DescribeConfigurationRecorders": {
            "name": "default",
            "recordingGroup": {"allSupported": True, **group},
        },
        "DescribeConfigurationRecorderStatus": {"recording": True},
    }
    arn = f"arn:aws:config:{REGION}:{account}:configuration-recorder/default"
    return regional("config.recorder", arn, data, account)


def everything() -> list[Record]:
    """One of each."""
    return [
        *(key(), alias(), secret(policy=OPEN), parameter(), trail(), log_group()),
        *(log_policy(f"arn:aws:logs:{REGION}:{PROD}:log-group:/ml/*"), destination(), alarm(), composite()),
        *(topic(("email", True), ("https", False)), budget(), quota(), cost_tag(), recorder()),
    ]
