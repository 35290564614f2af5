"""What closes a crossing of a random estate closes it when the whole estate is judged anew without that.

No grant of it can be spared, and where it is said to be the smallest no set with one grant less does it,
of all that the estate has. The ways are those that a crossing was made of: whoever leaves by it, whom they
become by that, and what they reach.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from random import Random
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from facts.estates import CI, DEV, PROD, TEST, World, allow, deny, document, role_arn, trust, user_arn
from facts.removal import names, without
from scanner.facts import identity_paths
from scanner.facts.crossings import pairs
from scanner.facts.identity.access import Access
from scanner.facts.identity.bundles import Closing, Way, bundle
from scanner.facts.identity.closing import Closer
from scanner.facts.identity.crossing_ways import ways as store_ways
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.paths import Paths
from scanner.facts.identity.world import World as Identities
from scanner.model.estate import Estate

KINDS = ("store", "secret", "key")
EXAMPLES = 40 * int(os.environ.get("ENVSPLIT_EXAMPLES", "1"))

Reached = tuple[str, str, str, str]
"""Who leaves, whom it becomes by that ("" for nobody else), the level of access, and to what."""


@dataclass
class Recorded:
    """A closer that keeps what it was asked and what it answered."""

    closer: Closer
    found: list[tuple[list[Way], Closing]] = field(default_factory=list)

    def __call__(self, ways: list[Way]) -> Closing:
        self.found.append((ways, self.closer(ways)))
        return self.found[-1][1]


def judged(estate: Estate, *, stores: bool) -> tuple[Graph, Access | None, list[Way]]:
    """Every way of an estate, from nothing."""
    world = Identities(estate)
    paths = Paths(Graph(world))
    wanted = set(pairs(estate))
    if stores:
        access = Access(world, KINDS)
        return paths.graph, access, list(store_ways(paths, access, wanted, ()))
    found = identity_paths._ways(paths, {home for home, _ in wanted})
    return paths.graph, None, [way for way in found if (way.home, way.place) in wanted]


def reaching(way: Way) -> Iterator[Reached]:
    assert way.leaving is not None
    hops = sorted(set(way.leaving.hops())) or [""]
    for member in way.leaving.members:
        for hop in hops:
            for level in way.access:
                yield from ((member.arn, hop, level, target) for target in way.targets)


def spread(ways: list[Way]) -> set[Reached]:
    """What some ways claim: of the same callers, every hop with every target of a level."""
    claimed = set(ways)
    found: set[Reached] = set()
    by_members: dict[tuple[str, ...], list[Way]] = {}
    for way in claimed:
        assert way.leaving is not None
        by_members.setdefault(tuple(member.arn for member in way.leaving.members), []).append(way)
    for same in by_members.values():
        each = [item for way in same for item in reaching(way)]
        hops = {hop for _, hop, _, _ in each if hop}
        for member, hop, level, target in each:
            found |= {(member, other, level, target) for other in (hops if hop else {""})}
    return found


def still(estate: Estate, gone: Collection[str], wanted: set[Reached], *, stores: bool, half: bool) -> bool:
    """Whether any of it is open in the estate without some grants."""
    _, _, ways = judged(without(estate, gone), stores=stores)
    return any(
        item in wanted
        for way in ways
        if way.leaving is not None and (half or not way.latent)
        for item in reaching(way)
    )


def check(estate: Estate, *, stores: bool) -> None:
    graph, access, ways = judged(estate, stores=stores)
    closer = Recorded(Closer(graph, access))
    bundle("any", (), ways, closer)
    every = sorted(set(names(estate)))
    for kind, closing in closer.found:
        if any(way.leaving is None for way in kind):
            continue
        wanted, half = spread(kind), any(way.latent for way in kind)
        grants = closing.grants

        def is_open(gone: Collection[str], wanted: set[Reached] = wanted, half: bool = half) -> bool:
            return still(estate, gone, wanted, stores=stores, half=half)

        told = (kind[0].border.id, kind[0].home, kind[0].place, grants, sorted(wanted)[:5])
        if not grants:
            assert is_open(every), told
            continue
        event(f"{len(grants)} grants, {'smallest' if closing.smallest else 'at most'}")
        assert not is_open(grants), told
        for name in grants:
            assert is_open([other for other in grants if other != name]), (name, told)
        if closing.smallest:
            for fewer in combinations(every, len(grants) - 1):
                assert is_open(fewer), (fewer, told)


class Estates:
    """Random estates of a few identities, with chains, services, escalations and stores."""

    def __init__(self, random: Random) -> None:
        self.random, self.world = random, World()
        self.roles = [(DEV, "a"), (DEV, "b"), (PROD, "p"), (PROD, "q"), (CI, "c"), (TEST, "t")]
        self.buckets = [(PROD, "data"), (DEV, "logs")]

    def some(self, items: list[Any], least: int, most: int) -> list[Any]:
        return self.random.sample(items, min(len(items), self.random.randint(least, most)))

    def estate(self) -> Estate:
        world, random = self.world, self.random
        shared = [
            world.policy(DEV, "Shared", *self.statements(DEV)),
            world.policy(PROD, "Common", *self.statements(PROD)),
        ]
        for account in (DEV, PROD):
            provided = world.policy(account, "Provided", *self.provided, aws=True)
        for account, name in self.some(self.roles, 3, 6):
            linked = random.random() < 0.05
            mine = [arn for arn in shared if account in arn and not linked]
            mine += [provided] if account in (DEV, PROD) else []
            moved = account == DEV and name == "b" and random.random() < 0.4
            world.role(
                account,
                name,
                *(self.statements(account) if random.random() < 0.7 else ()),
                trust=document(*self.trusts()),
                attached=self.some(mine, 0, 1),
                place="prod" if moved else None,
                boundary=shared[0] if account == DEV and random.random() < 0.1 else None,
                service_linked=linked,
            )
        if random.random() < 0.4:
            world.user(DEV, "u", *self.statements(DEV))
        self.stores()
        return world.estate()

    @property
    def provided(self) -> list[Any]:
        kinds = [
            [allow("*")],
            [allow("sts:AssumeRole", Sid="Any")],
            [allow(["iam:*", "s3:*"], Sid="All"), deny("iam:PutRolePolicy", Sid="But")],
        ]
        return self.random.choice(kinds)

    def statements(self, account: str) -> list[Any]:
        return [self.statement(account) for _ in range(self.random.randint(1, 3))]

    def statement(self, account: str) -> Any:
        random = self.random
        target, name = random.choice(self.roles)
        role = random.choice([role_arn(target, name), role_arn(target, "*"), "*"])
        bucket = f"arn:aws:s3:::{random.choice(self.buckets)[1]}/*"
        more: dict[str, Any] = {} if random.random() < 0.3 else {"Sid": random.choice("ABC")}
        if random.random() < 0.15:
            more["Condition"] = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
        if random.random() < 0.08:
            return deny(random.choice(["sts:AssumeRole", "s3:GetObject", "iam:*"]), **more)
        kinds = [
            ("sts:AssumeRole", role),
            ("sts:AssumeRole", role),
            ("s3:GetObject", random.choice([bucket, "*"])),
            (["s3:GetObject", "s3:PutObject"], bucket),
            (["kms:Decrypt", "secretsmanager:GetSecretValue"], "*"),
            ("iam:PassRole", random.choice([role_arn(account, "*"), "*"])),
            (["lambda:CreateFunction", "lambda:InvokeFunction"], "*"),
            (
                random.choice(["iam:PutRolePolicy", "iam:AttachRolePolicy", "iam:UpdateAssumeRolePolicy"]),
                random.choice([role_arn(account, "*"), "*"]),
            ),
            ("iam:CreateAccessKey", "*"),
            (["iam:PassRole", "lambda:*"], "*"),
        ]
        action, resource = random.choice(kinds)
        return allow(action, resource, **more)

    def trusts(self) -> list[Any]:
        random, found = self.random, []
        for _ in range(random.randint(1, 3)):
            account, name = random.choice(self.roles)
            principal = random.choice([account, role_arn(account, name), user_arn(DEV, "u")])
            if random.random() < 0.25:
                principal = {"Service": "lambda.amazonaws.com"}
            more: dict[str, Any] = {} if random.random() < 0.3 else {"Sid": random.choice("XYZ")}
            if random.random() < 0.1:
                more["Condition"] = {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}
            found += trust(principal, **more)["Statement"]
        return found

    def stores(self) -> None:
        world, random = self.world, self.random
        key = world.key(PROD, "k", *self.admits("kms:Decrypt", "*")) if random.random() < 0.5 else None
        for account, name in self.buckets:
            arn = f"arn:aws:s3:::{name}/*"
            more = {"encryption": "aws:kms", "key": key} if key and random.random() < 0.5 else {}
            statements = self.admits(["s3:GetObject", "s3:PutObject"], arn) if random.random() < 0.6 else []
            world.bucket(account, name, *statements, **more)
        if random.random() < 0.3:
            world.secret(PROD, "token", *self.admits("secretsmanager:GetSecretValue", "*"), key=key)

    def admits(self, action: Any, resource: str) -> list[Any]:
        found = []
        for _ in range(self.random.randint(1, 2)):
            account, name = self.random.choice(self.roles)
            who = self.random.choice([account, role_arn(account, name), PROD])
            more = {} if self.random.random() < 0.3 else {"Sid": self.random.choice("MN")}
            found.append({**allow(action, resource, **more), "Principal": {"AWS": who}})
        return found


SETTINGS = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@SETTINGS
@given(st.integers(0, 1_000_000))
def test_what_closes_crossings_between_identities(seed: int) -> None:
    check(Estates(Random(seed)).estate(), stores=False)


@SETTINGS
@given(st.integers(0, 1_000_000))
def test_what_closes_crossings_to_stores(seed: int) -> None:
    check(Estates(Random(seed)).estate(), stores=True)
