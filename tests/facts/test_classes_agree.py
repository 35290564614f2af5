"""Deciding classes of callers and stores once gives what deciding each of each gives."""

from __future__ import annotations

import random
from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow, deny, document
from scanner.facts.identity.access import LEVELS, Access
from scanner.facts.identity.shared import Shared
from scanner.facts.identity.stores import read
from scanner.model.logic import Tri

NAMES = ("data", "data-2", "prod-a", "prod-b", "prod-logs", "logs")
PATTERNS = (
    "*",
    "arn:aws:s3:::*",
    "arn:aws:s3:::prod-*",
    "arn:aws:s3:::prod-*/*",
    "arn:aws:s3:::*-logs",
    "arn:aws:s3:::*logs/*",
    "arn:aws:s3:::d?ta/*",
    "arn:aws:s3:::data*",
    "arn:aws:s3:::data/in/*",
    "arn:aws:s3:::prod-a",
    "arn:aws:s3:::prod-?/models/*",
    "arn:aws:s3:::*/models/*",
)
ACTIONS = ("s3:*", "s3:GetObject", "s3:PutObject", "s3:Delete*", "s3:PutBucketVersioning", "s3:Put*")


def _statement(chance: random.Random, patterns: tuple[str, ...]) -> dict[str, Any]:
    made = (deny if chance.random() < 0.3 else allow)(
        chance.choice(ACTIONS), chance.sample(patterns, chance.randint(1, 2))
    )
    if chance.random() < 0.1:
        made["NotResource"] = made.pop("Resource")
    return made


def _world(seed: int) -> World:
    chance = random.Random(seed)
    world = World()
    for number in range(12):
        account = chance.choice((DEV, PROD))
        statements = [_statement(chance, PATTERNS) for _ in range(chance.randint(1, 3))]
        world.role(account, f"r{number}", *statements)
    if seed % 3 == 0:
        limits = document(allow("*"), _statement(chance, PATTERNS))["Statement"]
        world.guardrail("limit", ["r-root"], *limits)
    for name in NAMES:
        own = f"arn:aws:s3:::{name}"
        held = []
        for _ in range(chance.randint(0, 2)):
            made = _statement(chance, (own, f"{own}/*", f"{own}/models/*", "*", "arn:aws:s3:::prod-*"))
            principal = chance.choice((DEV, PROD, f"arn:aws:iam::{DEV}:role/r{chance.randrange(12)}", "*"))
            made["Principal"] = principal if principal == "*" else {"AWS": principal}
            held.append(made)
        world.bucket(PROD, name, *held)
    return world


def _best(states: list[Tri]) -> Tri:
    return next((state for state in (Tri.YES, Tri.UNKNOWN) if state in states), Tri.NO)


@pytest.mark.parametrize("seed", range(24))
def test_each_of_each(seed: int) -> None:
    estate = _world(seed).estate()
    world = Shared(estate).world
    access = Access(world, ("store",))
    found = {
        (caller.arn, store.id, use.level): use.state
        for group in world.groups
        for use in access.of(group)
        for store in use.stores
        for caller in group.members
    }
    expected = {}
    for caller in world.callers.values():
        for store in read(world, ("store",), LEVELS).values():
            if store.shut is not Tri.NO and caller.account != store.account:
                continue  # whether public policies are restricted is asked beside the decision
            for level in LEVELS:
                asked = [(action, target) for name, action, target in store.asks if name == level]
                state = _best([world.ask(caller, action, target).state for action, target in asked])
                if state is not Tri.NO:
                    expected[caller.arn, store.id, level] = state
    told = {key: state for key, state in found.items() if key in expected or not _restricted(access, key)}
    assert told == expected


def _restricted(access: Access, key: tuple[str, str, str]) -> bool:
    store = access.stores[key[1]]
    return store.shut is not Tri.NO and access.world.callers[key[0]].account != store.account
