"""What a crossing says closes it does, and no part of it: the grants are taken out of the estate."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from itertools import combinations
from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow, role_arn, trust
from scanner.facts import identity_paths, store_access
from scanner.facts.identity.fewest import Options, fewest
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Crossing, Facts

Derive = Callable[[Estate], Facts]


def without(estate: Estate, names: Collection[str]) -> Estate:
    """The same estate where statements of these names were never written."""

    def cut(policy: str, document: Any) -> Any:
        kept = [item for item in document["Statement"] if f"{policy}#{item.get('Sid')}" not in names]
        return {**document, "Statement": kept}

    def changed(item: Resource) -> Resource:
        attrs = dict(item.attrs)
        if attrs.get("inline"):
            attrs["inline"] = [
                {**held, "document": cut(f"{item.id}/inline/{held['name']}", held["document"])}
                for held in attrs["inline"]
            ]
        for attr in ("trust", "policy"):
            if isinstance(attrs.get(attr), dict):
                attrs[attr] = cut(f"{item.id}/{attr}", attrs[attr])
        if item.kind == "policy":
            attrs["document"] = cut(item.id, attrs["document"])
        return replace(item, attrs=attrs)

    return replace(
        estate, resources={kind: tuple(map(changed, items)) for kind, items in estate.resources.items()}
    )


def reached(derive: Derive, estate: Estate) -> set[tuple[str, str]]:
    """Who reaches what, for certain or perhaps, but not half-way."""
    found = (item for item in derive(estate).crossings if not item.latent)
    return {(source, target) for item in found for source in item.sources for target in item.targets}


def checked(derive: Derive, world: World) -> Crossing:
    """The one open crossing of a world: closed by what it names, and by no part of that."""
    estate = world.estate()
    (crossing,) = (item for item in derive(estate).crossings if not item.latent)
    assert reached(derive, estate)
    assert not reached(derive, without(estate, crossing.closes)), crossing.closes
    for size in range(len(crossing.closes)):
        for part in combinations(crossing.closes, size):
            assert reached(derive, without(estate, part)), f"{part} of {crossing.closes} is enough"
    return crossing


def assume(target: str, sid: str = "Go") -> dict[str, Any]:
    return allow("sts:AssumeRole", target, Sid=sid)


def admit(bucket: str) -> dict[str, Any]:
    return {**allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", Sid="In"), "Principal": {"AWS": DEV}}


@pytest.fixture
def world() -> World:
    return World()


def test_two_grants_of_callers_are_fewer_than_one_of_each_target(world: World) -> None:
    wide = world.policy(DEV, "Wide", assume(role_arn(PROD, "*")))
    other = world.policy(DEV, "Other", assume(role_arn(PROD, "*")))
    for name in ("a", "b"):
        world.role(DEV, name, attached=[wide, other])
    for name in ("x", "y", "z"):
        world.role(PROD, name, trust=trust(DEV, Sid="Dev"))
    assert checked(identity_paths.derive, world).closes == (f"{other}#Go", f"{wide}#Go")


def test_one_grant_of_the_target_is_fewer_than_two_of_the_caller(world: World) -> None:
    world.role(DEV, "a", assume(role_arn(PROD, "b")), assume(role_arn(PROD, "*"), "Wide"))
    target = world.role(PROD, "b", trust=trust(DEV, Sid="Dev"))
    assert checked(identity_paths.derive, world).closes == (f"{target}/trust#Dev",)


def test_every_caller_that_holds_a_statement_of_its_own_is_named(world: World) -> None:
    """They are decided as one, and leave by the policy that they share; what else they hold has two names."""
    shared = world.policy(DEV, "Shared", assume(role_arn(PROD, "*")))
    callers = [
        world.role(DEV, name, assume(role_arn(PROD, "*"), "Own"), attached=[shared]) for name in ("a", "b")
    ]
    for name in ("p", "q", "r", "s"):
        world.role(PROD, name, trust=trust(DEV, Sid="Dev"))
    estate = world.estate()
    for crossing in identity_paths.derive(estate).crossings:
        gone = reached(identity_paths.derive, without(estate, crossing.closes))
        pairs = {(source, target) for source in crossing.sources for target in crossing.targets}
        assert not gone & pairs, (crossing.border, crossing.closes, callers)


def test_each_store_of_a_class_is_named_where_the_stores_close_it(world: World) -> None:
    world.role(DEV, "a", *(allow("s3:GetObject", "*", Sid=sid) for sid in ("One", "Two", "Three")))
    stores = [world.bucket(PROD, name, admit(name)) for name in ("p", "q")]
    found = checked(store_access.derive, world)
    assert found.closes == tuple(f"{store}/policy#In" for store in stores)


def test_what_leads_elsewhere_is_left_as_it_is(world: World) -> None:
    """One grant leads to two roles; only the one that reads the bucket counts for the bucket."""
    world.role(DEV, "a", assume(role_arn(PROD, "*")), assume(role_arn(PROD, "*"), "Too"))
    reader = world.role(PROD, "r", allow("s3:GetObject", "*"), trust=trust(DEV, Sid="Dev"))
    world.role(PROD, "idle", trust=trust(DEV, Sid="Dev"))
    world.bucket(PROD, "data")
    assert checked(store_access.derive, world).closes == (f"{reader}/trust#Dev",)


def options(*sets: str) -> Options:
    return tuple(frozenset(names) for names in sets)


@pytest.mark.parametrize(
    ("ways", "found"),
    [
        ([], ""),
        ([options()], ""),
        ([options("a", "x"), options("b", "x"), options("c", "x")], "x"),
        ([options("a", "bc"), options("b", "ac")], "ab"),
        ([options("ab"), options("c", "ab")], "ab"),
        ([options("a", "xy"), options("b", "xy"), options("c", "xy")], "xy"),
        ([options("a"), options("b"), options("c"), options("d")], "abcd"),
        ([options("a", "d"), options("b"), options("c"), options("d"), options("e")], "bcde"),
    ],
)
def test_the_fewest_grants_that_close_all(ways: list[Options], found: str) -> None:
    assert fewest(ways) == tuple(found)
