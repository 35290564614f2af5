"""Whether what passes through a network is recorded (HRD-003).

It is where a flow log that works records all traffic of the network, or where such logs cover each of
its subnets, or each of its interfaces: all of them must be known, by the listing of the network's owner. In
a shared network a participant may log its own interfaces, and only its own account tells. A network that
nothing stands in passes nothing: ``used`` says so.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-share-limitations.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

from scanner.facts.network.hidden import Hidden
from scanner.facts.network.items import Item, items, owner
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    "network.cidrs",
    "subnet.network",
    "interface.network",
    "interface.subnet",
    "flow_log.target",
    "flow_log.traffic",
    "flow_log.status",
    "flow_log.delivery",
)
_ATTRS = ("target", "traffic", "status", "delivery")
_BOTH = frozenset({"ACCEPT", "REJECT"})


def derive(estate: Estate) -> Facts:
    """Marks on every network: whether it is used, and whether its traffic is logged."""
    logs = _Logs(estate)
    marks: list[Mark] = []
    for network in estate.of("network"):
        marks += logs.marks(network)
    return Facts(marks=tuple(marks))


class _Logs:
    """Flow logs by what they watch, and the subnets and interfaces of networks."""

    def __init__(self, estate: Estate) -> None:
        self._hidden = Hidden(estate)
        self._logs: dict[str, list[Resource]] = defaultdict(list)
        for log in estate.of("flow_log"):
            self._logs[str(log.attrs.get("target"))].append(log)
        self._unread = {
            (log.scope.boundary, log.scope.region): tuple(log.unknown["target"])
            for log in estate.of("flow_log")
            if "target" in log.unknown
        }
        self._parts = {kind: _by_network(items(estate, kind)) for kind in ("subnet", "interface")}

    def marks(self, network: Resource) -> Iterable[Mark]:
        """What is known of one network."""
        account, region = owner(network), network.scope.region
        hidden = self._hidden.within("interface", account, region)
        inside = self._parts["interface"].get(network.name, [])
        if inside or hidden is None:
            yield Mark(network.id, "used", bool(inside))
        else:
            yield Mark(network.id, "used", unknown=True, gaps=hidden)
        state, log = self._covered(network)
        gaps = self._gaps(network, account, region)
        if state is Tri.YES:
            steps = (Step(network.id, log.id, f"flow log {log.name}", log.where("target")),) if log else ()
            yield Mark(network.id, "flow_logged", True, steps=steps)
        elif gaps or state is Tri.UNKNOWN:
            yield Mark(network.id, "flow_logged", unknown=True, gaps=gaps)
        else:
            yield Mark(network.id, "flow_logged", False)

    def _covered(self, network: Resource) -> tuple[Tri, Resource | None]:
        own = self._watched(network.name)
        if own is Tri.YES:
            return own, self._logs[network.name][0]
        best = own
        for kind, parts in self._parts.items():
            inside = parts.get(network.name, [])
            states = [self._part(item) for item in inside]
            if not states or Tri.NO in states:
                continue
            whole = self._hidden.within(kind, owner(network), network.scope.region) is None
            if whole and all(state is Tri.YES for state in states):
                return Tri.YES, self._logs[inside[0].name][0]
            best = Tri.UNKNOWN
        return best, None

    def _part(self, item: Item) -> Tri:
        """Of a subnet or an interface; a participant may log its own, where nobody else sees it."""
        state = self._watched(item.name)
        return Tri.UNKNOWN if state is Tri.NO and self._unseen(item) else state

    def _unseen(self, item: Item) -> bool:
        account = _holder(item)
        return account not in self._hidden.collected or any(self._logged_by(account, item.region))

    def _watched(self, name: str) -> Tri:
        """Whether all traffic of a network, subnet or interface is recorded."""
        kept = [log for log in self._logs.get(name, ()) if not set(_ATTRS) & set(log.unknown) and _works(log)]
        traffic = {log.attrs.get("traffic") for log in kept}
        if "ALL" in traffic or traffic >= _BOTH:
            return Tri.YES
        unread = any(set(_ATTRS) & set(log.unknown) for log in self._logs.get(name, ()))
        return Tri.UNKNOWN if unread else Tri.NO

    def _gaps(self, network: Resource, account: str, region: str) -> tuple[Gap, ...]:
        """What hides flow logs of a network, its subnets and its interfaces."""
        found: set[Gap] = set()
        for boundary in {account, network.scope.boundary}:
            found.update(self._logged_by(boundary, region))
        for kind, parts in self._parts.items():
            found.update(self._hiding_parts(kind, parts.get(network.name, ()), account, region))
        for log in self._logs.get(network.name, ()):
            found.update(gap for attr in _ATTRS for gap in log.unknown.get(attr, ()))
        return tuple(sorted(found))

    def _hiding_parts(self, kind: str, inside: Iterable[Item], account: str, region: str) -> Iterator[Gap]:
        """What hides parts of a network, where the others of the sort are all logged, or logs of them."""
        listed = tuple(inside)
        for item in listed:
            for log in self._logs.get(item.name, ()):
                yield from (gap for attr in _ATTRS for gap in log.unknown.get(attr, ()))
        if listed and all(self._part(item) is not Tri.NO for item in listed):
            yield from self._hidden.within(kind, account, region) or ()
            for item in listed:
                yield from self._logged_by(_holder(item), region) if self._part(item) is Tri.UNKNOWN else ()

    def _logged_by(self, account: str, region: str) -> Iterable[Gap]:
        yield from self._hidden.within("flow_log", account, region) or ()
        yield from self._unread.get((account, region), ())


def _works(log: Resource) -> bool:
    return log.attrs.get("status") == "ACTIVE" and log.attrs.get("delivery") != "FAILED"


def _holder(item: Item) -> str:
    """The account whose flow log of it may be: an interface in a shared subnet is its participant's own."""
    return str(item.get("owner") or item.account)


def _by_network(found: dict[str, Item]) -> dict[str, list[Item]]:
    by_network: dict[str, list[Item]] = defaultdict(list)
    for item in found.values():
        by_network[str(item.get("network"))].append(item)
    return by_network
