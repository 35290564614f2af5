"""What of a kind may be hidden in a boundary: unlisted scopes, and what has no certain place.

A gap reaches as far as it could matter: a listing of one service's workloads that failed hides none of
another's. ``service`` is the provider's word at the front of a call (``ecs`` of ``ecs:ListServices``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from scanner.model.estate import Estate, Resource
from scanner.model.snapshot import Gap


def service_of(gap: Gap) -> str | None:
    """The service that a gap hides something of; ``None``: all of them.

    Only a native kind (``ecs.service``) is of one service: of a scope of which nothing was read (``*``), and
    of a kind that nobody asked for (``workload``), things of any may be hidden, whatever call the gap names.
    """
    return gap.call.partition(":")[0] if "." in gap.kind else None


class Hidden:
    """Gaps that hide resources of some kinds, by boundary and service."""

    def __init__(self, estate: Estate, *kinds: str) -> None:
        self._found: dict[str, dict[str | None, set[Gap]]] = defaultdict(lambda: defaultdict(set))
        for kind in kinds:
            for item in estate.missing(kind):
                for gap in item.gaps:
                    self._found[item.scope.boundary][service_of(gap)].add(gap)

    def add(self, boundary: str, service: str | None, gaps: Iterable[Gap]) -> None:
        """One thing more of a boundary is not known."""
        self._found[boundary][service].update(gaps)

    def within(
        self, boundary: str, services: Iterable[str] | None = None, *, without: Iterable[str] = ()
    ) -> tuple[Gap, ...]:
        """The gaps in a boundary that hide anything of some services (``None``: of any), sorted.

        ``without``: services that could hide nothing of what is asked about.
        """
        here = self._found.get(boundary)
        if here is None:
            return ()
        wanted = set(here) - set(without) if services is None else {None, *services}
        return tuple(sorted({gap for service in wanted for gap in here.get(service, ())}))


def environment_gaps(resource: Resource) -> tuple[Gap, ...] | None:
    """The gaps for which the environment of a resource is not known; ``None`` if it is, or is none."""
    return tuple(resource.unknown["assigned_by"]) if "assigned_by" in resource.unknown else None
