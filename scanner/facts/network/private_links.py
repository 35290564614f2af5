"""Private links: an endpoint of E, or of a service that E reaches, may lead to a load balancer in F.

An endpoint names its service, and the service's owner the load balancers behind it: where both are read, an
endpoint that is available leads there, and one of the provider's own services, or of somebody else, does
not. Where either is not read it is undecided, if F has a load balancer that can stand behind one (AWS
PrivateLink: network and gateway load balancers). Its interface takes what its security groups let in and
sends nothing of its own: where nothing of E gets to an endpoint of E, the link is half open. Policies of
endpoints say nothing of services that are not the provider's ("Control access to VPC endpoints using
endpoint policies", AWS PrivateLink).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from scanner.facts.crossings import SERVICE
from scanner.facts.network.endpoints import Endpoint, Endpoints
from scanner.facts.network.found import AT, Found, Reach, best
from scanner.facts.network.items import Item
from scanner.facts.network.ports import Span
from scanner.facts.network.targets import spans
from scanner.facts.network.view import BALANCER, ENDPOINT, View
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_BALANCERS = (f"{BALANCER}net/", f"{BALANCER}gwy/")
_CUSTOMERS = ".vpce."
"""Stands in the names of customers' services: ``com.amazonaws.vpce.eu-west-1.vpce-svc-0123``."""


def private_links(
    view: View, endpoints: Endpoints, source: str, target: str, reach: Reach
) -> tuple[list[Found], set[Gap] | None]:
    """The crossings by endpoint, and the gaps that may hide one; ``None`` when none may."""
    places = [source, *sorted({str(place) for place in view.estate.places.values() if _serves(place)})]
    links = [item for place in places for item in _described(view, place, (ENDPOINT,))]
    balancers = _described(view, target, _BALANCERS)
    near = _unread(one for place in places for one in endpoints.everywhere(place))
    far = _unread(endpoints.everywhere(target))
    clients = frozenset(one.id for one in endpoints.everywhere(source)) - {item.id for item in links}
    found: list[Found] = []
    undecided: dict[str, list[tuple[Item, Found]]] = {}
    for item in links:
        if service := _service(view, item, target):
            kept = {source: clients, AT: frozenset({item.id})}
            there = reach(source, str(item.place), kept, _spans(view, service))
            if there or item.place == source:
                found.append(_led(_linked(view, item, service), item, source, there))
        elif one := _found(view, item, balancers, target):
            undecided.setdefault(str(item.place), []).append((item, one))
    found += [one for _, one in undecided.pop(source, ())]
    for place, some in undecided.items():
        # These may be many: which of them E gets to is asked once for all.
        there = reach(source, place, {source: clients, AT: frozenset(item.id for item, _ in some)}, ())
        sources = frozenset[str]().union(*(way.sources for way in there))
        reached = frozenset[str]().union(*(way.targets for way in there))
        found += [
            replace(one, sources=sources, via=(place.removeprefix(SERVICE),))
            for item, one in some
            if item.id in reached
        ]
    hiding = [
        (near, bool(balancers) or far is not None),
        (far, bool(links)),
    ]
    gaps = [side for side, other in hiding if side is not None and other]
    return found, set().union(*gaps) if gaps else None


def _serves(place: str | None) -> bool:
    return str(place).startswith(SERVICE)


def _spans(view: View, service: Resource) -> tuple[Span, ...]:
    """The ports of listeners behind a service; none (any) where they are not known."""
    behind = [view.estate.by_id.get(one) for one in service.attrs["load_balancers"]]
    told = [one.attrs.get("listeners") if one else None for one in behind]
    listening = [one for listeners in told if all(told) for one in listeners or ()]
    return tuple(sorted({span for one in listening for span in spans(one, str(one.get("protocol")))}))


def _led(one: Found, link: Item, source: str, there: list[Found]) -> Found:
    """A link with the way to it: latent where it is E's own, and nothing gets to it."""
    way = best(there)
    if way is None:
        by = f"nothing of {source} gets to the interface of {one.border}"
        held = Step(source, link.id, by, link.where("groups"), Tri.NO)
        latent = one.state is Tri.YES
        return replace(one, steps=(*one.steps, held), latent=latent)
    place = str(link.place)
    via = (place.removeprefix(SERVICE),) if place != source else ()
    return replace(
        one, state=one.state & way.state, sources=way.sources, steps=(*way.steps, *one.steps), via=via
    )


def _named(link: Item) -> str:
    return str(link.get("description")).removeprefix(ENDPOINT)


def _service(view: View, link: Item, target: str) -> Resource | None:
    """The service of F that an endpoint is connected to, with its load balancers."""
    endpoint = view.link_endpoints.get(_named(link))
    if endpoint is None or endpoint.get("state") != "available" or not endpoint.get("service"):
        return None
    service = view.link_services.get(str(endpoint.get("service")))
    ours = service is not None and service.environment == target and service.attrs.get("load_balancers")
    return service if ours else None


def _linked(view: View, link: Item, service: Resource) -> Found:
    """What an endpoint leads to for certain: a service of F that it is connected to."""
    name = _named(link)
    endpoint = view.link_endpoints[name]
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
        return target not in view.estate.places_of(service)
    if any(target in view.estate.places_of(one) for one in view.unnamed_services):
        return False
    hidden = view.hidden
    return not any(target in hidden.hosts(account) for account, _, _ in hidden.places("endpoint_service"))


def _found(view: View, link: Item, balancers: list[Item], target: str) -> Found | None:
    name = _named(link)
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


def _described(view: View, place: str, starts: tuple[str, ...]) -> list[Item]:
    here = view.described.get(place, ())
    return [item for item in here if str(item.get("description")).startswith(starts)]


def _unread(endpoints: Iterable[Endpoint]) -> set[Gap] | None:
    gaps = [set(endpoint.gaps) for endpoint in endpoints if not endpoint.sure]
    return set().union(*gaps) if gaps else None
