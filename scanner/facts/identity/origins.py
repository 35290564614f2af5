"""From which networks a caller's requests may come: directly, or by which VPC endpoints.

Policies that ask for a VPC or an endpoint (``aws:SourceVpc``, ``aws:SourceVpce``) are decided by who can be
there. The networks of a caller's own environment are its to use, and so are their endpoints, as far as an
endpoint's policy lets a request through. A network of another environment is out of reach where nothing
joins it to one of the caller's own: no peering, no transit gateway, no line to the outside world, no shared
subnet, all of which have to be listed for that; and a gateway endpoint serves nothing beyond its own
network, whatever joins it to others. An endpoint that is not available, and a gateway endpoint that no route
table leads to, serves nobody. Whether somebody gets into such a network some other way is what network paths
and identity paths decide; here it would count twice. Anything else stays open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-network-properties
https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_VpcEndpoint.html
https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies-vpc-endpoint.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.conditions import Test
from scanner.facts.identity.endpoint_names import service_of
from scanner.facts.identity.patterns import wild
from scanner.facts.identity.principals import OUTSIDERS
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import UNREAD, Document, parse
from scanner.facts.identity.values import OPEN, Held
from scanner.facts.identity.variables import names
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri

READS = (
    "endpoint.network",
    "endpoint.policy",
    "endpoint.route_tables",
    "endpoint.state",
    "endpoint.type",
    "endpoint.service",
    "network.cidrs",
    "peering.accepter",
    "peering.requester",
    "subnet.network",
    "transit_attachment.target",
    "transit_attachment.transit_gateway",
    "transit_attachment.type",
    "transit_gateway.state",
    "transit_peering.accepter",
    "transit_peering.requester",
    "vpn_gateway.networks",
)
"""What is read of an estate."""

_NAMED = ("aws:sourcevpce", "aws:sourcevpc")
KEYS = frozenset(
    (*_NAMED, "aws:vpcsourceip", "aws:sourcevpcarn", "aws:vpceaccount", "aws:vpceorgid", "aws:vpceorgpaths")
)
"""Condition keys that say by which network a request comes."""

_EXACT = frozenset(
    ("stringequals", "stringnotequals", "stringlike", "stringnotlike", "stringequalsignorecase")
)
_JOINING = (
    "network",
    "subnet",
    "peering",
    "transit_attachment",
    "transit_gateway.state",
    "transit_peering",
    "vpn_gateway",
)
_LINKING = frozenset(_JOINING) - {"network", "transit_gateway"}
"""Those of which an attribute says what they join: of the others it is enough that they are there."""
_OUTSIDE = "outside"
_GATEWAY = "gateway"
_IDLE = frozenset(("pendingacceptance", "pending", "deleting", "deleted", "rejected", "failed", "expired"))
"""States in which an endpoint passes nothing on."""


@dataclass(frozen=True, eq=False, slots=True)
class Origin:
    """One way that a request may come; ``policies`` are those of the endpoint that it passes."""

    keys: Mapping[str, Held] = field(default_factory=dict)
    policies: tuple[Policy, ...] = ()


ANYHOW = Origin()
"""By a way that is not known."""
_DIRECT = Origin(dict.fromkeys(KEYS))


class Origins:
    """The networks of an estate, by who may be in them."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._endpoints = [item for item in estate.of("endpoint") if item.provider == "aws"]
        self._gateways = {_raw(item) for item in self._endpoints if item.attrs.get("type") == _GATEWAY}
        self._network: dict[str, str] = {}
        for item in self._endpoints:
            self._network[_raw(item)] = str(item.attrs.get("network"))
        self._homes: dict[str, set[str | None]] = defaultdict(set)
        self._accounts: dict[str, set[str]] = defaultdict(set)
        for network, item in self._listings():
            self._homes[network] |= {item.place, estate.places.get(item.scope.boundary)}
            self._accounts[network].add(item.scope.boundary)
        self._joined = _Joined(estate)
        self._kept: dict[tuple[object, ...], tuple[Origin, ...]] = {}

    def _listings(self) -> Iterator[tuple[str, Resource]]:
        """Every network with everything that is listed as it, or in it: a shared one by several accounts."""
        for item in self._estate.of("network"):
            yield _raw(item), item
        for kind in ("subnet", "endpoint"):
            for item in self._estate.of(kind):
                if item.attrs.get("network"):
                    yield str(item.attrs["network"]), item

    def of(self, caller: Caller, action: str, documents: Iterable[Document]) -> tuple[Origin, ...]:
        """Every way that these documents can tell apart."""
        documents = [document for document in documents if document.keys & KEYS]
        if not documents or caller.place is None or caller.hidden or caller.kind in OUTSIDERS:
            return (ANYHOW,)
        who, service = (caller.place, caller.account), action.partition(":")[0]
        key = (who, service, *(document.key for document in documents))
        if key not in self._kept:
            self._kept[key] = tuple(self._ways(who, service, documents))
        return self._kept[key]

    def _ways(self, who: tuple[str, str], service: str, documents: list[Document]) -> Iterator[Origin]:
        yield _DIRECT
        place = who[0]
        tests = [test for document in documents for item in document.statements for test in item.tests]
        named = {value for test in tests if test.key in _NAMED for value in test.values}
        shown = False
        for item in self._endpoints:
            network = str(item.attrs.get("network"))
            usable = _usable(item)
            if place not in self._homes[network] or not _serves(item, service) or usable is Tri.NO:
                continue
            told = _raw(item) in named or network in named
            if told or not shown:
                yield _through(item, network, usable)
            shown = shown or not (told or usable is Tri.UNKNOWN)
        filled = any(_fills(document) for document in documents)
        exact = not filled and all(_is_exact(test) for test in tests if test.key in KEYS)
        if not exact or not all(self._settled(who, name) for name in named):
            yield ANYHOW

    def _settled(self, who: tuple[str, str], name: str) -> bool:
        """Whether it is known if callers of a place and account can come by this endpoint or network.

        Of another environment's network in their own account it is not: they may have rights in it.
        """
        place, account = who
        network = self._network.get(name, name)
        if network not in self._homes:
            return False
        if place in self._homes[network]:
            return True
        if account in self._accounts[network]:
            return False
        if name in self._gateways:
            return True
        reach = self._joined.component(network)
        if _OUTSIDE in reach or any(place in self._homes.get(node, ()) for node in reach):
            return False
        accounts = {account for node in reach for account in self._accounts.get(node, ())}
        ours = {account for account, home in self._estate.places.items() if home == place}
        return not self._joined.missing(accounts | ours)


