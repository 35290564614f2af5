"""What a crossing says closes it does, and no part of it: the grants are taken out of the estate."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import Any

import pytest

from facts.estates import CI, DEV, PROD, World, allow, role_arn, trust
from facts.removal import without
from scanner.facts import identity_paths, store_access
from scanner.facts.identity.fewest import Options, gathered, smallest
from scanner.model.estate import Estate
from scanner.model.facts import Crossing, Facts

Derive = Callable[[Estate], Facts]


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
    assert "".join(sorted(smallest(ways) or gathered(ways))) == found


def test_a_later_hop_is_named_where_that_is_fewer(world: World) -> None:
    """Two policies lead to two hubs, and both of those to production by the trust of one role."""
    anywhere = assume(role_arn(CI, "*"))
    world.role(DEV, "a", attached=[world.policy(DEV, name, anywhere) for name in ("One", "Two")])
    for name in ("h", "i"):
        world.role(CI, name, assume(role_arn(PROD, "p")), trust=trust(DEV, Sid="Dev"))
    target = world.role(PROD, "p", trust=trust(CI, Sid="Hub"))
    found = checked(identity_paths.derive, world)
    assert (found.closes, found.smallest) == ((f"{target}/trust#Hub",), True)
    assert found.border.endswith("policy/One#Go"), "the first grant on the way is still what it is told by"


def test_a_policy_of_aws_is_detached(world: World) -> None:
    admin = world.policy(DEV, "AdministratorAccess", allow("*"), aws=True)
    role = world.role(DEV, "a", attached=[admin])
    for name in ("p", "q"):
        world.role(PROD, name, trust=trust(DEV, Sid="Dev"))
    assert checked(identity_paths.derive, world).closes == (f"{role}/attached/AdministratorAccess",)


def test_a_policy_of_aws_that_a_group_holds_is_detached_from_the_group(world: World) -> None:
    power = world.policy(DEV, "PowerUserAccess", allow("sts:*"), aws=True)
    group = world.group(DEV, "people", attached=[power])
    for name in ("ana", "ben"):
        world.user(DEV, name, groups=[group])
    for name in ("p", "q"):
        world.role(PROD, name, trust=trust(DEV, Sid="Dev"))
    assert checked(identity_paths.derive, world).closes == (f"{group}/attached/PowerUserAccess",)


def test_what_a_service_linked_role_holds_is_not_taken_away(world: World) -> None:
    """AWS lets nobody change it: what the other side says has to go, though it is more."""
    provided = world.policy(DEV, "ServiceRolePolicy", allow("s3:*"), aws=True)
    world.role(DEV, "AWSServiceRoleForX", attached=[provided], service_linked=True)
    stores = [world.bucket(PROD, name, admit(name)) for name in ("p", "q")]
    assert checked(store_access.derive, world).closes == tuple(f"{store}/policy#In" for store in stores)


def test_where_nobody_can_take_anything_away_nothing_is_named(world: World) -> None:
    provided = world.policy(DEV, "ServiceRolePolicy", allow("sts:*"), aws=True)
    world.role(DEV, "AWSServiceRoleForX", attached=[provided], service_linked=True)
    trusting = trust(role_arn(DEV, "AWSServiceRoleForX"), Sid="X")
    world.role(PROD, "AWSServiceRoleForY", trust=trusting, service_linked=True)
    (found,) = (item for item in identity_paths.derive(world.estate()).crossings if not item.latent)
    assert (found.closes, found.smallest) == ((), False)


def test_the_policy_of_one_key_closes_two_stores(world: World) -> None:
    account = {"AWS": f"arn:aws:iam::{DEV}:root"}
    key = world.key(PROD, "k", {**allow("kms:Decrypt", Sid="Dev"), "Principal": account})
    for name in ("p", "q"):
        world.bucket(PROD, name, admit(name), encryption="aws:kms", key=key)
    world.role(DEV, "a", *(allow(["s3:GetObject", "kms:Decrypt"], Sid=sid) for sid in ("One", "Two")))
    assert checked(store_access.derive, world).closes == (f"{key}/policy#Dev",)


def test_passing_a_role_is_closed_by_what_it_takes_least_of(world: World) -> None:
    """Of the right to pass the role and the rights to run something as it one is enough."""
    run = allow(["lambda:CreateFunction", "lambda:InvokeFunction"], Sid="Run")
    passing = [allow("iam:PassRole", role_arn(DEV, "x"), Sid=sid) for sid in ("One", "Two")]
    role = world.role(DEV, "a", run, *passing)
    world.role(DEV, "x", trust=trust({"Service": "lambda.amazonaws.com"}, Sid="Lambda"), place="prod")
    estate = world.estate()
    crossings = {item.sources: item for item in identity_paths.derive(estate).crossings}
    assert crossings[role,].closes == (f"{role}/inline/main#Run",)
    assert crossings[f"arn:aws:iam::{DEV}:root",].closes == (), "nothing takes a role from its root user"
    left = identity_paths.derive(without(estate, crossings[role,].closes)).crossings
    assert [item.sources for item in left] == [(f"arn:aws:iam::{DEV}:root",)]


def test_above_three_it_is_not_said_to_be_the_smallest(world: World) -> None:
    sids = ("A", "B", "C", "D")
    role = world.role(DEV, "a", *(assume(role_arn(PROD, "*"), sid) for sid in sids))
    for name in "pqrst":
        world.role(PROD, name, trust=trust(DEV, Sid="Dev"))
    found = checked(identity_paths.derive, world)
    assert found.closes == tuple(f"{role}/inline/main#{sid}" for sid in sids)
    assert not found.smallest


def test_every_statement_that_keeps_a_way_half_open_is_named(world: World) -> None:
    role = world.role(DEV, "a", *(assume(role_arn(PROD, "p"), sid) for sid in ("One", "Two")))
    world.role(PROD, "p")
    (found,) = identity_paths.derive(world.estate()).crossings
    assert found.latent
    assert found.closes == (f"{role}/inline/main#One", f"{role}/inline/main#Two")
    assert found.smallest
    assert not identity_paths.derive(without(world.estate(), found.closes)).crossings
    assert identity_paths.derive(without(world.estate(), found.closes[:1])).crossings


def test_rights_that_one_can_give_itself_are_no_grant_to_remove(world: World) -> None:
    """They go with the statement that lets it give them."""
    role = world.role(DEV, "a", allow("iam:PutRolePolicy", role_arn(DEV, "a"), Sid="Self"))
    for name in ("p", "q"):
        world.role(PROD, name, trust=trust(DEV, Sid="Dev"))
    assert checked(identity_paths.derive, world).closes == (f"{role}/inline/main#Self",)
