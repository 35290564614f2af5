"""DynamoDB: tables, their policies and backups, never their items (Amazon DynamoDB API, 2012-08-10)."""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

_SIZES = (
    *("ItemCount", "TableSizeBytes", "ProvisionedThroughput", "WarmThroughput"),
    *(
        f"{index}.{field}"
        for index in ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")
        for field in ("ItemCount", "IndexSizeBytes", "ProvisionedThroughput", "WarmThroughput")
    ),
)
_RESTORABLE = tuple(
    f"PointInTimeRecoveryDescription.{field}"
    for field in ("EarliestRestorableDateTime", "LatestRestorableDateTime")
)
_ARN = "arn:{partition}:dynamodb:{region}:{account}:table/{name}"
_NAMED, _BY_ARN = {"TableName": "{name}"}, {"ResourceArn": _ARN}

CALLS = (
    Call(
        Read("dynamodb", "ListTables", page=100),
        (
            Output(
                "dynamodb.table",
                "TableNames[].{name: @}",
                _ARN,
            ),
        ),
        Span.REGION,
        follows=(
            Follow(Read("dynamodb", "DescribeTable"), _NAMED, "Table", volatile=_SIZES),
            Follow(
                Read("dynamodb", "GetResourcePolicy"),
                _BY_ARN,
                "Policy",
                ("PolicyNotFoundException",),
                policy=True,
            ),
            Follow(
                Read("dynamodb", "DescribeContinuousBackups"),
                _NAMED,
                "ContinuousBackupsDescription",
                volatile=_RESTORABLE,
            ),
        ),
        bulk=tagged("dynamodb:table"),
    ),
)
