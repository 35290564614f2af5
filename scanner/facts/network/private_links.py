"""Private links: an endpoint interface in E may lead to a service behind a load balancer in F.

Endpoint services are not read, so this is undecided where E has an endpoint interface and F a load
balancer that can stand behind one (AWS PrivateLink: network and gateway load balancers).
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.found import Found
from scanner.facts.network.items import Item
from scanner.facts.network.view import View
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_ENDPOINT = "VPC Endpoint Interface "
_BALANCERS = ("ELB net/", "ELB gwy/")


def private_links(
    view: View, endpoints: Endpoints, source: str, target: str
) -> tuple[list[Found], set[Gap] | None]:
    """The undecided crossings, by endpoint, and the gaps that may hide one; ``None`` when none may."""
    links = _described(view, source, (_ENDPOINT,))
    balancers = _described(view, target, _BALANCERS)
    near, far = (_unread(endpoints.everywhere(environment)) for environment in (source, target))
    found = [_found(item, balancers) for item in links] if balancers else []
    hiding = [
        (near, bool(balancers) or far is not None),
        (far, bool(links)),
    ]
    gaps = [side for side, other in hiding if side is not None and other]
    return found, set().union(*gaps) if gaps else None


def _found(link: Item, balancers: list[Item]) -> Found:
    name = str(link.get("description")).removeprefix(_ENDPOINT)
    first = balancers[0]
    steps = (
        Step(
            link.id, name, f"endpoint {name}: its service is not read", link.where("description"), Tri.UNKNOWN
        ),
        Step(name, first.id, f"load balancer {first.get('description')}", first.where("description")),
    )
    targets = frozenset(item.id for item in balancers)
    return Found(name, Tri.UNKNOWN, frozenset({link.id}), targets, frozenset({"all traffic"}), steps)


def _described(view: View, environment: str, starts: tuple[str, ...]) -> list[Item]:
    return [
        item
        for item in view.interfaces.values()
        if item.place == environment and str(item.get("description") or "").startswith(starts)
    ]


def _unread(endpoints: Iterable[Endpoint]) -> set[Gap] | None:
    gaps = [set(endpoint.gaps) for endpoint in endpoints if not endpoint.sure]
    return set().union(*gaps) if gaps else None
