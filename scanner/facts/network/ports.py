"""Protocols and destination ports as classes, and what they are called.

A class is ``(protocol, first, last)`` with IANA protocol numbers; protocol ``None`` stands for every
protocol that no rule names. ICMP has no ports: its type and code take their place as
``256 * type + code`` (RFC 792, RFC 4443).
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import Any, NamedTuple

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
LAST = 65535
EPHEMERAL = 1024
"""The first port that a client may be answered on; all up to 65535 are taken to be."""
ECHO = {ICMP: (8, 0), ICMPV6: (128, 129)}
"""ICMP protocol -> the type that asks and the type that answers."""

_NAMES = {"tcp": TCP, "udp": UDP, "icmp": ICMP, "icmpv6": ICMPV6}
_SPELLED = {number: name for name, number in _NAMES.items()}
_PORTED = (TCP, UDP, *ECHO)


class Span(NamedTuple):
    """What a rule says of protocol and port: ``protocol`` ``None`` is all of them."""

    protocol: int | None
    low: int = 0
    high: int = LAST


ANY = Span(None)


def span(rule: dict[str, Any]) -> Span | None:
    """The protocol and ports of a rule of a security group or network ACL; ``None``: not understood.

    ``-1`` and absent ports mean all; for ICMP without ``icmp_type``, the ports carry type and code.
    """
    protocol = _number(rule.get("protocol"))
    if protocol is None:
        return None
    if protocol < 0:
        return ANY
    if protocol in ECHO:
        kind, code = rule.get("icmp_type"), rule.get("icmp_code")
        return _icmp(
            protocol, *((rule.get("from_port"), rule.get("to_port")) if kind is None else (kind, code))
        )
    low, high = rule.get("from_port"), rule.get("to_port")
    if protocol not in _PORTED or low is None or low < 0:
        return Span(protocol)
    return Span(protocol, low, LAST if high is None or high < 0 else high)


def spell_span(what: Span) -> str:
    """``tcp 5432``, ``udp``, ``all traffic``."""
    return "all traffic" if what.protocol is None else _spell(*what)


class PortAtoms:
    """The classes that all rules together tell apart."""

    def __init__(self, spans: Iterable[Span]) -> None:
        cuts: dict[int, set[int]] = {TCP: {0, EPHEMERAL}, UDP: {0, EPHEMERAL}}
        for echo, types in ECHO.items():
            cuts[echo] = {0} | {cut for kind in types for cut in (256 * kind, 256 * kind + 256)}
        for what in spans:
            if what.protocol is not None:
                cuts.setdefault(what.protocol, {0}).update((what.low, what.high + 1))
        self.classes: list[tuple[int | None, int, int]] = []
        self._first: dict[int, tuple[int, list[int]]] = {}
        for number in sorted(cuts):
            lows = sorted(cut for cut in cuts[number] if cut <= LAST)
            self._first[number] = (len(self.classes), lows)
            highs = [low - 1 for low in lows[1:]] + [LAST]
            self.classes += [(number, low, high) for low, high in zip(lows, highs, strict=True)]
        self.classes.append((None, 0, LAST))
        self.protocols: dict[int | None, int] = {}
        """Protocol -> its classes."""
        for number, (protocol, _, _) in enumerate(self.classes):
            self.protocols[protocol] = self.protocols.get(protocol, 0) | 1 << number

    def __len__(self) -> int:
        return len(self.classes)

    @property
    def all(self) -> int:
        """Every class."""
        return (1 << len(self.classes)) - 1

    def matching(self, what: Span) -> int:
        """The classes of a span that was among those given."""
        if what.protocol is None:
            return self.all
        first, lows = self._first[what.protocol]
        start, stop = bisect_left(lows, what.low), bisect_left(lows, what.high + 1)
        return ((1 << (stop - start)) - 1) << (first + start)

    def answers(self, protocol: int | None) -> int:
        """The classes that answers of TCP, UDP and echo requests come on; 0 for other protocols."""
        if protocol in (TCP, UDP):
            return self.matching(Span(protocol, EPHEMERAL, LAST))
        if protocol in ECHO:
            return self.matching(_icmp(protocol, ECHO[protocol][1], -1))
        return 0

    def asks(self, protocol: int | None) -> int:
        """The classes that await an answer of another class: TCP, UDP and echo requests."""
        if protocol in (TCP, UDP):
            return self.protocols[protocol]
        if protocol in ECHO:
            return self.matching(_icmp(protocol, ECHO[protocol][0], -1))
        return 0

    @property
    def unanswered(self) -> int:
        """The classes of what arrives although no answer to it may: all but TCP."""
        return self.all & ~self.protocols[TCP]

    def names(self, bits: int) -> tuple[str, ...]:
        """``("tcp 443", "tcp 8000-8080", "udp")``; ``("all traffic",)`` for every class."""
        if bits == self.all:
            return ("all traffic",)
        runs: list[tuple[int | None, int, int]] = []
        for number, (protocol, low, high) in enumerate(self.classes):
            if not bits >> number & 1:
                continue
            if runs and runs[-1][0] == protocol and runs[-1][2] == low - 1:
                runs[-1] = (protocol, runs[-1][1], high)
            else:
                runs.append((protocol, low, high))
        return tuple(_spell(*run) for run in runs)


def as_flow_port(name: str) -> str:
    """The name of a class of ports as the environment file spells it: ``tcp/443``, ``all``."""
    protocol, _, ports = name.partition(" ")
    return "all" if name == "all traffic" else f"{protocol}/{ports or 'all'}"


def _number(protocol: Any) -> int | None:
    text = str(protocol).lower()
    if text == "all":
        return -1
    return _NAMES[text] if text in _NAMES else int(text) if text.lstrip("-").isdigit() else None


def _icmp(protocol: int, kind: int | None, code: int | None) -> Span:
    if kind is None or kind < 0:
        return Span(protocol)
    if code is None or code < 0:
        return Span(protocol, 256 * kind, 256 * kind + 255)
    return Span(protocol, 256 * kind + code, 256 * kind + code)


def _spell(protocol: int | None, low: int, high: int) -> str:
    if protocol is None:
        return "other protocols"
    name = _SPELLED.get(protocol, f"protocol-{protocol}")
    if (low, high) == (0, LAST):
        return name
    if protocol in ECHO:
        first, last = low // 256, high // 256
        return f"{name} type {first}" if first == last else f"{name} type {first}-{last}"
    return f"{name} {low}" if low == high else f"{name} {low}-{high}"
