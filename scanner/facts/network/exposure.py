"""Which administrative ports of an interface the internet at large reaches.

At large: by a range that names nobody in particular. It takes a public address, a way for answers to an
internet gateway, and that block public access, a network ACL and a security group let it by. Whether
that is so is asked at one address of each block of the internet, so narrow entries change nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from scanner.facts.network.addresses import Prefix, is_public, parse
from scanner.facts.network.guards import names_someone
from scanner.facts.network.items import Item
from scanner.facts.network.listeners import Listeners
from scanner.facts.network.networks import Network
from scanner.facts.network.ports import EPHEMERAL, LAST, TCP, Span
from scanner.facts.network.rules import Entry
from scanner.facts.network.view import View
from scanner.facts.network.words import rule_source
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

INTERNET = "internet"
ADMINISTRATIVE: Mapping[int, str] = {
    22: "SSH",
    23: "Telnet",
    135: "RPC",
    139: "NetBIOS",
    445: "SMB",
    873: "rsync",
    2049: "NFS",
    3389: "RDP",
    5900: "VNC",
    5901: "VNC",
    5985: "WinRM",
    5986: "WinRM",
    1433: "SQL Server",
    1434: "SQL Server",
    1521: "Oracle",
    3306: "MySQL",
    5432: "PostgreSQL",
    5439: "Redshift",
    5984: "CouchDB",
    6379: "Redis",
    7000: "Cassandra",
    8086: "InfluxDB",
    9042: "Cassandra",
    9200: "Elasticsearch",
    9300: "Elasticsearch",
    11211: "memcached",
    27017: "MongoDB",
    50000: "Db2",
    2181: "ZooKeeper",
    9092: "Kafka",
    2375: "Docker",
    2376: "Docker",
    2379: "etcd",
    2380: "etcd",
    6443: "Kubernetes",
    10250: "kubelet",
    10255: "kubelet",
    8265: "Ray",
    8888: "Jupyter",
}
"""TCP ports by which machines, clusters and databases are governed, with what speaks there."""
_TAKES_NOTHING = ("Interface for NAT Gateway", "Network Interface for Transit Gateway")
_NOWHERE = Source("", 0)
_SPECIAL = frozenset({0, 10, 100, 127, 169, 172, 192, 198, 203})
BLOCKS = {
    4: tuple((first << 24) + 0x4D4D4D for first in range(1, 224) if first not in _SPECIAL),
    6: tuple(number << 112 for number in range(0x2400, 0x2C00, 0x80)),
}
"""Family -> an address in each block of the internet that is asked about."""


@dataclass(frozen=True, slots=True)
class Exposed:
    """Ports that are open for certain, and those that may be; the steps that open the first, and gaps."""

    sure: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()
    gaps: tuple[Gap, ...] = ()


@dataclass(frozen=True, slots=True)
class _Open:
    """Blocks that a filter lets in for certain and maybe, and what says so."""

    sure: int
    maybe: int
    by: str = ""
    source: Source = _NOWHERE
    gaps: tuple[Gap, ...] = ()


class Exposure:
    """Asks interface by interface; what filters say is kept by filter, so that many cost little."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._listeners = Listeners(view)
        self._acls: dict[tuple[str, int, int], tuple[int, int]] = {}
        self._groups: dict[tuple[str, int, int], _Open] = {}

    def of(self, item: Item) -> Exposed:
        """The administrative ports of an interface, as ``tcp 22``."""
        described = str(item.get("description") or "")
        if described.startswith(_TAKES_NOTHING) and not item.get("attached_to"):
            return Exposed()
        found: dict[int, tuple[Tri, tuple[Step, ...], tuple[Gap, ...]]] = {}
        for family in (4, 6):
            way = self._way(item, family)
            if way.state is Tri.NO:
                continue
            for port in self._listeners.ports(item, ADMINISTRATIVE):
                state, steps, gaps = self._port(item, family, port, way)
                if state is not Tri.NO and (port not in found or found[port][0] is Tri.UNKNOWN):
                    found[port] = (state, steps, gaps)
        sure = [port for port in sorted(found) if found[port][0] is Tri.YES]
        maybe = [port for port in sorted(found) if found[port][0] is Tri.UNKNOWN]
        return Exposed(
            tuple(f"tcp {port}" for port in sure),
            tuple(f"tcp {port}" for port in maybe),
            found[sure[0]][1] if sure else found[maybe[0]][1] if maybe else (),
            tuple(sorted({gap for port in maybe for gap in found[port][2]})),
        )

    def _way(self, item: Item, family: int) -> _Way:
        """Whether the internet finds the interface, and answers find the internet."""
        view = self._view
        address = self._address(item, family)
        subnet = view.subnets.get(str(item.get("subnet")))
        network = view.networks.get(str(item.get("network") or (subnet.get("network") if subnet else "")))
        if address.state is Tri.NO or network is None:
            return address if network else _Way(address.state & Tri.UNKNOWN, (), address.gaps)
        let = view.block.lets(network.account, network.region, {network.name, item.get("subnet")}, "in")
        route = self._route(item, network, family)
        steps = (*address.steps, *route.steps)
        if let.by != "block public access is off" and let.source.part:
            steps = (Step(INTERNET, network.id, let.by, let.source, let.state, let.gaps), *steps)
        return _Way(address.state & let.state & route.state, steps, (*address.gaps, *let.gaps, *route.gaps))

    def _address(self, item: Item, family: int) -> _Way:
        attr = "public_addresses" if family == 4 else "addresses"  # noqa: PLR2004
        if not item.knows(attr):
            return _Way(Tri.UNKNOWN, (), item.gaps(attr))
        held = [parse(str(text)) for text in item.get(attr) or ()]
        if not any(one and one.family == family and is_public(one) for one in held):
            return _Way(Tri.NO)
        text = f"public address {', '.join(str(text) for text in item.get(attr))}"
        return _Way(Tri.YES, (Step(INTERNET, item.id, text, item.where(attr)),))

    def _route(self, item: Item, network: Network, family: int) -> _Way:
        choice = self._view.table_of(network, item.get("subnet"))
        states: set[Tri] = set()
        steps: list[Step] = []
        for table in choice.items:
            routes = self._view.routes(table, network)
            if routes is None:
                states.add(Tri.UNKNOWN)
                continue
            hops = {hop for address in BLOCKS[family] for hop in routes.hops(family, address)}
            doors = [hop for hop in hops if hop.kind == "internet_gateway"]
            states.add(Tri.YES if doors else Tri.UNKNOWN if any(hop.opaque for hop in hops) else Tri.NO)
            if doors:
                where = table.where("routes")
                index = doors[0].index
                where = where.at(f"{where.pointer}/{index}") if where.pointer and index is not None else where
                steps.append(Step(item.id, INTERNET, f"{doors[0].text} in {table.name}", where))
        if not choice.complete:
            states.add(Tri.UNKNOWN)
        gaps = (*choice.gaps, *(gap for table in choice.items for gap in table.gaps("routes")))
        return _Way(states.pop() if len(states) == 1 else Tri.UNKNOWN, tuple(steps[:1]), gaps)

    def _port(
        self, item: Item, family: int, port: int, way: _Way
    ) -> tuple[Tri, tuple[Step, ...], tuple[Gap, ...]]:
        acl, group = self._acl_of(item, family, port), self._group_of(item, family, port)
        open_ = Tri.of(bool(acl.sure & group.sure))
        if open_ is Tri.NO and acl.maybe & group.maybe:
            open_ = Tri.UNKNOWN
        state = way.state & open_ & self._listeners.answers(item, port)
        admits = Tri.YES if group.sure else Tri.UNKNOWN
        step = Step(INTERNET, item.id, group.by, group.source, admits, () if group.sure else group.gaps)
        return state, (*way.steps, step), (*way.gaps, *acl.gaps, *group.gaps, *self._listeners.gaps(item))

    def _acl_of(self, item: Item, family: int, port: int) -> _Open:
        network = self._view.networks.get(str(item.get("network")))
        if network is None:
            return _Open(0, _all(family))
        choice = self._view.acl_of(network, item.get("subnet"))
        sure = _all(family) if choice.complete else 0
        maybe = 0 if choice.complete else _all(family)
        for one in choice.items:
            key = (one.name, family, port)
            if key not in self._acls:
                self._acls[key] = self._read(self._view.entries(one), family, port)
            sure, maybe = sure & self._acls[key][0], maybe | self._acls[key][1]
        gaps = (*choice.gaps, *(gap for one in choice.items for gap in one.gaps("entries")))
        return _Open(sure, maybe, gaps=gaps)

    def _read(self, entries: Iterable[Entry] | None, family: int, port: int) -> tuple[int, int]:
        if entries is None:
            return 0, _all(family)
        told = tuple(entries)
        answers = {
            EPHEMERAL,
            *(cut for one in told if one.ports for cut in (one.ports.low, one.ports.high + 1)),
        }
        into = _passing(told, family, egress=False, port=port)
        out = [
            _passing(told, family, egress=True, port=answer)
            for answer in sorted(answers)
            if EPHEMERAL <= answer <= LAST
        ]
        sure = maybe = 0
        for one in out:
            sure, maybe = sure | one[0], maybe | one[1]
        return into[0] & sure, into[1] & maybe

    def _group_of(self, item: Item, family: int, port: int) -> _Open:
        if not item.knows("groups"):
            return _Open(
                0, _all(family), "security groups not known", item.where("groups"), item.gaps("groups")
            )
        names = item.get("groups") or ()
        if not names:
            state = self._listeners.unfiltered(item)
            sure = _all(family) if state is Tri.YES else 0
            return _Open(sure, _all(family), "no security group", item.where("groups"))
        found = [self._group(name, family, port) for name in names]
        sure = maybe = 0
        for one in found:
            sure, maybe = sure | one.sure, maybe | one.maybe
        first = max(found, key=lambda one: (bool(one.sure), bool(one.maybe)))
        return _Open(sure, maybe, first.by, first.source, tuple(gap for one in found for gap in one.gaps))

    def _group(self, name: str, family: int, port: int) -> _Open:
        key = (name, family, port)
        if key not in self._groups:
            self._groups[key] = self._admits(name, family, port)
        return self._groups[key]

    def _admits(self, name: str, family: int, port: int) -> _Open:
        rules = self._view.rules(name, "ingress")
        item = self._view.groups.get(name)
        if rules is None or item is None:
            gaps = item.gaps("ingress") if item else ()
            where = item.where("ingress") if item else Source("", 0)
            return _Open(0, _all(family), f"security group {name} ingress: not known", where, gaps)
        sure = maybe = 0
        by, where = f"security group {name} lets none of it in", item.where("ingress")
        for index, rule in enumerate(rules):
            if rule.ports.protocol is not None and not (_holds(rule.ports, port) or rule.unread):
                continue
            wide = _blocks(family, (prefix for prefix in rule.prefixes if not names_someone(prefix)))
            doubt = _all(family) if rule.unread or set(rule.lists) - self._view.services else 0
            if (wide and not sure) or (doubt and not sure | maybe):
                by, where = rule.said(name, "ingress"), rule_source(item, "ingress", index)
            sure, maybe = sure | (0 if rule.unread else wide), maybe | wide | doubt
        return _Open(sure, maybe, by, where)


