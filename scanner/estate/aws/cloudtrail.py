"""CloudTrail: trails, each once, with the accounts that list it.

Shapes: AWS CloudTrail API Reference, ``Trail``, GetTrailStatus, GetEventSelectors. A trail of every
region is listed in each, an organization's in each of its accounts: where it is listed it records.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import owner
from scanner.estate.aws._trail_selectors import data_events, excluded, excluded_changes, management_events
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

_NATIVE = "cloudtrail.trail"
_DESCRIBE, _STATUS, _SELECTORS = "DescribeTrails", "GetTrailStatus", "GetEventSelectors"


def _trails(world: World) -> Iterator[Reading]:
    """One reading a trail, of the record that says most; its parts are the accounts that list it."""
    found: dict[str, list[Record]] = {}
    for record in world.natives.get(_NATIVE, ()):
        found.setdefault(record.id, []).append(record)
    for identity, records in found.items():
        home = identity.split(":")[4]
        best = max(records, key=lambda one: (len(one.data), one.scope.boundary == home, one.scope.id))
        parts: dict[str, Record | None] = {one.scope.boundary: one for one in records}
        yield Reading(identity, best.scope, best, world, parts)


def _store(reading: Reading) -> Value:
    partition = reading.id.split(":")[1]
    return inside(
        reading.answer(_DESCRIBE),
        "S3BucketName",
        absent=None,
        convert=lambda name: f"arn:{partition}:s3:::{name}",
    )


def _delivers(reading: Reading) -> Value:
    answer = reading.answer(_STATUS)
    if isinstance(answer, Unknown):
        return answer
    return Known(not answer.value.get("LatestDeliveryError"), f"{answer.pointer}/LatestDeliveryError")


TRAIL = Normaliser(
    native=_NATIVE,
    kind="trail",
    listed=((f"cloudtrail:{_DESCRIBE}",),),
    regional=True,
    subjects=_trails,
    tags=UNREAD_TAGS,
    holder=owner,
    attrs={
        "type": constant("cloudtrail"),
        "logging": field_of(_STATUS, "IsLogging"),
        "delivers": Attr(_delivers, (_STATUS,)),
        "multi_region": field_of(_DESCRIBE, "IsMultiRegionTrail"),
        "organization": field_of(_DESCRIBE, "IsOrganizationTrail", absent=False),
        "covers": Attr(lambda reading: Known(sorted(reading.parts))),
        "region": field_of(_DESCRIBE, "HomeRegion"),
        "management_events": field_of(_SELECTORS, convert=management_events),
        "excluded": field_of(_SELECTORS, convert=excluded),
        "excluded_changes": field_of(_SELECTORS, convert=excluded_changes),
        "data_events": field_of(_SELECTORS, convert=data_events),
        "store": Attr(_store, (_DESCRIBE,)),
        "prefix": field_of(_DESCRIBE, "S3KeyPrefix", absent=""),
        "log_group": field_of(
            _DESCRIBE, "CloudWatchLogsLogGroupArn", absent=None, convert=lambda arn: arn.removesuffix(":*")
        ),
        "validation": field_of(_DESCRIBE, "LogFileValidationEnabled", absent=False),
        "key": key_at(_DESCRIBE, "KmsKeyId"),
    },
)
