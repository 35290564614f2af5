"""People of a directory whom one environment declares and to whom another gives a role."""

from __future__ import annotations

from typing import Any

import pytest

from facts.acting import blind, crossings, declare, only, stores
from facts.estates import CI, DEV, PROD, World, allow, gap, trust
from facts.test_directory import ANA, MANAGEMENT, SET, TEAM, assign, provision, team
from facts.test_directory import world as _world
from scanner.model.logic import Tri

world = _world


@pytest.mark.parametrize("principal", ["ana@example.com", ANA, "*@example.com", TEAM])
def test_somebody_of_development_takes_a_role_of_production(world: World, principal: str) -> None:
    team(world)
    assign(world, PROD)
    role = provision(world, PROD, allow("s3:GetObject"))
    world.bucket(PROD, "data")
    declare(world, "dev", people=[principal])
    found = only(world)
    assert (found.pair, found.state, found.latent) == ("dev->prod", Tri.YES, False)
    assert (found.sources, found.targets) == ((ANA,), (role,))
    assert (found.border, found.closes) == (f"{SET}/{PROD}/{ANA}", (f"{SET}/{PROD}/{ANA}",))
    assert [step.by for step in found.steps] == [f"is assigned permission set Engineer in {PROD}"]
    (store,) = stores(world)
    assert (store.access, store.sources) == (("read",), (ANA,))


def test_by_a_group(world: World) -> None:
    team(world)
    assign(world, PROD, TEAM)
    provision(world, PROD)
    declare(world, "dev", people=[ANA])
    assert [step.source_id for step in only(world).steps] == [ANA, TEAM]


def test_the_way_goes_on(world: World) -> None:
    assign(world, CI)
    target = world.role(PROD, "target", trust=trust(CI))
    provision(world, CI, allow("sts:AssumeRole", target))
    declare(world, "dev", people=[ANA])
    found = only(world)
    assert (found.via, found.targets) == (("ci",), (target,))


@pytest.mark.parametrize(
    ("dev", "prod"),
    [
        (None, None),
        ([], None),
        (["ben@example.com"], None),
        ([ANA], [ANA]),
        ([ANA], ["ana@example.com"]),
        ([ANA], [TEAM]),
        ([ANA], ["*:role/aws-reserved/*"]),
    ],
)
def test_who_is_declared_there_too_or_nowhere_does_not_cross(world: World, dev: Any, prod: Any) -> None:
    team(world)
    assign(world, PROD)
    provision(world, PROD)
    declare(world, "dev", people=dev)
    declare(world, "prod", people=prod)
    assert crossings(world) == []
    assert blind(world) == ()


def test_production_s_own_role_at_home(world: World) -> None:
    assign(world, DEV)
    provision(world, DEV)
    declare(world, "dev", people=[ANA])
    assert crossings(world) == []


class TestUnread:
    def test_assignments(self, world: World) -> None:
        provision(world, PROD, allow("s3:*"))
        missing = world.unread("assignment", MANAGEMENT, "sso-admin:ListInstances")
        assert blind(world) == (), "nobody is declared"
        declare(world, "dev", people=[ANA])
        assert crossings(world) == []
        assert blind(world) == (missing,)

    def test_assignments_where_production_has_no_such_role(self, world: World) -> None:
        world.unread("assignment", MANAGEMENT, "sso-admin:ListInstances")
        declare(world, "dev", people=[ANA])
        assert blind(world) == ()

    def test_people(self, world: World) -> None:
        provision(world, PROD)
        declare(world, "dev", people=["ana@example.com"])
        missing = world.unread("person", MANAGEMENT, "identitystore:ListUsers")
        assert blind(world) == (missing,)

    def test_who_is_in_a_group(self, world: World) -> None:
        hidden = gap(MANAGEMENT, "identitystore:ListGroupMemberships", TEAM)
        team(world, unknown={"members": (hidden,)})
        provision(world, PROD)
        declare(world, "dev", people=[ANA])
        assert blind(world) == (hidden,)

    def test_who_is_in_the_group_that_development_declares(self, world: World) -> None:
        hidden = gap(MANAGEMENT, "identitystore:ListGroupMemberships", TEAM)
        world.add(TEAM, "people_group", MANAGEMENT, {}, unknown={"members": (hidden,)})
        provision(world, PROD)
        declare(world, "dev", people=[TEAM])
        assert blind(world) == (hidden,)

    def test_groups_where_development_declares_one(self, world: World) -> None:
        provision(world, PROD)
        declare(world, "dev", people=[TEAM])
        missing = world.unread("people_group", MANAGEMENT, "identitystore:ListGroups")
        assert blind(world) == (missing,)

    def test_whose_an_assignment_is(self, world: World) -> None:
        hidden = gap(MANAGEMENT, "sso-admin:ListAccountAssignments", SET)
        attrs = {"boundary": PROD, "permission_set": SET}
        world.add(f"{SET}/{PROD}/x", "assignment", MANAGEMENT, attrs, unknown={"principal": (hidden,)})
        provision(world, PROD)
        declare(world, "dev", people=[ANA])
        assert blind(world) == (hidden,)
