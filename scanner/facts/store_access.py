"""Who of one environment can use the stores, registries, keys and secrets of another, and how (DAT-002).

Levels are read, write, delete and admin. What was not read makes a pair `blind` as far as it could matter.
"""

from __future__ import annotations

from scanner.facts.crossings import pairs
from scanner.facts.identity.bundles import bundle
from scanner.facts.identity.closing import Closer
from scanner.facts.identity.crossing_ways import ways
from scanner.facts.identity.declared import setting
from scanner.facts.identity.shared import PATHS, USES, shared
from scanner.facts.identity.store_blind import blind
from scanner.model.estate import Estate, Flow
from scanner.model.facts import Facts

NEEDS = (*PATHS, *USES)


def derive(estate: Estate) -> Facts:
    """Crossings to what holds data, with the levels of access that they give."""
    held = shared(estate)
    paths, access = held.paths, held.access
    wanted = set(pairs(estate))
    flows = declared(estate)
    crossings = bundle("store_access", flows, ways(paths, access, wanted, flows), Closer(paths.graph, access))
    return Facts(crossings, blind=blind(paths, access, wanted))


def declared(estate: Estate) -> tuple[Flow, ...]:
    """The declared flows, and what ``images.pulled_from`` and ``data.shared`` say in other words."""
    found = list(estate.flows)
    for name, environment in sorted(estate.environments.items()):
        pulling = setting(environment, "images.pulled_from") or ()
        found += (Flow("images.pulled_from", home, name, ("read",), ("arn:*:ecr:*",)) for home in pulling)
        if listed := setting(environment, "data.shared"):
            homes = (other for other in sorted(estate.environments) if other != name)
            found += (Flow("data.shared", home, name, ("read",), tuple(listed)) for home in homes)
    return tuple(found)
