"""Attacks on rules about organizations: guardrails that bound nobody, accounts that may stand anywhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.estates import DEV, PROD, World, allow, deny, gap
from scanner.facts.own_guardrails import derive
from scanner.model.facts import Mark


@pytest.fixture
def world() -> World:
    """Development and production, each in a unit of its own."""
    world = World()
    for account, place in ((DEV, "dev"), (PROD, "prod")):
        world.account(account, place, parent=world.unit(f"ou-{place}"))
    return world


def marks(world: World) -> dict[str, Mark]:
    return {item.attr: item for item in derive(world.estate()).marks if item.resource == PROD}


@pytest.mark.parametrize(
    ("statement", "own"),
    [
        (allow("*"), False),  # FullAWSAccess, copied
        (deny("organizations:LeaveOrganization"), True),
        (allow("s3:*"), True),
        (allow("*", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}), True),
    ],
)
def test_a_guardrail_that_takes_nothing_away(world: World, statement: Any, own: bool) -> None:
    # https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_evaluation.html
    world.guardrail("mine", ["ou-prod"], statement)
    assert marks(world)["own_guardrail"].value is own


def test_a_guardrail_whose_words_were_not_read(world: World) -> None:
    hole = gap(DEV, "organizations:DescribePolicy")
    world.guardrail("mine", ["ou-prod"], deny("s3:*"), unknown={"document": (hole,)})
    said = marks(world)["own_guardrail"]
    assert (said.unknown, said.gaps) == (True, (hole,))


def test_an_account_that_may_stand_anywhere_may_stand_there(world: World) -> None:
    world.guardrail("mine", ["ou-prod"], deny("s3:*"))
    lost = next(item for item in world.resources if item.id == DEV and item.kind == "boundary")
    world.resources.remove(lost)
    kept = {key: value for key, value in lost.attrs.items() if key != "parent"}
    world.resources.append(replace(lost, attrs=kept))
    found = marks(world)
    assert found["own_unit"].unknown
    assert found["own_guardrail"].unknown
