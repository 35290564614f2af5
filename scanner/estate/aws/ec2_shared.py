"""EC2: EBS snapshots and machine images that other accounts may use.

Shapes: Amazon EC2 API Reference, ``Snapshot``, ``Image``. Each is listed by those whom it was given to. A
record of its owner's own says that everyone may use it: nothing else of an account's own is kept.
https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/sharing-amis.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from scanner.estate.aws._database_shares import EVERYONE
from scanner.estate.aws._native import owner, raw_id
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record


def _once(native: str) -> Callable[[World], Iterable[Reading]]:
    """One reading for each thing, whoever listed it; its parts are the records of it, by account."""

    def find(world: World) -> Iterable[Reading]:
        records: dict[str, dict[str, Record]] = defaultdict(dict)
        for record in world.natives.get(native, ()):
            records[record.id][record.scope.boundary] = record
        for identity, listed in records.items():
            first = listed[min(listed)]
            reading = Reading(identity, first.scope, first, world, listed)
            own = listed.get(owner(reading))
            yield reading if own is None else Reading(identity, own.scope, own, world, listed)

    return find


def _principals(reading: Reading) -> Value:
    holder = owner(reading)
    return Known(sorted(EVERYONE if account == holder else account for account in reading.parts))


def _shared(native: str, operation: str, sort: str) -> Normaliser:
    return Normaliser(
        native=native,
        kind="share",
        listed=((f"ec2:{operation}",),),
        regional=True,
        tags=UNREAD_TAGS,  # No answer has the tags of what belongs to another account.
        subjects=_once(native),
        name=raw_id,
        holder=owner,
        attrs={
            "type": constant(sort),
            "resources": Attr(lambda reading: Known([reading.id])),
            "principals": Attr(_principals),
            "pending": constant([]),
            "external": Attr(lambda reading: Known(owner(reading) in reading.parts)),
        },
    )


SNAPSHOT = _shared("ec2.shared_snapshot", "DescribeSnapshots", "ebs_snapshot")
IMAGE = _shared("ec2.shared_image", "DescribeImages", "machine_image")
