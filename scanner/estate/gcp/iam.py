"""Keys of service accounts, and API keys: long-lived secrets that somebody keeps.

Shapes: IAM API v1, ``ServiceAccountKey``; API Keys API v2, ``Key``; Policy Analyzer API v1, ``Activity``.
Keys that Google itself made for a service account are replaced by Google and leave it with nobody: they are
none of these.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.estate.gcp._native import data_of, made, name_of, told
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

_KEY, _API_KEY, _USE = "ServiceAccountKeys", "ApiKeys", "iam:KeyActivities"
_ITS_OWN = "SYSTEM_MANAGED"


def _kept_by_users(world: World) -> Iterator[Reading]:
    for record in world.natives.get("iam.serviceaccountkey", ()):
        reading = Reading(record.id, record.scope, record, world)
        data = data_of(reading, _KEY)
        if isinstance(data, Unknown) or data.value.get("keyType") != _ITS_OWN:
            yield reading


def _last(record: Record) -> str:
    """The id of a key: a service account has an address and a number, and each may stand before it."""
    return record.id.rsplit("/", 1)[-1]


def _used_at(reading: Reading) -> Value:
    """When it was last authenticated with; None for one that is watched and never was."""
    world, scope = reading.world, reading.scope
    found = world.indexed("iam.keyactivity", scope, _last).get(reading.id.rsplit("/", 1)[-1], ())
    if not found:
        return Unknown(world.hiding_any(_USE, scope))
    seen = found[0].observed.get("KeyActivities") or {}
    return Known((seen.get("activity") or {}).get("lastAuthenticatedTime"))


SERVICE_ACCOUNT_KEY = Normaliser(
    native="iam.serviceaccountkey",
    kind="credential",
    listed=((f"iam:{_KEY}",),),
    subjects=_kept_by_users,
    name=name_of,
    attrs={
        "type": constant("service_account_key"),
        "owner": Attr(lambda reading: Known(reading.id.rpartition("/keys/")[0])),
        "active": made(_KEY, lambda key: key.get("disabled") is not True),
        "rotated_at": told(_KEY, "validAfterTime"),
        "used_at": Attr(_used_at, (), (_USE,)),
    },
)
API_KEY = Normaliser(
    native="iam.apikey",
    kind="credential",
    listed=((f"iam:{_API_KEY}",),),
    name=name_of,
    attrs={
        "type": constant("api_key"),
        "owner": constant(None),
        "active": made(_API_KEY, lambda key: not key.get("deleteTime")),
        "rotated_at": told(_API_KEY, "createTime"),
        # The API's metrics tell, and none of them is collected.
        "used_at": UNTOLD,
    },
)
