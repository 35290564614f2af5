"""Who of one environment uses what holds the data of another, and how (DAT-001, DAT-002).

Levels are read, write, delete and admin: by actions on data, by keys, by access policies, by changing the
thing, at first hand or by becoming somebody who does.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.azure.rbac.hidden import Hidden
from scanner.facts.azure.rbac.paths import closing
from scanner.facts.azure.rbac.shared import READS, USES, shared
from scanner.facts.crossings import pairs
from scanner.facts.identity.bundles import Way, bundle
from scanner.facts.identity.declared import setting
from scanner.facts.identity.store_ways import apart
from scanner.model.estate import Estate, Flow
from scanner.model.facts import Facts

NEEDS = (*READS, *USES)


def derive(estate: Estate) -> Facts:
    """Crossings to what holds data, with the levels of access that they give."""
    paths, wanted, flows = shared(estate).paths, set(pairs(estate)), declared(estate)

    def ways() -> Iterator[Way]:
        for home in sorted({home for home, _ in wanted}):
            for way in paths.using(home):
                if (way.home, way.place) in wanted:
                    yield from apart(flows, way)

    crossings = bundle("store_access", flows, ways(), closing)
    return Facts(crossings, blind=Hidden(paths, what="stores").blind(wanted))


def declared(estate: Estate) -> tuple[Flow, ...]:
    """The declared flows, and what ``images.pulled_from`` and ``data.shared`` say in other words."""
    found = list(estate.flows)
    registries = "/subscriptions/*/providers/microsoft.containerregistry/registries/*"
    for name, environment in sorted(estate.environments.items()):
        pulling = setting(environment, "images.pulled_from") or ()
        found += (Flow("images.pulled_from", home, name, ("read",), (registries,)) for home in pulling)
        if listed := setting(environment, "data.shared"):
            homes = (other for other in sorted(estate.environments) if other != name)
            found += (Flow("data.shared", home, name, ("read",), tuple(listed)) for home in homes)
    return tuple(found)
