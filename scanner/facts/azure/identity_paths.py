"""Who of one environment can become an identity of another, over any number of steps (ISO-004).

One crossing per pair and border grant: a role assignment, an identity that a resource has, an owner, a
federated credential. Whoever signs in as an undeclared person is nobody's.
"""

from __future__ import annotations

from scanner.facts.azure.rbac.hidden import Hidden
from scanner.facts.azure.rbac.paths import closing
from scanner.facts.azure.rbac.shared import READS, shared
from scanner.facts.crossings import pairs
from scanner.facts.identity.bundles import bundle
from scanner.model.estate import Estate
from scanner.model.facts import Facts

NEEDS = READS


def derive(estate: Estate) -> Facts:
    """Crossings to identities."""
    paths, wanted = shared(estate).paths, set(pairs(estate))
    ways = (way for home in sorted({home for home, _ in wanted}) for way in paths.becoming(home))
    kept = (way for way in ways if (way.home, way.place) in wanted)
    crossings = bundle("identity_paths", estate.flows, kept, closing)
    return Facts(crossings, blind=Hidden(paths, what="identities").blind(wanted))
