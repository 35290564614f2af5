"""Whether what passes through a network is recorded (HRD-003).

Flow logs are set for each subnet. A network is logged where each of its subnets is, whichever project made
it; those that Google's proxies alone stand in have none: https://cloud.google.com/vpc/docs/flow-logs. A
network is used where a machine stands in one of its subnets; what else may stand there is not told, so that
one with subnets is never sure to be unused.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.facts.answers import NO, OPEN, YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import hidden_in
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step

NEEDS = ("subnet.network", "flow_log.target", "flow_log.traffic", "flow_log.status", "instance.subnet")
_SHOWN = 5


def derive(estate: Estate) -> Facts:
    """Marks on every network: whether it is used, and whether its traffic is logged."""
    networks = _Networks(estate)
    return Facts(marks=tuple(made for each in estate.of("network") for made in networks.marks(each)))


class _Networks:
    """Subnets by network, their logs, and the subnets that machines stand in."""

    def __init__(self, estate: Estate) -> None:
        self._subnets: dict[str, list[Resource]] = defaultdict(list)
        self._odd: list[Resource] = []
        for subnet in estate.of("subnet"):
            if "network" in subnet.unknown:
                self._odd.append(subnet)
            self._subnets[str(subnet.attrs.get("network"))].append(subnet)
        self._logs = {str(log.attrs.get("target")): log for log in estate.of("flow_log")}
        self._hidden = hidden_in(estate, "subnet")
        self._taken = {str(each.attrs.get("subnet")) for each in estate.of("instance")}

    def marks(self, network: Resource) -> Iterator[Mark]:
        """What is known of one network."""
        inside = self._subnets.get(network.id, [])
        hidden = self._hidden.get(network.scope.boundary)
        gaps = tuple(gap for each in self._odd for gap in each.unknown["network"])
        unseen = hidden if hidden is not None else gaps if self._odd else None
        taken = any(each.id in self._taken for each in inside)
        used = YES if taken else OPEN if inside else unless_hidden(NO, unseen)
        yield mark(network, "used", used)
        logged = every(self._logged(each) for each in inside) if inside else NO
        if unseen is not None and logged.state is YES.state:
            logged = Answer(OPEN.state, unseen)
        yield mark(network, "flow_logged", logged, self._steps(network, inside))

    def _logged(self, subnet: Resource) -> Answer:
        log = self._logs.get(subnet.id)
        if log is None:
            return OPEN
        on = ask(log, "status", lambda word: word in {"ACTIVE", "UNSUPPORTED"})
        whole = some((ask(log, "traffic", lambda word: word == "ALL"), ask(log, "status", _without)))
        return every((on, whole))

    def _steps(self, network: Resource, inside: list[Resource]) -> Iterator[Step]:
        lacking = [each for each in inside if self._logged(each).state is NO.state]
        for subnet in lacking[:_SHOWN]:
            words = f"flow logs of {subnet.name} do not record all of its traffic"
            yield Step(network.id, subnet.id, words, subnet.source)


def _without(status: str) -> bool:
    """Of a subnet that has no flow logs to switch on."""
    return status == "UNSUPPORTED"
