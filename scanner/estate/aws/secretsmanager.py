"""Secrets Manager: secrets.

Shape: AWS Secrets Manager API Reference, ``SecretListEntry``. It says when a secret was rotated by
Secrets Manager and when anything of it was changed, not when its value was: the first is what is sure,
the second what is possible.
"""

from __future__ import annotations

from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import document, tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_LIST = "ListSecrets"


def _policy(reading: Reading) -> Value:
    answer = reading.answer("GetResourcePolicy")
    if isinstance(answer, Unknown) or answer.value is None:
        return answer
    inner = answer.value.get("ResourcePolicy")
    return (
        document(Known(inner, f"{answer.pointer}/ResourcePolicy")) if inner else Known(None, answer.pointer)
    )


def _first(*names: str) -> Attr:
    """The first date that is there."""

    def read(reading: Reading) -> Value:
        answer = reading.answer(_LIST)
        if isinstance(answer, Unknown):
            return answer
        name = next((name for name in names if answer.value.get(name)), None)
        return Known(answer.value[name], f"{answer.pointer}/{name}") if name else Unknown()

    return Attr(read, (_LIST,))


def _accessed(reading: Reading) -> Value:
    if isinstance(listed := reading.answer(_LIST), Unknown) or reading.record is None:
        return listed
    seen = reading.record.observed.get(_LIST) or {}
    return Known(seen.get("LastAccessedDate"))


def _replica_of(reading: Reading) -> Value:
    answer = reading.answer(_LIST)
    if isinstance(answer, Unknown):
        return answer
    parts = reading.id.split(":")
    primary = answer.value.get("PrimaryRegion")
    if not primary or primary == parts[3]:
        return Known(None, answer.pointer)
    return Known(":".join((*parts[:3], primary, *parts[4:])), f"{answer.pointer}/PrimaryRegion")


SECRET = Normaliser(
    native="secretsmanager.secret",
    kind="secret",
    listed=((f"secretsmanager:{_LIST}",),),
    regional=True,
    tags=tags_at(_LIST, "Tags"),
    name=lambda reading: reading.id.rsplit(":secret:", 1)[-1].rsplit("-", 1)[0],
    attrs={
        "type": constant("secretsmanager"),
        "policy": Attr(_policy, ("GetResourcePolicy",)),
        "key": key_at(_LIST, "KmsKeyId"),
        "rotation": field_of(_LIST, "RotationEnabled", absent=False),
        "rotated_at": _first("LastRotatedDate", "CreatedDate"),
        "changed_at": _first("LastChangedDate", "LastRotatedDate", "CreatedDate"),
        "accessed_at": Attr(_accessed, (_LIST,)),
        "created_at": field_of(_LIST, "CreatedDate"),
        "secure": constant(True),
        "active": field_of(_LIST, "DeletedDate", absent=True, convert=lambda _: False),
        "replica_of": Attr(_replica_of, (_LIST,)),
    },
)
