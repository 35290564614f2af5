"""Allow policies of single resources: whom they let in.

https://cloud.google.com/iam/docs/reference/rest/v1/Policy; members: https://cloud.google.com/iam/docs/principal-identifiers.
"""

from __future__ import annotations

from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value

PUBLIC = frozenset({"allUsers", "allAuthenticatedUsers"})
"""Members that are everyone: anybody at all, and anybody with a Google account."""
_CALL = "asset:IamPolicies"


def members(reading: Reading) -> Value:
    """Whom a resource's own policy names, sorted; nobody where it has none."""
    answer = reading.answer("IamPolicies", call=_CALL)
    if isinstance(answer, Unknown):
        return Unknown(reading.world.hiding_any(_CALL, reading.scope))
    found = {
        str(member)
        for binding in (answer.value or {}).get("bindings") or ()
        for member in binding.get("members") or ()
    }
    return Known(sorted(found), f"{answer.pointer}/bindings" if found else answer.pointer)


def public_members(reading: Reading) -> Value:
    """Those of them that are everyone."""
    found = members(reading)
    return found if isinstance(found, Unknown) else Known(sorted(PUBLIC & set(found.value)), found.pointer)
