"""Which environments' workloads share machines (ISO-007): those that a cluster or a pool may run.

What runs in a boundary that belongs to one environment is of that environment, since neither clusters nor
pools take workloads of other accounts. In a shared one it is told by the workloads that name the pool. The
pods of a cluster are for Kubernetes to tell; where namespaces are declared to environments, they may mix.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from scanner.facts.compute.hidden import Hidden, environment_gaps
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.snapshot import Gap, Reason

NEEDS = (
    *("cluster.opaque", "cluster.assigned_by"),
    *("node_pool.type", "node_pool.cluster", "node_pool.assigned_by"),
    *("workload.pools", "workload.assigned_by"),
)
_PODS = frozenset({"eks_nodegroup"})
_TWO = 2


def derive(estate: Estate) -> Facts:
    """Marks ``environments_on_nodes`` on every cluster and pool of machines."""
    placed = _Placed(estate)
    holders = (*estate.of("cluster"), *estate.of("node_pool"))
    return Facts(marks=tuple(_mark(estate, placed, each) for each in holders))


class _Placed:
    """Pool -> the environments of workloads that name it, each with one of them; and what is hidden."""

    def __init__(self, estate: Estate) -> None:
        self.on: dict[str, dict[str, Resource]] = defaultdict(dict)
        self.hidden = Hidden(estate, "workload")
        self.kubernetes = tuple(
            sorted(
                {gap for item in estate.unlisted if item.scope.provider == "kubernetes" for gap in item.gaps}
            )
        )
        for workload in estate.of("workload"):
            service = workload.id.split(":", 3)[2]
            if "pools" in workload.unknown:
                self.hidden.add(workload.scope.boundary, service, workload.unknown["pools"])
                continue
            gaps = environment_gaps(workload)
            for pool in workload.attrs.get("pools") or ():
                if gaps is not None:
                    self.hidden.add(workload.scope.boundary, service, gaps)
                elif workload.environment is not None:
                    self.on[pool].setdefault(workload.environment, workload)


def _mark(estate: Estate, placed: _Placed, holder: Resource) -> Mark:
    found = dict(placed.on.get(holder.id, {}))
    names = sorted({*found, *([holder.environment] if holder.environment else [])})
    steps = tuple(Step(item.id, holder.id, "runs on", item.source) for _, item in sorted(found.items()))
    gaps = tuple(sorted(set(_gaps(estate, placed, holder))))
    undecided = len(names) < _TWO and (bool(gaps) or environment_gaps(holder) is not None)
    if undecided:
        return Mark(holder.id, "environments_on_nodes", unknown=True, gaps=gaps, steps=steps)
    return Mark(holder.id, "environments_on_nodes", names, steps=steps)


def _gaps(estate: Estate, placed: _Placed, holder: Resource) -> Iterator[Gap]:
    if _of_pods(holder):
        yield from placed.kubernetes
    if estate.places.get(holder.scope.boundary) is None:
        yield from placed.hidden.within(holder.scope.boundary, (holder.id.split(":", 3)[2],))
        yield from environment_gaps(holder) or ()
        if _of_pods(holder):
            yield from _untold(holder)


def _of_pods(holder: Resource) -> bool:
    return holder.attrs.get("opaque") is True or holder.attrs.get("type") in _PODS


def _untold(holder: Resource) -> Iterator[Gap]:
    """In a shared account pods may be of any environment, and nothing that was asked for tells."""
    call = "kubernetes:ListPods"
    yield Gap(holder.scope, "workload", call, call, Reason.UNSUPPORTED, holder.id, "NoCollector")