class _Joined:
    """What joins networks to one another: an edge where traffic might pass, whatever routes say."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._edges: dict[str, set[str]] = defaultdict(set)
        known = {_raw(item) for kind in ("network", "transit_gateway") for item in estate.of(kind)}
        for one, other in _links(estate):
            for near, far in ((one, other), (other, one)):
                self._edges[near].add(far if far in known or far == _OUTSIDE else _OUTSIDE)
        self._missing = {item.scope.boundary for kind in _JOINING for item in estate.missing(kind)}
        for kind, _, attr in (need.partition(".") for need in READS):
            unread = (item for item in estate.of(kind) if kind in _LINKING and attr in item.unknown)
            self._missing |= {item.scope.boundary for item in unread}

    def component(self, network: str) -> set[str]:
        """All that a network may be joined to, itself included; what lies outside is not followed."""
        found, todo = {network}, [network]
        while todo:
            for node in self._edges.get(todo.pop(), ()):
                if node not in found:
                    found.add(node)
                    todo += [] if node == _OUTSIDE else [node]
        return found

    def missing(self, accounts: set[str]) -> bool:
        """Whether something that joins networks was not read in one of these accounts."""
        return bool(accounts & self._missing)


def _links(estate: Estate) -> Iterator[tuple[str, str]]:
    """Pairs of networks, transit gateways and the outside."""
    for kind, name in (("peering", "network"), ("transit_peering", "transit_gateway")):
        for item in estate.of(kind):
            ends = [item.attrs.get(side) or {} for side in ("requester", "accepter")]
            first, second = (str(end.get(name) or _OUTSIDE) for end in ends)
            yield first, second
    for item in estate.of("transit_attachment"):
        gateway, target = (str(item.attrs.get(name) or _OUTSIDE) for name in ("transit_gateway", "target"))
        if item.attrs.get("type") != "peering":
            yield gateway, target if item.attrs.get("type") == "network" else _OUTSIDE
    for item in estate.of("vpn_gateway"):
        yield from ((str(network), _OUTSIDE) for network in item.attrs.get("networks") or ())


def _usable(item: Resource) -> Tri:
    """Whether an endpoint passes anything on: as far as its state, and routes to a gateway endpoint, tell."""
    attrs, state = item.attrs, item.attrs.get("state")
    ways = attrs.get("route_tables") if attrs.get("type") == _GATEWAY else None
    if state in _IDLE or ways == []:
        return Tri.NO
    return Tri.YES if state == "available" else Tri.UNKNOWN


def _through(item: Resource, network: str, usable: Tri) -> Origin:
    """A request by one endpoint. Addresses in it, and whose it is, are not told apart."""
    keys: dict[str, Held] = dict.fromkeys(KEYS, OPEN)
    keys |= {"aws:sourcevpce": (_raw(item),), "aws:sourcevpc": (network,), "aws:sourceip": None}
    if usable is not Tri.YES:
        words, gaps = "state of the endpoint", tuple(item.unknown.get("state", ()))
        return Origin(keys, (Policy(f"{item.id}/state", UNREAD, item.where("state"), words, gaps),))
    said = item.attrs.get("policy")
    if "policy" in item.unknown:
        gaps = tuple(item.unknown["policy"])
        return Origin(keys, (Policy(f"{item.id}/policy", UNREAD, item.source, "endpoint policy", gaps),))
    if said is None:
        return Origin(keys)
    held = Policy(f"{item.id}/policy", parse(said, attached=True), item.where("policy"), "endpoint policy")
    return Origin(keys, (held,))


def _serves(item: Resource, service: str) -> bool:
    """Whether an endpoint leads to a service's API: ``com.amazonaws.eu-west-1.ecr.api`` does to ECR's."""
    named = item.attrs.get("service")
    return named is None or service_of(str(named)) in (None, service)


def _fills(document: Document) -> bool:
    """Whether a document reads such a key as a variable."""
    return any(
        not KEYS.isdisjoint(names(text))
        for statement in document.statements
        for text in (
            *(statement.resources or ()),
            *(value for test in statement.tests for value in test.values),
        )
    )


def _is_exact(test: Test) -> bool:
    """Whether a test names networks one by one, so that every other is as good as none."""
    if test.key not in _NAMED or test.operator not in _EXACT:
        return False
    return not any(wild(value) or "${" in value for value in test.values)


def _raw(item: Resource) -> str:
    return item.id.rsplit("/", 1)[-1]
