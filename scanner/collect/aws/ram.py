"""RAM: what an account shares with others, and with whom (AWS RAM API, version 2018-01-04).

Three listings, whatever the number of shares. What others share with an account is in the listing of the
account that shares it: its shares are read there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required

_SHARES = Read("ram", "GetResourceShares", page=500)
_ASSOCIATIONS = Read("ram", "GetResourceShareAssociations", page=500)
_SHARE = "ram.share"
_LISTED = "resourceShareAssociations"
_SIDES = ("PRINCIPAL", "RESOURCE")


def _shares(desk: Desk) -> Mapping[str, list[Data]]:
    """The shares of the account, each with what is associated with it; if a side is missed, a gap each."""
    shares = required(desk.ask(_SHARES, {"resourceOwner": "SELF"}), "resourceShares")
    found: list[Data] = [{_SHARES.operation: share} for share in shares]
    if not shares:
        return {_SHARE: found}
    try:
        sides = [required(desk.ask(_ASSOCIATIONS, {"associationType": side}), _LISTED) for side in _SIDES]
    except UnansweredError as error:
        for share in shares:
            desk.miss(_ASSOCIATIONS, _SHARE, error, share["resourceShareArn"])
        return {_SHARE: found}
    by_share = _by_share([one for side in sides for one in side])
    for data in found:
        data[_ASSOCIATIONS.operation] = by_share.get(data[_SHARES.operation]["resourceShareArn"], [])
    return {_SHARE: found}


def _by_share(associations: list[dict[str, Any]]) -> Mapping[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in associations:
        found[one["resourceShareArn"]].append(one)
    return found


CALLS = (
    Call(
        _SHARES,
        (Output(_SHARE, "", "{resourceShareArn}", volatile=("lastUpdatedTime",)),),
        Span.REGION,
        gather=_shares,
        reads={_ASSOCIATIONS: _SHARE},
    ),
)
