"""EC2: EBS snapshots and machine images that other accounts may use (Amazon EC2 API, version 2016-11-15).

With whom an owner shares one of them is an attribute, which takes a call for each. Asked from the other side
it is a listing: whoever may restore or launch something of another account finds it under ``self``. What an
owner gives to everyone is nobody's in particular; it is listed there under ``all``. Snapshots under ``self``
are also one's own: those are read past, and not kept.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSnapshots.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeImages.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, required


def _listing(
    read: Read,
    kind: str,
    arn: str,
    kept: tuple[str, ...],
    *,
    given: Mapping[str, Any],
    own: Mapping[str, Any],
) -> Call:
    """What others gave to the account (``given``), and what it gave to everyone (``own``)."""
    items = read.operation.removeprefix("Describe")

    def gather(desk: Desk) -> Mapping[str, list[Data]]:
        account = desk.words["account"]
        listed = required(desk.ask(read, given), items)
        theirs = [each for each in listed if required(each, "OwnerId") != account]
        found = [*theirs, *required(desk.ask(read, own), items)]
        return {kind: [{read.operation: {key: each[key] for key in kept if key in each}} for each in found]}

    # AWS leaves the account out of these ARNs. Here it stands in them, since it is whose the data is.
    output = Output(kind, "", f"arn:{{partition}}:ec2:{{region}}:{{OwnerId}}:{arn}")
    return Call(read, (output,), Span.REGION, gather=gather)


CALLS = (
    _listing(
        Read("ec2", "DescribeSnapshots", page=1000),
        "ec2.shared_snapshot",
        "snapshot/{SnapshotId}",
        ("SnapshotId", "OwnerId", "VolumeId", "Encrypted", "KmsKeyId"),
        given={"RestorableByUserIds": ["self"]},
        own={"OwnerIds": ["self"], "RestorableByUserIds": ["all"]},
    ),
    _listing(
        Read("ec2", "DescribeImages", page=1000),
        "ec2.shared_image",
        "image/{ImageId}",
        ("ImageId", "OwnerId", "Name"),
        given={"ExecutableUsers": ["self"], "IncludeDeprecated": True},
        own={"Owners": ["self"], "ExecutableUsers": ["all"], "IncludeDeprecated": True},
    ),
)
