"""Whether what passes through a network of Azure is recorded (HRD-003).

As `scanner.facts.flow_logging`: by a flow log that is on and leaves nothing out, of the network itself, of
each of its subnets, or of each of its interfaces where nothing else has an address in it. A log of a
security group records what that group reads and nothing that passes beside it, so that it is no log of a
network.

https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview: a log is in the subscription and
region of what it watches, so that the listing of the network's own subscription names them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.facts.answers import YES, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.azure.networks.inventory import Inventory, get
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri

NEEDS = (
    "network.cidrs",
    "subnet.network",
    "subnet.occupants",
    "subnet.delegated",
    "interface.network",
    "flow_log.target",
    "flow_log.traffic",
    "flow_log.status",
)


def derive(estate: Estate) -> Facts:
    """Marks on every network: whether it is used, and whether its traffic is logged."""
    logs = _Logs(estate)
    return Facts(marks=tuple(one for network in estate.of("network") for one in logs.marks(network)))


class _Logs:
    """Flow logs by what they watch."""

    def __init__(self, estate: Estate) -> None:
        self._inventory = Inventory(estate)
        self._of: dict[str, list[Resource]] = defaultdict(list)
        for log in estate.of("flow_log"):
            self._of[str(get(log, "target"))].append(log)

    def marks(self, network: Resource) -> Iterator[Mark]:
        """What is known of one network."""
        hidden = self._inventory.hidden
        parts = self._inventory.parts.get(network.id, [])
        inside = self._inventory.plugged.get(network.id, [])
        beside = some(self._beside(part) for part in parts)
        used = some([YES] if inside else [beside])
        yield mark(network, "used", unless_hidden(used, hidden.within("interface", network.scope.boundary)))
        answers = [self._watched(network)]
        if parts:
            answers.append(every(self._watched(part) for part in parts))
        if inside:
            alone = every(self._watched(item) for item in inside)
            unseen = hidden.within("interface", network.scope.boundary)
            whole = ~unless_hidden(beside, unseen)
            answers.append(every([alone, whole]))
        answer = unless_hidden(some(answers), hidden.within("flow_log", network.scope.boundary))
        yield mark(network, "flow_logged", answer, self._steps(network, answer))

    def _beside(self, part: Resource) -> Answer:
        """Whether anything but interfaces has addresses in a subnet."""
        return some([ask(part, "occupants"), ask(part, "delegated")])

    def _watched(self, item: Resource) -> Answer:
        """Whether all traffic of a network, subnet or interface is recorded."""
        unsure = self._of.get("None", [])
        found = [self._works(log) for log in self._of.get(item.id, ())]
        found += [Answer(Tri.UNKNOWN, tuple(log.unknown.get("target", ()))) for log in unsure]
        return some(found)

    def _works(self, log: Resource) -> Answer:
        return every(
            [
                ask(log, "status", lambda word: word == "ACTIVE"),
                ask(log, "traffic", lambda word: word == "ALL"),
            ]
        )

    def _steps(self, network: Resource, answer: Answer) -> tuple[Step, ...]:
        inventory = self._inventory
        parts = [*inventory.parts.get(network.id, ()), *inventory.plugged.get(network.id, ())]
        logs = [log for item in (network, *parts) for log in self._of.get(item.id, ())]
        if answer.state is not Tri.YES or not logs:
            return ()
        return (Step(network.id, logs[0].id, f"flow log {logs[0].name}", logs[0].where("target")),)
