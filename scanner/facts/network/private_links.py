"""Private links: an endpoint interface in E may lead to a service behind a load balancer in F.

An endpoint names its service, and the service's owner the load balancers behind it: where both are read, an
endpoint that is available leads there, and one of the provider's own services, or of somebody else, does
not. Where either is not read it is undecided, if F has a load balancer that can stand behind one (AWS
PrivateLink: network and gateway load balancers).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.found import Found
from scanner.facts.network.items import Item
from scanner.facts.network.view import View
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_ENDPOINT = "VPC Endpoint Interface "
_BALANCERS = ("ELB net/", "ELB gwy/")
_CUSTOMERS = ".vpce."
"""Stands in the names of customers' services: ``com.amazonaws.vpce.eu-west-1.vpce-svc-0123``."""


def private_links(
    view: View, endpoints: Endpoints, source: str, target: str
) -> tuple[list[Found], set[Gap] | None]:
    """The undecided crossings, by endpoint, and the gaps that may hide one; ``None`` when none may."""
    links = _described(view, source, (_ENDPOINT,))
    balancers = _described(view, target, _BALANCERS)
    near, far = (_unread(endpoints.everywhere(environment)) for environment in (source, target))
    found = [
        one
        for item in links
        if (
            one := _linked(view, item, target)
            or (_found(view, item, balancers, target) if balancers else None)
        )
    ]
    hiding = [
        (near, bool(balancers) or far is not None),
        (far, bool(links)),
    ]
    gaps = [side for side, other in hiding if side is not None and other]
    return found, set().union(*gaps) if gaps else None


def _linked(view: View, link: Item, target: str) -> Found | None:
    """What an endpoint leads to for certain: a service of F that it is connected to."""
    name = str(link.get("description")).removeprefix(_ENDPOINT)
    endpoint = view.link_endpoints.get(name)
    if endpoint is None or endpoint.get("state") != "available" or not endpoint.get("service"):
        return None
    service = view.link_services.get(str(endpoint.get("service")))
    if service is None or service.environment != target or not service.attrs.get("load_balancers"):
        return None
    balancers = tuple(str(one) for one in service.attrs["load_balancers"])
    by = f"endpoint {name} to {endpoint.get('service')}"
    behind = f"endpoint service {service.name} of load balancer {balancers[0].rpartition(':')[2]}"
    steps = (
        Step(link.id, service.id, by, endpoint.where("service")),
        Step(service.id, balancers[0], behind, service.where("load_balancers")),
    )
    ports = frozenset(_listening(view, balancers)) or frozenset({"all traffic"})
    return Found(name, Tri.YES, frozenset({link.id}), frozenset(balancers), ports, steps)


def _listening(view: View, balancers: Iterable[str]) -> Iterator[str]:
    """The ports of listeners, as far as they are known; all where one load balancer's are not."""
    for one in balancers:
        resource = view.estate.by_id.get(one)
        listeners = resource.attrs.get("listeners") if resource else None
        if not listeners:
            yield "all traffic"
        for listener in listeners or ():
            protocol = "udp" if listener.get("protocol") == "UDP" else "tcp"
            yield f"{protocol} {listener.get('port')}"


def _elsewhere(view: View, name: str, target: str) -> bool:
    """Whether an endpoint is known to lead to no service of F."""
    endpoint = view.link_endpoints.get(name)
    if endpoint is None or not endpoint.knows("service") or not endpoint.get("service"):
        return False
    if _CUSTOMERS not in str(endpoint.get("service")):
        return True  # a service of the provider
    service = view.link_services.get(str(endpoint.get("service")))
    if service is not None:
        return service.environment != target
    hidden = view.hidden
    return not any(target in hidden.hosts(account) for account, _, _ in hidden.places("endpoint_service"))


def _found(view: View, link: Item, balancers: list[Item], target: str) -> Found | None:
    name = str(link.get("description")).removeprefix(_ENDPOINT)
    if not balancers or _elsewhere(view, name, target):
        return None
    first = balancers[0]
    where = link.where("description")
    steps = (
        Step(link.id, name, f"endpoint {name}: its service is not read", where, Tri.UNKNOWN),
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
