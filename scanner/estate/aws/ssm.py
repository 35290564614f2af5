"""Systems Manager: parameters.

Shape: AWS Systems Manager API Reference, ``ParameterMetadata``. Every change of a value makes a version,
and its date is the one that is told. Only parameters of the advanced tier can be shared by a policy of
their own, which is not collected; nothing tells when one was last read.
https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
"""

from __future__ import annotations

from scanner.estate.aws._keys import key_at
from scanner.estate.aws._native import tags_in_bulk
from scanner.estate.normaliser import UNTOLD, Attr, Normaliser, Reading, constant, field_of, inside
from scanner.estate.values import Known, Unknown, Value

_DESCRIBE = "DescribeParameters"


def _policy(reading: Reading) -> Value:
    tier = inside(reading.answer(_DESCRIBE), "Tier", absent="Standard")
    if isinstance(tier, Unknown):
        return tier
    return Known(None, tier.pointer) if tier.value == "Standard" else Unknown()


def _created(reading: Reading) -> Value:
    answer = reading.answer(_DESCRIBE)
    first = inside(answer, "Version")
    if isinstance(first, Unknown):
        return first
    return inside(answer, "LastModifiedDate") if first.value == 1 else Unknown()


_SECURE = field_of(_DESCRIBE, "Type", convert=lambda kind: kind == "SecureString")

PARAMETER = Normaliser(
    native="ssm.parameter",
    kind="secret",
    listed=((f"ssm:{_DESCRIBE}",),),
    regional=True,
    tags=tags_in_bulk(),
    name=lambda reading: reading.id.rsplit(":parameter/", 1)[-1],
    attrs={
        "type": constant("ssm_parameter"),
        "policy": Attr(_policy, (_DESCRIBE,)),
        "key": key_at(_DESCRIBE, "KeyId"),
        "rotation": constant(False),
        "rotated_at": field_of(_DESCRIBE, "LastModifiedDate"),
        "changed_at": field_of(_DESCRIBE, "LastModifiedDate"),
        "accessed_at": UNTOLD,
        "created_at": Attr(_created, (_DESCRIBE,)),
        "secure": _SECURE,
        "active": _SECURE,
        "replica_of": constant(None),
    },
)
