"""Where packets start and end: the interfaces of an environment, seen and hypothetical.

An interface of which something is not known, and one that an unread listing may hide, is an endpoint
too: ``sure`` is false, and it has every address and every group that it could have. It is put at
networks of its own scope only: those of its account, and those shared with it, where a security group
or an interface of its own shows that they are (a participant cannot use the owner's groups, and where
its own are not read, every pair of its environment is blind).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from scanner.facts.network.addresses import EVERYWHERE, Prefix, prefixes
from scanner.facts.network.items import Item
from scanner.facts.network.networks import Network
from scanner.facts.network.view import View
from scanner.model.snapshot import Gap, Source

_NO_ENDPOINT = ("Interface for NAT Gateway", "Network Interface for Transit Gateway")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An interface as packets see it.

    ``groups`` ``None``: any of its network's. ``nat`` is the NAT gateway it leaves by. ``absent``: there
    is none, and the question is what else would hold one closed.
    """

    id: str
    network: Network
    subnet: str | None
    groups: frozenset[str] | None
    prefixes: tuple[Prefix, ...]
    source: Source
    sure: bool = True
    gaps: tuple[Gap, ...] = ()
    public: tuple[Prefix, ...] = ()
    nat: str = ""
    absent: bool = False


class Endpoints:
    """The endpoints of every environment, by network."""

    def __init__(self, view: View) -> None:
        self._view = view
        self._seen: dict[tuple[str, str], list[Endpoint]] = {}
        self._cache: dict[tuple[str, str], list[Endpoint]] = {}
        for item in view.interfaces.values():
            # Anybody may describe an interface as he likes: one of an instance is an end all the same.
            device = str(item.get("description") or "").startswith(_NO_ENDPOINT)
            if item.place and (item.get("attached_to") or not device):
                for endpoint in self._of(item):
                    self._seen.setdefault((item.place, endpoint.network.name), []).append(endpoint)

    def seen(self, environment: str, network: str) -> list[Endpoint]:
        """The interfaces of an environment in a network, without hypothetical ones."""
        return self._seen.get((environment, network), [])

    def within(self, environment: str, network: str) -> list[Endpoint]:
        """All endpoints of an environment in a network, the hypothetical ones last."""
        key = (environment, network)
        if key not in self._cache:
            hypothetical = self._hypothetical(environment, self._view.networks[network])
            self._cache[key] = [*self._seen.get(key, []), *hypothetical]
        return self._cache[key]

    def absent(self, network: Network) -> list[Endpoint]:
        """What an interface that a network does not have yet would be."""
        return [replace(one, absent=True) for one in self._anywhere(network.id, network, None, ())] or [
            Endpoint(
                network.id,
                network,
                None,
                None,
                network.cidrs or EVERYWHERE,
                network.source,
                sure=False,
                absent=True,
            )
        ]

    def everywhere(self, environment: str) -> list[Endpoint]:
        """All endpoints of an environment."""
        return [endpoint for network in self._view.networks for endpoint in self.within(environment, network)]

    def _of(self, item: Item) -> Iterator[Endpoint]:
        subnet = item.get("subnet")
        name = item.get("network") or self._network_of(subnet)
        groups = frozenset(item.get("groups") or ()) if item.knows("groups") else None
        public = prefixes(item.get("public_addresses"))
        own = tuple(sorted({*prefixes(item.get("addresses")), *(p for p in public if p.family != 4)}))  # noqa: PLR2004
        known = all(item.knows(attr) for attr in ("groups", "addresses")) and subnet and name and own
        if known and name in self._view.networks:
            network = self._view.networks[name]
            yield Endpoint(item.id, network, subnet, groups, own, item.where("groups"), public=public)
            return
        gaps = tuple(
            sorted({gap for attr in ("groups", "addresses", "subnet", "network") for gap in item.gaps(attr)})
        )
        for network in self._view.networks.values():
            if network.name == name or (
                not name and (network.account, network.region) == (item.account, item.region)
            ):
                for one in self._anywhere(item.id, network, subnet, gaps):
                    yield replace(
                        one,
                        groups=groups,
                        prefixes=own or one.prefixes,
                        source=item.where("groups"),
                        public=public,
                    )

    def _network_of(self, subnet: str | None) -> str | None:
        item = self._view.subnets.get(subnet or "")
        return item.get("network") if item else None

    def _hypothetical(self, environment: str, network: Network) -> list[Endpoint]:
        gaps = self.hiding(environment, network)
        return [] if gaps is None else list(self._anywhere(network.id, network, None, gaps))

    def hiding(self, environment: str, network: Network) -> tuple[Gap, ...] | None:
        """The gaps that may hide an interface of an environment in a network; ``None``: none may."""
        hidden = self._view.hidden
        found = [
            gaps
            for account in hidden.accounts
            if environment in hidden.hosts(account)
            and (gaps := hidden.within("interface", account, network.region)) is not None
            and self._open_to(account, network)
        ]
        return tuple(sorted(set[Gap]().union(*found))) if found else None

    def _open_to(self, account: str, network: Network) -> bool:
        """Whether an account may have interfaces in a network."""
        if account == network.account:
            return True
        here = (self._view.in_network(kind, network.name) for kind in ("groups", "interfaces"))
        return any(item.account == account for items in here for item in items)

    def _anywhere(
        self, name: str, network: Network, subnet: str | None, gaps: tuple[Gap, ...]
    ) -> Iterator[Endpoint]:
        """An interface in a subnet, or in any subnet of a network, listed or not."""
        view = self._view
        subnets: list[str | None] = [subnet] if subnet else [*view.subnets_of(network.name)]
        hidden = view.hidden.within("subnet", network.account, network.region) is not None
        if not subnet and (hidden or not network.whole):
            subnets.append(None)
        for one in subnets:
            item = view.subnets.get(one or "")
            ranges = prefixes(item.get("cidrs")) if item and item.knows("cidrs") else network.cidrs
            yield Endpoint(
                name, network, one, None, ranges or EVERYWHERE, network.source, sure=False, gaps=gaps
            )


class Narrowed(Endpoints):
    """The same endpoints, but of some places certain interfaces only, given by id.

    ``called`` are other names of places, by which other interfaces of theirs can be kept.
    """

    def __init__(
        self, whole: Endpoints, kept: Mapping[str, frozenset[str]], called: Mapping[str, str]
    ) -> None:
        self._view, self._whole, self._kept = whole._view, whole, kept  # noqa: SLF001
        self._called = called

    def within(self, environment: str, network: str) -> list[Endpoint]:
        """The endpoints of a place in a network that are kept."""
        place = self._called.get(environment, environment)
        found, kept = self._whole.within(place, network), self._kept.get(environment)
        return found if kept is None else [one for one in found if one.id in kept]
