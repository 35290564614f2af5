"""Attacks on rules about people: estates in which somebody gets in whom a fact does not see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.estates import DEV, PROD, World, document, role_arn, trust
from scanner.facts.strictness import derive as strictness
from scanner.model.facts import Mark

STRICT = {"minimum_length": 20, "classes": 4, "reuse_prevention": 24, "max_age_days": 30}


@pytest.fixture
def world() -> World:
    return World()


def mark(found: Any, resource: str, attr: str) -> Mark | None:
    return next((item for item in found.marks if (item.resource, item.attr) == (resource, attr)), None)


class TestStrictness:
    """ACC-007: what another environment demands, and nobody could read."""

    def passwords(self, world: World, account: str, **more: Any) -> str:
        return world.add(f"passwords/{account}", "password_policy", account, {**STRICT, **more})

    def test_a_policy_elsewhere_that_could_not_be_read(self, world: World) -> None:
        policy = self.passwords(world, PROD, minimum_length=6)
        hole = world.unread("password_policy", DEV, "iam:GetAccountPasswordPolicy")
        said = mark(strictness(world.estate()), policy, "less_strict_than")
        assert said is not None
        assert (said.unknown, said.gaps) == (True, (hole,))

    def test_a_policy_elsewhere_that_is_laxer_however_much_is_unread(self, world: World) -> None:
        policy = self.passwords(world, PROD)
        self.passwords(world, DEV, minimum_length=6)
        world.account("555555555555", "dev")
        world.unread("password_policy", "555555555555", "iam:GetAccountPasswordPolicy")
        # A second dev policy can only be laxer still, or change nothing: production is as strict as the first.
        said = mark(strictness(world.estate()), policy, "less_strict_than")
        assert said is not None
        assert (said.unknown, said.value) == (False, [])

    def test_roles_elsewhere_that_could_not_be_listed(self, world: World) -> None:
        role = world.role(PROD, "people", trust=trust(PROD), session_seconds=43200)
        hole = world.unread("identity", DEV)
        said = mark(strictness(world.estate()), role, "less_strict_than")
        assert said is not None
        assert (said.unknown, said.gaps) == (True, (hole,))

    def test_an_account_that_tags_divide_may_hold_either(self, world: World) -> None:
        world.account("555555555555", "prod")
        world.places["666666666666"] = None
        world.unread("password_policy", "666666666666", "iam:GetAccountPasswordPolicy")
        policy = self.passwords(world, PROD, minimum_length=6)
        estate = replace(world.estate(), by_tags=frozenset({"aws"}))
        said = mark(strictness(estate), policy, "less_strict_than")
        assert said is not None
        assert said.unknown

    @pytest.mark.parametrize("attr", ["type", "trust", "service_linked", "session_seconds"])
    def test_what_was_not_collected_of_a_role_is_no_pass(self, world: World, attr: str) -> None:
        role = world.role(PROD, "people", trust=document(), session_seconds=43200)
        item = next(each for each in world.resources if each.id == role)
        world.resources.remove(item)
        kept = {**item.attrs, "trust": trust(role_arn(DEV, "x"))}
        del kept[attr]
        world.resources.append(replace(item, attrs=kept))
        assert mark(strictness(world.estate()), role, "less_strict_than") is None
