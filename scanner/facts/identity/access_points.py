"""Access points: a request through one must pass its own policy, and the bucket's as a request through it.

From another account the bucket's policy has to let its access points decide; in its own account it only must
not deny. An access point of one network answers there alone, which is not followed here.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Opening
from scanner.facts.identity.requests import Target
from scanner.facts.identity.values import Held
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.logic import Tri

_KEYS = ("s3:dataaccesspointaccount", "s3:dataaccesspointarn", "s3:accesspointnetworkorigin")
DIRECT: Mapping[str, Held] = dict.fromkeys(_KEYS)
"""What a request holds that goes to the bucket itself."""
_ORIGINS = {"internet": "Internet", "vpc": "VPC"}


def through(point: Resource, target: Target) -> Target:
    """Objects of a bucket, as they are asked for through an access point."""
    origin = _ORIGINS.get(str(point.attrs.get("network_origin")))
    given: dict[str, Held] = {
        _KEYS[0]: (point.scope.boundary,),
        _KEYS[1]: (point.id,),
        **({_KEYS[2]: (origin,)} if origin else {}),
    }
    return replace(target, given=given)


def behind(world: World, caller: Caller, action: str, target: Target) -> tuple[Tri, Opening | None]:
    """Whether the bucket lets a request through, and what leaves that open."""
    said = world.ask(caller, action, target)
    state = ~said.denied if caller.account == target.account else said.resource & ~said.denied
    if state is not Tri.UNKNOWN:
        return state, None
    gaps = tuple(sorted({gap for opening in said.openings for gap in opening.gaps}))
    return state, Opening("resource", "whether the bucket behind it lets it through is not known", None, gaps)


def confined(point: Resource) -> Opening | None:
    """Why one may not answer to somebody although all policies agree."""
    if point.attrs.get("network_origin") == "internet":
        return None
    gaps = tuple(point.unknown.get("network_origin", ()))
    return Opening("resource", "it answers in one network alone", None, gaps)
