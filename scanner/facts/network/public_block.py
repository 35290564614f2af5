"""Whether a network may speak with the internet at all: VPC Block Public Access.

Off lets everything by. ``ingress`` leaves NAT and egress-only gateways alone, ``both`` nothing; an exclusion
of a network or subnet opens it again, for what goes out or both ways (Amazon VPC User Guide, "Block public
access to VPCs and subnets"). It is the network owner's setting that counts.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property

from scanner.facts.network.hidden import Hidden
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

_OVER = frozenset({"create-failed", "delete-complete", "delete-in-progress", "disable-complete"})
"""States in which an exclusion does not, or soon will not, hold."""
WAYS = ("in", "out", "nat")
"""From the internet; to it by an internet gateway; to it by what only lets out."""


@dataclass(frozen=True, slots=True)
class Let:
    """Whether it is let by, the setting in words, where that stands, and what hides it."""

    state: Tri
    by: str
    source: Source
    gaps: tuple[Gap, ...] = ()


class PublicBlock:
    """The settings of all accounts, and what they leave out."""

    def __init__(self, estate: Estate, hidden: Hidden) -> None:
        self._hidden = hidden
        self._settings = {
            (one.scope.boundary, one.scope.region): one for one in estate.of("public_access_block")
        }
        self._excluded: dict[tuple[str, str], list[Resource]] = defaultdict(list)
        for one in estate.of("public_access_exclusion"):
            if one.attrs.get("state") not in _OVER:
                self._excluded[one.scope.boundary, one.scope.region].append(one)

    @cached_property
    def named(self) -> frozenset[str]:
        """The networks and subnets that are left out."""
        return frozenset(str(one.attrs.get("target")) for some in self._excluded.values() for one in some)

    def lets(self, account: str, region: str, targets: set[str | None], way: str) -> Let:
        """Whether traffic of a network or subnet of an account passes one of `WAYS`."""
        setting = self._settings.get((account, region))
        hidden = self._hidden.within("public_access_block", account, region)
        if setting is None:
            state = Tri.YES if hidden is None else Tri.UNKNOWN
            return Let(state, "block public access: not known", Source("", 0), hidden or ())
        where, mode = setting.where("mode"), setting.attrs.get("mode")
        if "mode" in setting.unknown:
            return Let(Tri.UNKNOWN, "block public access: not known", where, setting.unknown["mode"])
        text = f"block public access is {mode}"
        if mode == "off" or (mode == "ingress" and way == "nat"):
            return Let(Tri.YES, text, where)
        for one in self._excluded[account, region]:
            if one.attrs.get("target") in targets and (way != "in" or one.attrs.get("mode") != "egress"):
                state = Tri.UNKNOWN if {"target", "mode"} & set(one.unknown) else Tri.YES
                return Let(state, f"{text}, but for {one.attrs.get('target')}", one.where("target"))
        more = self._hidden.within("public_access_exclusion", account, region)
        return Let(Tri.NO if more is None else Tri.UNKNOWN, text, where, more or ())
