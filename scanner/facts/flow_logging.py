"""Whether what passes through a network is recorded (HRD-003).

It is where a flow log that works records all traffic of the network, or where such logs cover each of
its subnets, or each of its interfaces. A network that nothing stands in passes nothing: ``used`` says so.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

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
        self._subnets = _by_network(items(estate, "subnet"))
        self._interfaces = _by_network(items(estate, "interface"))

    def marks(self, network: Resource) -> Iterable[Mark]:
        """What is known of one network."""
        account, region = owner(network), network.scope.region
        hidden = self._hidden.within("interface", account, region)
        inside = self._interfaces.get(network.name, [])
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
        for parts in (self._subnets, self._interfaces):
            states = [self._watched(item.name) for item in parts.get(network.name, ())]
            if not states:
                continue
            if all(state is Tri.YES for state in states):
                return Tri.YES, self._logs[parts[network.name][0].name][0]
            if all(state is not Tri.NO for state in states):
                best = Tri.UNKNOWN
        return best, None

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
        for item in (*self._subnets.get(network.name, ()), *self._interfaces.get(network.name, ())):
            for log in self._logs.get(item.name, ()):
                found.update(gap for attr in _ATTRS for gap in log.unknown.get(attr, ()))
        for log in self._logs.get(network.name, ()):
            found.update(gap for attr in _ATTRS for gap in log.unknown.get(attr, ()))
        return tuple(sorted(found))

    def _logged_by(self, account: str, region: str) -> Iterable[Gap]:
        yield from self._hidden.within("flow_log", account, region) or ()
        yield from self._unread.get((account, region), ())


def _works(log: Resource) -> bool:
    return log.attrs.get("status") == "ACTIVE" and log.attrs.get("delivery") != "FAILED"


def _by_network(found: dict[str, Item]) -> dict[str, list[Item]]:
    by_network: dict[str, list[Item]] = defaultdict(list)
    for item in found.values():
        by_network[str(item.get("network"))].append(item)
    return by_network