@dataclass(frozen=True, slots=True)
class _Way:
    state: Tri
    steps: tuple[Step, ...] = ()
    gaps: tuple[Gap, ...] = ()


def _all(family: int) -> int:
    return (1 << len(BLOCKS[family])) - 1


def _blocks(family: int, prefixes: Iterable[Prefix]) -> int:
    bits = 0
    for prefix in prefixes:
        if prefix.length == 0 and prefix.family == family:
            return _all(family)
        for number, address in enumerate(BLOCKS[family]):
            bits |= prefix.holds(family, address) << number
    return bits


def _holds(ports: Span, port: int) -> bool:
    return ports.protocol is None or (ports.protocol == TCP and ports.low <= port <= ports.high)


def _passing(entries: Iterable[Entry], family: int, *, egress: bool, port: int) -> tuple[int, int]:
    """Blocks that the first entries that match let by; narrow ones match somebody in particular."""
    left_sure = left_maybe = _all(family)
    sure = maybe = 0
    for entry in entries:
        if entry.egress != egress or (entry.prefix and names_someone(entry.prefix)):
            continue
        may = _blocks(family, (entry.prefix,)) if entry.prefix else _all(family)
        if entry.ports and not _holds(entry.ports, port):
            continue
        must = may if entry.prefix and entry.ports else 0
        if entry.allow:
            sure, maybe = sure | left_sure & must, maybe | left_maybe & may
        left_sure, left_maybe = left_sure & ~may, left_maybe & ~must
    return sure, maybe
