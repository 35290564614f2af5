"""Private endpoints to the provider's services that keep data: whom those of production's networks serve.

An interface endpoint takes what its security groups let in on the ports of a web API, and passes on what its
policy lets through: somebody is served whom both admit. A gateway endpoint serves its own network only and
takes no part ("Gateway endpoints", AWS PrivateLink: connections cannot be extended out of a VPC).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from scanner.facts.identity import levels
from scanner.facts.identity.endpoint_names import service_of
from scanner.facts.identity.passing import Anybody, passes
from scanner.facts.identity.statements import parse
from scanner.facts.identity.values import OPEN, Held
from scanner.facts.network.admission import Admission, Admitted
from scanner.facts.network.items import Item
from scanner.facts.network.ports import TCP, Span
from scanner.facts.network.view import ENDPOINT, View
from scanner.model.facts import Step
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

_KINDS = ("store", "registry", "secret", "key")
_KEEPING = frozenset(one.service for one in levels.TYPES if one.kind in _KINDS) | {"s3-global"}
_PORTS = (80, 443)
_STRANGER = "000000000000"


@dataclass(frozen=True, slots=True)
class Door:
    """An endpoint of a network by one of its interfaces; ``keeps`` says whether its service keeps data."""

    interface: Item
    name: str
    endpoint: Item | None
    keeps: Tri


class ServiceEndpoints:
    """The endpoints that stand in networks, and whom they serve beside production."""

    def __init__(self, view: View, admission: Admission) -> None:
        self._view, self._admission = view, admission

    def door(self, item: Item) -> Door | None:
        """The endpoint that an interface is of; ``None`` for others, and for services that keep no data."""
        described = str(item.get("description") or "")
        if not described.startswith(ENDPOINT):
            return None
        name = described.removeprefix(ENDPOINT)
        endpoint = self._view.link_endpoints.get(name)
        keeps = Tri.UNKNOWN
        if endpoint is not None and endpoint.knows("service"):
            service = service_of(str(endpoint.get("service")))
            keeps = Tri.of(service in _KEEPING) if service else Tri.UNKNOWN
        return None if keeps is Tri.NO else Door(item, name, endpoint, keeps)

    def gaps(self, door: Door) -> tuple[Gap, ...]:
        """What hides an endpoint, its service or its policy."""
        if door.endpoint is not None:
            return tuple(sorted({gap for attr in ("service", "policy") for gap in door.endpoint.gaps(attr)}))
        return self._view.hidden.within("endpoint", door.interface.account, door.interface.region) or ()

    def served(self, door: Door) -> Iterator[Admitted]:
        """Whom an endpoint serves beside production, or may."""
        lets, told, gaps = self._policy(door)
        if lets is Tri.NO:
            return
        names = door.interface.get("groups") or ()
        if not names:
            text, where = (
                f"security groups of endpoint {door.name}: not known",
                door.interface.where("groups"),
            )
            hidden = door.interface.gaps("groups")
            step = Step(door.name, door.interface.id, text, where, Tri.UNKNOWN, hidden)
            yield Admitted(Tri.UNKNOWN, text, step, hidden)
        for group in sorted(names):
            for one in self._admission.of(group):
                if _takes(one.ports):
                    words = f"{one.words}, at endpoint {door.name}"
                    state = one.state & lets & door.keeps
                    steps = replace(one, state=state, words=words, more=(told,))
                    yield replace(steps, gaps=(*one.gaps, *gaps))

    def _policy(self, door: Door) -> tuple[Tri, Step, tuple[Gap, ...]]:
        """Whether an endpoint's policy lets somebody beside production through."""
        endpoint, gaps = door.endpoint, self.gaps(door)
        ends = (door.interface.id, door.name)
        if endpoint is None or not endpoint.knows("policy"):
            where = endpoint.where("policy") if endpoint else door.interface.where("description")
            text = f"policy of endpoint {door.name}: not known"
            return Tri.UNKNOWN, Step(*ends, text, where, Tri.UNKNOWN, gaps), gaps
        policy, where = endpoint.get("policy"), endpoint.where("policy")
        document = parse(policy, attached=True) if policy is not None else None
        state = any_of(passes(document, one) for one in self._others) if document else Tri.YES
        text = f"policy of endpoint {door.name} to {endpoint.get('service')} lets others through"
        return state, Step(*ends, text, where, state), ()

    @cached_property
    def _others(self) -> list[Anybody]:
        """Callers of the accounts beside production; where there is none, of one that is not known."""
        places = self._view.estate.places
        found = [account for account, place in places.items() if not self._admission.is_inside(place)]
        return [Anybody(one, self._organization(one)) for one in sorted(found)] or [Anybody(_STRANGER)]

    def _organization(self, account: str) -> Held:
        for one in self._view.estate.of("boundary"):
            if one.id == account and "organization" in one.attrs and "organization" not in one.unknown:
                organization = one.attrs["organization"]
                return None if organization is None else (str(organization),)
        return OPEN


def _takes(ports: Span) -> bool:
    return ports.protocol is None or (
        ports.protocol == TCP and any(ports.low <= port <= ports.high for port in _PORTS)
    )
