"""Who of one environment can read the results of another: logs, models, and what its jobs write (ISO-009).

What pipelines and jobs write to counts as results, beside registered models and logs.
"""

from __future__ import annotations

from collections import defaultdict

from scanner.facts.crossings import pairs
from scanner.facts.identity.access import Access
from scanner.facts.identity.bundles import bundle
from scanner.facts.identity.closing import Closer
from scanner.facts.identity.crossing_ways import ways
from scanner.facts.identity.declared import setting
from scanner.facts.identity.shared import PATHS, shared
from scanner.facts.identity.store_blind import blind
from scanner.model.estate import Estate, Flow, Resource
from scanner.model.facts import Facts
from scanner.model.snapshot import Gap

KINDS = ("log", "model", "store")
NEEDS = (
    *PATHS,
    "key.grants",
    "key.manager",
    "key.policy",
    "job.outputs",
    "log.policy",
    "model.policy",
    "model.stores",
    "pipeline.outputs",
    "store.acl_grantees",
    "store.encryption",
    "store.key",
    "store.policy",
    "store.public_access",
    "store.region",
)
_STORES = tuple(f"arn:*:{name}:*" for name in ("dynamodb", "elasticfilesystem", "rds", "redshift", "s3"))
_WRITTEN = (("job", "outputs"), ("model", "stores"), ("pipeline", "outputs"))


def derive(estate: Estate) -> Facts:
    """Crossings that read results."""
    held = shared(estate)
    written = {
        store for kind, attr in _WRITTEN for item in estate.of(kind) for store in item.attrs.get(attr) or ()
    }

    def results(resource: Resource) -> bool:
        return resource.kind != "store" or resource.id in written

    access = Access(held.world, KINDS, ("read",), results)
    wanted = set(pairs(estate))
    flows = declared(estate)
    crossings = bundle(
        "result_access", flows, ways(held.paths, access, wanted, flows), Closer(held.paths.graph, access)
    )
    return Facts(crossings, blind=_with_results(estate, blind(held.paths, access, wanted), wanted))


def declared(estate: Estate) -> tuple[Flow, ...]:
    """The declared flows, and for stores what ``data.readable_from`` says in other words."""
    reading = (
        Flow("data.readable_from", home, name, ("read",), _STORES)
        for name, environment in sorted(estate.environments.items())
        for home in setting(environment, "data.readable_from") or ()
    )
    return (*estate.flows, *reading)


def _with_results(
    estate: Estate, found: dict[str, tuple[Gap, ...]], wanted: set[tuple[str, str]]
) -> dict[str, tuple[Gap, ...]]:
    """Also what hides where the results of an environment lie."""
    hidden: dict[str | None, set[Gap]] = defaultdict(set)
    for kind, attr in _WRITTEN:
        for item in estate.of(kind):
            hidden[item.place].update(item.unknown.get(attr, ()))
        for scope in estate.missing(kind):
            hidden[scope.place].update(scope.gaps)
    merged = {
        f"{home}->{place}": tuple(sorted({*found.get(f"{home}->{place}", ()), *hidden.get(place, ())}))
        for home, place in sorted(wanted)
    }
    return {pair: gaps for pair, gaps in merged.items() if gaps}
