"""Attacks on rules about people: estates in which somebody gets in whom a fact does not see."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.estates import DEV, PROD, World, document, gap, role_arn, trust
from scanner.facts.identity_grants import derive as grants
from scanner.facts.production_reach import derive as reach
from scanner.facts.strictness import derive as strictness
from scanner.model.estate import Environment
from scanner.model.facts import Mark

OWN = f"arn:aws:iam::{PROD}:saml-provider/own"
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
        # A second policy of dev can only be laxer still, or change nothing.
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
        estate = replace(world.estate(), by_tags=frozenset({"dev", "prod"}))
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


class TestRoots:
    """ACC-005: the root user of an account that production shares with others reaches production."""

    SHARED = "555555555555"

    def shared(self, world: World, *, complete: bool, contains: list[str]) -> dict[str, Mark]:
        hole = gap(self.SHARED, "resourcegroupstaggingapi:GetResources")
        world.places[self.SHARED] = None
        hidden = {} if complete else {"contains_complete": (hole,)}
        attrs = {"contains": contains, "contains_complete": True, "organization": None, "parent": None}
        world.add(self.SHARED, "boundary", self.SHARED, attrs, unknown=hidden)
        world.root(self.SHARED)
        root = world.person(f"arn:aws:iam::{self.SHARED}:root", self.SHARED, mfa=False)
        found = reach(replace(world.estate(), by_tags=frozenset({"dev", "prod"})))
        return {item.attr: item for item in found.marks if item.resource == root}

    def test_it_holds_production(self, world: World) -> None:
        marks = self.shared(world, complete=True, contains=["dev", "prod"])
        assert marks["reaches_production"].value is True
        assert marks["production_environments"].value == ["prod"]
        assert marks["mfa_demanded"].value is False

    def test_it_may_hold_production(self, world: World) -> None:
        marks = self.shared(world, complete=False, contains=["dev"])
        assert marks["reaches_production"].unknown
        assert marks["mfa_demanded"].unknown

    def test_it_holds_none(self, world: World) -> None:
        assert self.shared(world, complete=True, contains=["dev"])["reaches_production"].value is False


class TestProviders:
    """ACC-006: roles that let people in by no provider that is named, or by one that was not understood."""

    def others(self, world: World, trusted: Any) -> Mark | None:
        role = world.role(PROD, "people", trust=trusted)
        world.environments["prod"] = Environment("prod", "production", settings={"identity_providers": [OWN]})
        return mark(grants(world.estate()), role, "other_providers")

    @pytest.mark.parametrize("action", ["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:*"])
    def test_whoever_comes(self, world: World, action: str) -> None:
        said = self.others(
            world, document({"Effect": "Allow", "Principal": {"Federated": "*"}, "Action": action})
        )
        assert said is not None
        assert said.value == ["*"]
        said = self.others(world, document({"Effect": "Allow", "Principal": "*", "Action": action}))
        assert said is not None
        assert said.value == ["*"]

    def test_a_statement_that_was_not_understood(self, world: World) -> None:
        said = self.others(
            world,
            document(
                {"Effect": "Allow", "Principal": {"Federated": OWN}, "Action": "sts:AssumeRoleWithSAML"},
                {"Effect": "Allow", "Principals": {"Federated": "x"}, "Action": "sts:AssumeRoleWithSAML"},
            ),
        )
        assert said is not None
        assert said.unknown

    def test_its_own(self, world: World) -> None:
        said = self.others(
            world,
            document(
                {"Effect": "Allow", "Principal": {"Federated": OWN}, "Action": "sts:AssumeRoleWithSAML"}
            ),
        )
        assert said is not None
        assert said.value == []

    def test_sessions_of_people_of_a_provider_of_tokens(self, world: World) -> None:
        # ACC-007: a company's own provider speaks OpenID Connect as well as SAML.
        trusted = document(
            {
                "Effect": "Allow",
                "Principal": {"Federated": f"arn:aws:iam::{PROD}:oidc-provider/example.okta.com"},
                "Action": "sts:AssumeRoleWithWebIdentity",
            }
        )
        role = world.role(PROD, "people", trust=trusted, session_seconds=43200)
        world.role(DEV, "people", trust=trust(DEV), session_seconds=3600)
        said = mark(strictness(world.estate()), role, "less_strict_than")
        assert said is not None
        assert said.value == ["dev"]


class TestContinuousIntegration:
    """SRC-005: subjects that look declared, and issuers that nobody here knows."""

    MAIN = "repo:org/app:ref:refs/heads/main"

    def marks(self, world: World, issuer: str, operator: str = "StringEquals") -> dict[str, Mark]:
        condition = {operator: {f"{issuer}:sub": self.MAIN}}
        said = {
            "Effect": "Allow",
            "Principal": {"Federated": f"arn:aws:iam::{PROD}:oidc-provider/{issuer}"},
            "Action": "sts:AssumeRoleWithWebIdentity",
            "Condition": condition,
        }
        role = world.role(PROD, "deploy", trust=document(said))
        world.environments["prod"] = Environment("prod", "production", settings={"branches": ["main"]})
        return {item.attr: item for item in grants(world.estate()).marks if item.resource == role}

    def test_the_declared_branch(self, world: World) -> None:
        marks = self.marks(world, "token.actions.githubusercontent.com")
        assert marks["ci_declared"].value is True

    def test_a_branch_that_differs_in_case(self, world: World) -> None:
        # Refs are told apart by case: whoever may push any branch but main pushes MAIN.
        marks = self.marks(world, "token.actions.githubusercontent.com", "StringEqualsIgnoreCase")
        assert marks["ci_declared"].value is False

    def test_an_issuer_that_nobody_knows(self, world: World) -> None:
        assert self.marks(world, "ci.example.com")["ci_reaches_production"].unknown

    @pytest.mark.parametrize("issuer", ["accounts.google.com", "oidc.eks.eu-west-1.amazonaws.com/id/A"])
    def test_an_issuer_of_people_or_pods(self, world: World, issuer: str) -> None:
        assert self.marks(world, issuer)["ci_reaches_production"].value is False
