"""Rules of network security groups, parsed.

https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview: a rule has a priority,
and the
first that matches decides; it names ports of both ends, and ends by range, service tag or group.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scanner.facts.network.ports import ANY, ICMP, ICMPV6, LAST, TCP, UDP, Span

EVERY = frozenset({"*", "any"})
_PROTOCOLS: Mapping[str, tuple[int, ...]] = {
    "tcp": (TCP,),
    "udp": (UDP,),
    "icmp": (ICMP, ICMPV6),
    "esp": (50,),
    "ah": (51,),
}
_CLIENTS = 49152
"""What a client's port may be at least, by default, of all systems: a rule for those takes any client."""


@dataclass(frozen=True, slots=True)
class Rule:
    """``partly``: whether it matches only some of the packets that its ends and ports say, or may."""

    name: str
    index: int
    allow: bool
    spans: tuple[Span, ...]
    sources: tuple[str, ...]
    source_groups: frozenset[str]
    targets: tuple[str, ...]
    target_groups: frozenset[str]
    partly: bool
    said: str

    @property
    def text(self) -> str:
        """``rule allow-sql: allow tcp 1433 from 10.1.0.0/16 to *``."""
        return f"rule {self.name}: {self.said}"


def rules_of(natives: Iterable[Mapping[str, Any]], *, egress: bool) -> tuple[Rule, ...]:
    """The rules of one direction, in the order in which they count."""
    numbered = [(index, rule) for index, rule in enumerate(natives) if rule["egress"] is egress]
    ordered = sorted(numbered, key=lambda one: one[1]["priority"] or 0)
    return tuple(_rule(index, rule) for index, rule in ordered)


def _rule(index: int, rule: Mapping[str, Any]) -> Rule:
    spans = tuple(_spans(str(rule["protocol"]), rule["ports"]))
    ends = [
        ", ".join([*rule[words], *(name.rpartition("/")[2] for name in rule[groups])]) or "nothing"
        for words, groups in (("sources", "source_groups"), ("targets", "target_groups"))
    ]
    what = f"{rule['protocol']} {', '.join(rule['ports'])}"
    verb = "allow" if rule["allow"] else "deny"
    return Rule(
        str(rule["name"]),
        index,
        bool(rule["allow"]),
        spans,
        tuple(str(word).lower() for word in rule["sources"]),
        frozenset(rule["source_groups"]),
        tuple(str(word).lower() for word in rule["targets"]),
        frozenset(rule["target_groups"]),
        not _any_client(rule["source_ports"]) or not spans,
        f"{verb} {what} from {ends[0]} to {ends[1]}",
    )


def _spans(protocol: str, ports: Iterable[str]) -> Iterator[Span]:
    told = [_range(port) for port in ports]
    whole = (0, LAST) in told
    if protocol in EVERY and whole:
        yield ANY
        return
    if None in told and not whole:
        # No span: all of it may be meant, and nothing for certain.
        return
    if protocol in EVERY:
        # Ports are those of TCP and UDP; nothing else has any.
        yield from (Span(number, *limits) for number in (TCP, UDP) for limits in told if limits)
        return
    for number in _PROTOCOLS.get(protocol, ()):
        if number in {TCP, UDP}:
            yield from (Span(number, *limits) for limits in told if limits)
        else:
            yield Span(number)


def _range(port: str) -> tuple[int, int] | None:
    """``443``, ``8000-8080`` or ``*``; ``None`` of what is not understood."""
    if port.lower() in EVERY:
        return (0, LAST)
    low, _, high = port.partition("-")
    if not (low.strip().isdigit() and (high or low).strip().isdigit()):
        return None
    limits = (int(low), int(high or low))
    return limits if limits[0] <= limits[1] <= LAST else None


def _any_client(ports: Iterable[str]) -> bool:
    told = [limits for port in ports if (limits := _range(port))]
    return any(low <= _CLIENTS and high == LAST for low, high in told)
