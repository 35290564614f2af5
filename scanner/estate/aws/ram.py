"""RAM: resource shares, as the account that shares them lists them.

Shapes: AWS RAM API Reference, ``ResourceShare``, ``ResourceShareAssociation``.
"""

from __future__ import annotations

from scanner.estate.aws._native import tags_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_SHARES, _ASSOCIATIONS = "GetResourceShares", "GetResourceShareAssociations"
_OVER = frozenset(("DISASSOCIATED", "DISASSOCIATING", "FAILED"))
_PENDING = frozenset(("ASSOCIATING", "SUSPENDED"))


def _associated(side: str, *, pending: bool = False) -> Attr:
    """What is associated with a share, or only what is not yet."""

    def read(reading: Reading) -> Value:
        listed = reading.answer(_ASSOCIATIONS)
        if isinstance(listed, Unknown):
            return listed
        found = {
            each["associatedEntity"]
            for each in listed.value or ()
            if each.get("associationType") == side and each.get("status") not in _OVER
            if not pending or each.get("status") in _PENDING
        }
        return Known(sorted(found), listed.pointer)

    return Attr(read, (_ASSOCIATIONS,))


SHARE = Normaliser(
    native="ram.share",
    kind="share",
    listed=((f"ram:{_SHARES}",),),
    regional=True,
    tags=tags_at(_SHARES, "tags"),
    attrs={
        "type": constant("ram"),
        "resources": _associated("RESOURCE"),
        "principals": _associated("PRINCIPAL"),
        "pending": _associated("PRINCIPAL", pending=True),
        "external": field_of(_SHARES, "allowExternalPrincipals", absent=False),
    },
)
