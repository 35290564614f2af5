from __future__ import annotations

from pathlib import Path

import pytest

from scanner.model.snapshot import Gap, Reason, Record, Scope
from scanner.snapshot import SnapshotWriter

DEV = Scope("aws", "111111111111", "global")
REGION = Scope("aws", "111111111111", "eu-west-1")
BUCKETS = [
    Record(DEV, "s3.bucket", "arn:aws:s3:::b", {"ListBuckets": {"Name": "b", "Größe": "ü😀"}}),
    Record(
        DEV,
        "s3.bucket",
        "arn:aws:s3:::a",
        {"ListBuckets": {"Name": "a"}, "GetBucketPolicy": {"Statement": [{"Sid": "x"}, {"Sid": "y"}]}},
        observed={"ListBuckets": {"Seen": "today"}},
    ),
]
GAPS = [
    Gap(
        DEV,
        "s3.bucket",
        "s3:GetBucketAcl",
        "s3:GetBucketAcl",
        Reason.DENIED,
        "arn:aws:s3:::b",
        "AccessDenied",
    ),
    Gap(REGION, "*", "ec2:DescribeRegions", "ec2:DescribeRegions", Reason.NOT_ENABLED),
]


UNASKED = Scope("aws", DEV.boundary, "us-west-2")


def fill(writer: SnapshotWriter) -> None:
    writer.part(DEV, "s3.bucket", BUCKETS)
    writer.part(REGION, "ec2.vpc", [])
    for gap in GAPS:
        writer.gap(gap)
    writer.count({"s3:ListBuckets": 1})
    writer.coverage([DEV], [DEV], [UNASKED])


@pytest.fixture
def written(tmp_path: Path) -> Path:
    target = tmp_path / "out" / "snapshot"
    with SnapshotWriter(target, tool_version="1.2.3") as writer:
        fill(writer)
    return target
