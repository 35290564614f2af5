"""Service accounts of EKS clusters whose tokens a role of another environment accepts (IRSA).

A service account is its cluster's, and of its environment: whoever runs things there can run them as any,
so that which exist is no matter. A role that accepts the tokens of a cluster that was not seen is open to
that of whoever may have one that was not listed; of a cluster that nobody here has it is an outsider's.

https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from scanner.facts.identity.actors.acting import Acting, Unseen
from scanner.facts.identity.actors.tokens import READS as TOKENS
from scanner.facts.identity.actors.tokens import Tokens, Trust
from scanner.facts.identity.issuers import cluster_region
from scanner.facts.identity.patterns import intersects, matches
from scanner.facts.identity.world import World
from scanner.model.estate import Resource, Unlisted
from scanner.model.snapshot import Gap

READS = (*TOKENS, "cluster.issuer", "cluster.assigned_by")
_ANY = "system:serviceaccount:*:*"
_PREFIX = "system:serviceaccount:"


def acting(world: World, tokens: Tokens) -> Iterator[Acting | Unseen]:
    """Service accounts of an environment's clusters with the roles that accept them."""
    clusters = {
        str(item.attrs["issuer"]): item for item in world.estate.of("cluster") if item.attrs.get("issuer")
    }
    others: dict[str, set[str]] = defaultdict(set)
    for trust in tokens.trusts:
        cluster = clusters.get(trust.issuer)
        if cluster is not None:
            yield from _of_cluster(world, tokens, trust, cluster)
        elif region := cluster_region(trust.issuer):
            others[region].add(trust.role.arn)
    yield from _of_lost(world, others)


def _of_lost(world: World, others: Mapping[str, set[str]]) -> Iterator[Unseen]:
    """Roles that accept clusters which nobody saw, by region: they may be any that were not read there."""
    lost: dict[tuple[str, str], set[Gap]] = defaultdict(set)
    for item, gaps in _lost(world) if others else ():
        for home in world.estate.places_of(item) & world.estate.environments.keys():
            lost[home, item.scope.region].update(gaps)
    for (home, region), held in sorted(lost.items()):
        roles = others.get(region, set()) if region != "global" else set().union(*others.values())
        names = tuple(sorted(arn for arn in roles if world.callers[arn].place != home))
        if names:
            yield Unseen(home, "", names, tuple(sorted(held)))


def _lost(world: World) -> Iterator[tuple[Resource | Unlisted, tuple[Gap, ...]]]:
    """Clusters that may issue any token: those that were not listed, or not described."""
    for scope in world.estate.missing("cluster"):
        yield scope, scope.gaps
    for item in world.estate.of("cluster"):
        if "issuer" in item.unknown:
            yield item, tuple(item.unknown["issuer"])


def _of_cluster(world: World, tokens: Tokens, trust: Trust, cluster: Resource) -> Iterator[Acting | Unseen]:
    home = cluster.environment
    if home is None:
        yield from _maybe(world, trust, cluster, tuple(cluster.unknown.get("assigned_by", ())))
        return
    if home == trust.role.place:
        return
    for pattern in _patterns(trust):
        subjects, exact = trust.subjects(pattern)
        named = f"{cluster.id}/serviceaccount/{pattern.removeprefix(_PREFIX)}"
        subjects = tuple(one for one in subjects if matches(_ANY, one))
        found = tokens.acting(trust, home, named, cluster, subjects, exact=exact)
        if found is not None:
            yield found


def _patterns(trust: Trust) -> tuple[str, ...]:
    """The service accounts that a role's trust speaks of, as it writes them; any where it names none."""
    named = [one if one.startswith(_PREFIX) else _ANY for one in trust.patterns if intersects(one, _ANY)]
    return tuple(dict.fromkeys((*named, *((_ANY,) if trust.anyone or not named else ()))))


def _maybe(world: World, trust: Trust, item: Resource | Unlisted, gaps: tuple[Gap, ...]) -> Iterator[Unseen]:
    role = trust.role
    for home in sorted(world.estate.places_of(item) & world.estate.environments.keys()):
        if home != role.place:
            yield Unseen(home, item.scope.boundary, (role.arn,), gaps)
