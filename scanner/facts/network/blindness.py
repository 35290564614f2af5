"""Pairs that a gap may hide a whole crossing of.

A gap blinds a pair only if a crossing could lie entirely within what is not read:

- a peering is listed by both accounts, so it is hidden only where both sides' listings are;
- a half-open grant is one security group that names the other environment: unread groups of either
  side blind it, if the other has networks at all;
- a way through devices needs both sides' route tables, and is hidden where both are unread
  (``scanner.facts.network.devices``);
- a private link needs an endpoint in E and a load balancer in F.
"""

from __future__ import annotations

from collections import defaultdict

from scanner.facts.network.naming import Names
from scanner.facts.network.view import View
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

_GLOBAL = "global"
Hiding = dict[str, set[Gap]]


class Blindness:
    """What hides peerings and security groups, by environment."""

    def __init__(self, view: View, names: Names) -> None:
        self._view, self._names = view, names
        self._peerings = self._by_environment("peering")
        self._groups = self._by_environment("security_group")
        for item in view.groups.values():
            for way in ("ingress", "egress"):
                if item.place and not item.knows(way):
                    self._groups.setdefault(item.place, set()).update(item.gaps(way))
        for peering in view.peerings.values():
            if None in peering.sides:
                gaps = {gap for attr in ("requester", "accepter") for gap in peering.item.gaps(attr)}
                listing = {copy.scope.boundary for copy in peering.item.copies}
                for environment in sorted(set().union(*map(view.hidden.hosts, listing))):
                    self._peerings.setdefault(environment, set()).update(gaps)

    def of(self, source: str, target: str) -> set[Gap] | None:
        """The gaps that may hide a crossing of a pair; ``None`` when none may."""
        found: list[set[Gap]] = []
        if source in self._peerings and target in self._peerings:
            found.append(self._peerings[source] | self._peerings[target])
        for holder, other in ((source, target), (target, source)):
            if holder in self._groups and self._names.present(other):
                found.append(self._groups[holder])
        return set().union(*found) if found else None

    def _by_environment(self, kind: str) -> Hiding:
        """Environment -> the gaps of scopes that hide a kind and where it has or may have any."""
        found: Hiding = defaultdict(set)
        for account, region, gaps in self._view.hidden.places(kind):
            for environment in self._view.hidden.hosts(account):
                if self._present(kind, environment, account, region):
                    found[environment].update(gaps)
        return dict(found)

    def _present(self, kind: str, environment: str, account: str, region: str) -> bool:
        """Whether a kind may be there: a peering at networks of one's own, a group at shared ones too."""
        if self._view.hidden.within("network", account, region) is not None:
            return True
        here = (one for one in self._view.networks.values() if region in (one.region, _GLOBAL))
        if kind == "security_group":
            return any(True for _ in here)
        return any(
            one.account == account and self._names.belongs(one, environment) is not Tri.NO for one in here
        )
