"""Identity paths: what crosses, by which grant, how surely, and what is not said."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest

from facts.estates import CI, DEV, OUTSIDE, PROD, TEST, World, allow, deny, gap, role_arn, trust, user_arn
from scanner.facts.identity_paths import derive
from scanner.model.estate import Flow
from scanner.model.facts import Crossing, Facts
from scanner.model.logic import Tri

SOURCE = {"Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}


def crossings(world: World) -> dict[str, Crossing]:
    """By ``pair border``."""
    return {f"{item.pair} {item.border}": item for item in derive(world.estate()).crossings}


def only(world: World) -> Crossing:
    (found,) = derive(world.estate()).crossings
    return found


def assume(target: str, **more: Any) -> dict[str, Any]:
    return allow("sts:AssumeRole", target, Sid="Go", **more)


@pytest.fixture
def world() -> World:
    return World()


class TestOneStep:
    def test_both_sides_grant(self, world: World) -> None:
        source = world.role(DEV, "a", assume(role_arn(PROD, "b")))
        target = world.role(PROD, "b", trust=trust(source, Sid="Dev"))
        found = only(world)
        assert (found.pair, found.border) == ("dev->prod", f"{source}/inline/main#Go")
        assert (found.state, found.latent, found.access) == (Tri.YES, False, ("assume",))
        assert (found.sources, found.targets, found.via, found.flow) == ((source,), (target,), (), None)
        assert [step.by for step in found.steps] == ["inline policy main statement Go", "trust statement Dev"]
        assert [step.source.pointer for step in found.steps] == [
            "/data/inline/0/PolicyDocument/Statement/0",
            "/data/trust/Statement/0",
        ]
        assert all(step.state is Tri.YES and step.source.part for step in found.steps)

    def test_a_managed_policy_is_one_border_for_all_who_hold_it(self, world: World) -> None:
        policy = world.policy(DEV, "Deploy", assume(role_arn(PROD, "*")))
        sources = tuple(world.role(DEV, name, attached=[policy]) for name in ("a", "b", "c"))
        targets = tuple(world.role(PROD, name, trust=trust(DEV)) for name in ("x", "y"))
        found = only(world)
        assert (found.border, found.sources, found.targets) == (f"{policy}#Go", sources, targets)
        assert found.closes == (f"{policy}#Go",)

    def test_through_a_group(self, world: World) -> None:
        group = world.group(DEV, "ops", assume(role_arn(PROD, "b")))
        world.user(DEV, "ana", groups=[group])
        world.role(PROD, "b", trust=trust(DEV))
        assert only(world).border == f"{group}/inline/main#Go"

    def test_the_statement_that_names_the_target_is_the_border(self, world: World) -> None:
        admin = world.policy(DEV, "Admin", allow("*"), aws=True)
        source = world.role(DEV, "a", assume(role_arn(PROD, "b")), attached=[admin])
        world.role(PROD, "b", trust=trust(DEV))
        found = only(world)
        assert found.border == f"{source}/inline/main#Go"
        assert len(found.closes) == 1, "one trust statement closes what two identity statements open"
        assert found.closes == (f"{role_arn(PROD, 'b')}/trust",)

    def test_a_statement_without_a_sid_has_no_index_in_its_name(self, world: World) -> None:
        source = world.role(DEV, "a", allow("ec2:*"), allow("sts:AssumeRole", role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        assert only(world).border == f"{source}/inline/main"

    def test_nothing_between_strangers(self, world: World) -> None:
        world.role(DEV, "a", allow("s3:*"))
        world.role(PROD, "b", trust=trust(PROD))
        assert derive(world.estate()) == Facts()

    def test_in_a_shared_account_the_places_of_identities_count(self, world: World) -> None:
        source = world.role(PROD, "a", place="dev")
        target = world.role(PROD, "b", trust=trust(source))
        found = crossings(world)
        assert found[f"dev->prod {target}/trust"].targets == (target,)
        root = f"arn:aws:iam::{PROD}:root"
        assert found[f"prod->dev {root}/root"].sources == (root,), "it may rewrite every trust policy there"


class TestChains:
    def test_through_a_service(self, world: World) -> None:
        source = world.role(DEV, "a", assume(role_arn(CI, "ci")))
        hop = world.role(CI, "ci", assume(role_arn(PROD, "b")), trust=trust(DEV))
        target = world.role(PROD, "b", trust=trust(CI))
        found = only(world)
        assert (found.border, found.targets, found.via) == (f"{source}/inline/main#Go", (target,), ("ci",))
        assert [(step.source_id, step.target_id) for step in found.steps] == [(source, hop)] * 2 + [
            (hop, target)
        ] * 2

    def test_through_another_environment(self, world: World) -> None:
        source = world.role(DEV, "a", assume(role_arn(TEST, "t")))
        world.role(TEST, "t", assume(role_arn(PROD, "b")), trust=trust(DEV))
        world.role(PROD, "b", trust=trust(TEST))
        found = crossings(world)
        chained = found[f"dev->prod {source}/inline/main#Go"]
        assert set(found) == {
            f"dev->test {source}/inline/main#Go",
            f"dev->prod {source}/inline/main#Go",
            f"test->prod {role_arn(TEST, 't')}/inline/main#Go",
        }
        assert chained.detail == {"through": ["test"]}

    def test_sources_include_who_can_become_the_one_that_leaves(self, world: World) -> None:
        user = world.user(DEV, "ana", assume(role_arn(DEV, "a")))
        source = world.role(DEV, "a", assume(role_arn(PROD, "b")), trust=trust(DEV))
        world.role(PROD, "b", trust=trust(source))
        found = only(world)
        assert found.sources == (source, user)
        assert found.steps[0].source_id == source

    def test_long_chains(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(CI, "c0")))
        for index in range(8):
            before = role_arn(DEV, "a") if index == 0 else role_arn(CI, f"c{index - 1}")
            after = role_arn(PROD, "b") if index == 7 else role_arn(CI, f"c{index + 1}")
            world.role(CI, f"c{index}", assume(after), trust=trust(before))
        world.role(PROD, "b", trust=trust(role_arn(CI, "c7")))
        assert len(only(world).steps) == 18

    def test_a_role_that_may_rewrite_trust_becomes_others(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(CI, "admin")))
        world.role(CI, "admin", allow("iam:UpdateAssumeRolePolicy", Sid="Rewrite"), trust=trust(DEV))
        world.role(CI, "deployer", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(role_arn(CI, "deployer")))
        found = only(world)
        assert "inline policy main statement Rewrite (rewrite its trust policy)" in [
            step.by for step in found.steps
        ]

    def test_access_keys_of_users(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(CI, "admin")))
        world.role(CI, "admin", allow("iam:CreateAccessKey"), trust=trust(DEV))
        world.user(CI, "bot", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(user_arn(CI, "bot")))
        assert only(world).targets == (role_arn(PROD, "b"),)

    def test_through_an_account_that_is_not_collected(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(OUTSIDE, "vendor")))
        world.role(PROD, "b", trust=trust(OUTSIDE))
        found = only(world)
        assert (found.state, found.detail) == (Tri.UNKNOWN, {"through": ["external"]})

    def test_a_wildcard_does_not_name_outside_accounts(self, world: World) -> None:
        world.role(DEV, "admin", allow("*"))
        world.role(PROD, "b", trust=trust(OUTSIDE))
        assert not derive(world.estate()).crossings

    def test_no_way_back_through_home(self, world: World) -> None:
        """What leaves a second time is a border of its own."""
        first = world.role(DEV, "a", assume(role_arn(CI, "ci")))
        world.role(CI, "ci", assume(role_arn(DEV, "b")), trust=trust(first))
        second = world.role(DEV, "b", assume(role_arn(PROD, "p")), trust=trust(role_arn(CI, "ci")))
        world.role(PROD, "p", trust=trust(second))
        assert only(world).border == f"{second}/inline/main#Go"


class TestLatent:
    def test_a_role_that_does_not_trust(self, world: World) -> None:
        source = world.role(DEV, "a", assume(role_arn(PROD, "b")))
        target = world.role(PROD, "b")
        found = only(world)
        assert (found.latent, found.state, found.border) == (True, Tri.YES, f"{source}/inline/main#Go")
        assert (found.sources, found.targets) == ((source,), (target,))
        assert [step.state for step in found.steps] == [Tri.YES, Tri.NO]
        assert found.steps[-1].by == "the trust policy of b does not admit it"

    @pytest.mark.parametrize("pattern", [f"arn:aws:iam::{PROD}:role/*", f"arn:aws:iam::{PROD}:*"])
    def test_a_pattern_inside_an_account(self, world: World, pattern: str) -> None:
        world.role(DEV, "a", assume(pattern))
        world.role(PROD, "b")
        found = only(world)
        assert (found.latent, found.targets) == (True, (pattern,))

    @pytest.mark.parametrize("pattern", ["*", "arn:aws:iam::*:role/b", f"arn:aws:iam::{OUTSIDE}:role/b"])
    def test_a_wildcard_names_nobody(self, world: World, pattern: str) -> None:
        world.role(DEV, "a", assume(pattern))
        world.role(PROD, "b")
        assert not derive(world.estate()).crossings

    @pytest.mark.parametrize(
        "principal", [DEV, f"arn:aws:iam::{DEV}:root", role_arn(DEV, "a"), role_arn(DEV, "gone")]
    )
    def test_who_may_not_is_trusted(self, world: World, principal: str) -> None:
        world.role(DEV, "a", allow("s3:*"))
        target = world.role(PROD, "b", trust=trust(principal, Sid="Dev"))
        found = only(world)
        assert (found.latent, found.border, found.targets) == (True, f"{target}/trust#Dev", (target,))
        named = f"arn:aws:iam::{DEV}:root" if principal == DEV else principal
        assert (found.sources, [step.state for step in found.steps]) == ((named,), [Tri.YES, Tri.NO])
        assert found.steps[-1].source.part

    def test_trust_that_is_used_is_not_latent_too(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(DEV, "idle")
        world.role(PROD, "b", trust=trust(DEV))
        assert not only(world).latent

    def test_one_statement_for_two_environments_of_which_one_uses_it(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust([DEV, TEST]))
        found = {(item.pair, item.latent) for item in derive(world.estate()).crossings}
        assert found == {("dev->prod", False), ("test->prod", True)}

    def test_a_condition_that_names_who_may_not(self, world: World) -> None:
        source = world.role(DEV, "a")
        condition = {"ArnEquals": {"aws:PrincipalArn": source}}
        world.role(PROD, "b", trust=trust(DEV, Condition=condition))
        assert only(world).latent

    def test_a_proven_path_outranks_a_half_open_one_of_the_same_grant(self, world: World) -> None:
        source = world.role(DEV, "a", assume([role_arn(PROD, "b"), role_arn(PROD, "c")]))
        target = world.role(PROD, "b", trust=trust(source))
        world.role(PROD, "c")
        found = only(world)
        assert (found.latent, found.targets) == (False, (target,))

    def test_an_undecided_one_stands_beside_it(self, world: World) -> None:
        source = world.role(DEV, "a", assume([role_arn(PROD, "b"), role_arn(PROD, "c")]))
        world.role(PROD, "b", trust=trust(source, **SOURCE))
        world.role(PROD, "c")
        border = f"dev->prod {source}/inline/main#Go"
        found = crossings(world)
        assert {key: (item.state, item.latent) for key, item in found.items()} == {
            border: (Tri.YES, True),
            f"{border} (undecided)": (Tri.UNKNOWN, False),
        }


class TestClosed:
    @pytest.mark.parametrize(
        "denied",
        [
            deny("sts:*"),
            deny("*", role_arn(PROD, "*")),
            {"Effect": "Deny", "NotAction": "s3:*", "Resource": "*"},
        ],
    )
    def test_an_explicit_deny_on_the_way(self, world: World, denied: dict[str, Any]) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")), denied)
        world.role(PROD, "b", trust=trust(role_arn(DEV, "a")))
        assert derive(world.estate()) == Facts()

    def test_a_deny_of_the_trust_policy(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        closed = trust(DEV)
        closed["Statement"].append({"Effect": "Deny", "Principal": {"AWS": DEV}, "Action": "sts:AssumeRole"})
        world.role(PROD, "b", trust=closed)
        assert derive(world.estate()) == Facts()

    @pytest.mark.parametrize("target", ["r-root", DEV])
    def test_an_scp(self, world: World, target: str) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        world.guardrail("stop", [target], allow("*"), deny("sts:AssumeRole", role_arn(PROD, "*")))
        assert derive(world.estate()) == Facts()

    def test_an_scp_of_a_unit_above_another_account_does_not_help(self, world: World) -> None:
        world.unit("ou-other")
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        world.guardrail("stop", ["ou-other"], deny("sts:*"))
        assert only(world).state is Tri.YES

    def test_an_rcp_of_the_target_s_account(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        outside = {
            "Effect": "Deny",
            "Principal": "*",
            "Action": "sts:AssumeRole",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalAccount": PROD}},
        }
        world.guardrail("ours", [PROD], outside, kind="rcp")
        assert derive(world.estate()) == Facts()

    def test_a_permissions_boundary_leaves_the_other_side_half_open(self, world: World) -> None:
        limit = world.policy(DEV, "limit", allow("s3:*"))
        world.role(DEV, "a", assume(role_arn(PROD, "b")), boundary=limit)
        target = world.role(PROD, "b", trust=trust(DEV))
        found = only(world)
        assert (found.latent, found.border) == (True, f"{target}/trust")

    def test_root_users_cannot_assume_roles(self, world: World) -> None:
        world.root(DEV)
        world.role(PROD, "b", trust=trust(DEV))
        assert only(world).latent

    def test_groups_of_environments_and_control_do_not_form_pairs(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        dev = world.environments["dev"]
        world.environments["dev"] = type(dev)("dev", "control")
        assert not derive(world.estate()).crossings


class TestUndecided:
    def test_a_condition_that_no_snapshot_decides(self, world: World) -> None:
        source = world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(source, Sid="Office", **SOURCE))
        found = only(world)
        assert (found.state, found.latent, found.gaps) == (Tri.UNKNOWN, False, ())
        last = found.steps[-1]
        assert (last.state, last.by) == (Tri.UNKNOWN, "trust statement Office, which depends on aws:SourceIp")

    def test_scps_that_were_not_read(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        world.role(DEV, "idle", assume(role_arn(PROD, "none")))
        missing = world.unread("guardrail", DEV, "organizations:ListPolicies")
        found = derive(world.estate()).crossings
        assert {(item.state, item.gaps) for item in found} == {(Tri.UNKNOWN, (missing,))}
        assert len(found) == 2

    def test_scps_that_are_assumed_absent(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        world.unread("guardrail", DEV, "organizations:ListPolicies")
        world.assume = {"scp": "absent", "rcp": "absent"}
        found = only(world)
        assert (found.state, found.assumed, found.gaps) == (Tri.YES, ("rcp", "scp"), ())

    def test_a_parent_that_was_not_read(self, world: World) -> None:
        hidden = gap(DEV, "organizations:ListAccountsForParent")
        world.account(DEV, "dev", unknown={"parent": (hidden,)})
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        assert (only(world).state, only(world).gaps) == (Tri.UNKNOWN, (hidden,))

    def test_a_policy_that_was_not_read_reaches_only_roles_that_trust(self, world: World) -> None:
        hidden = gap(DEV, "iam:GetAccountAuthorizationDetails", role_arn(DEV, "a"))
        source = world.role(DEV, "a", unknown={"inline": (hidden,)})
        world.role(PROD, "closed", trust=trust(PROD))
        target = world.role(PROD, "open", trust=trust(source))
        found = only(world)
        assert (found.state, found.targets, found.gaps) == (Tri.UNKNOWN, (target,), (hidden,))

    def test_trust_that_was_not_read_is_open_to_those_who_may(self, world: World) -> None:
        hidden = gap(PROD, "iam:GetAccountAuthorizationDetails", role_arn(PROD, "b"))
        source = world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(DEV, "other", assume(role_arn(TEST, "t")))
        world.role(PROD, "b", unknown={"trust": (hidden,)})
        found = crossings(world)[f"dev->prod {source}/inline/main#Go"]
        assert (found.state, found.sources, found.gaps) == (Tri.UNKNOWN, (source,), (hidden,))

    def test_a_policy_document_that_is_missing(self, world: World) -> None:
        world.role(DEV, "a", attached=[f"arn:aws:iam::{DEV}:policy/lost"])
        world.role(PROD, "b", trust=trust(DEV))
        found = {(item.state, item.latent) for item in derive(world.estate()).crossings}
        assert found == {(Tri.UNKNOWN, False), (Tri.YES, True)}


class TestBlind:
    def test_home_was_not_read_and_the_other_side_admits_it(self, world: World) -> None:
        missing = world.unread("identity", DEV)
        world.role(PROD, "b", trust=trust(DEV))
        facts = derive(world.estate())
        assert facts.blind["dev->prod"] == (missing,)
        (half,) = facts.crossings
        assert (half.state, half.latent) == (Tri.UNKNOWN, True)

    def test_it_reaches_no_pair_that_it_is_not_part_of(self, world: World) -> None:
        """Of its own pairs it hides what one side is enough for: a policy or a trust that names the other."""
        world.unread("identity", DEV)
        world.role(PROD, "b", trust=trust(PROD))
        facts = derive(world.estate())
        assert not facts.crossings
        assert set(facts.blind) == {"dev->prod", "dev->test", "prod->dev", "test->dev"}

    def test_what_is_denied_for_certain_is_not_blind(self, world: World) -> None:
        world.unread("identity", DEV)
        world.guardrail("stop", [DEV], allow("*"), deny("sts:AssumeRole"))
        assert set(derive(world.estate()).blind) == {"prod->dev", "test->dev"}

    def test_a_chain_through_two_accounts_of_which_one_was_not_read(self, world: World) -> None:
        world.unread("identity", PROD)
        world.role(DEV, "a", assume(role_arn(CI, "ci")))
        world.role(CI, "ci", assume(f"arn:aws:iam::{PROD}:role/*"), trust=trust(DEV))
        assert "dev->prod" in derive(world.estate()).blind

    def test_one_policy_that_was_not_read_may_name_any_other_environment(self, world: World) -> None:
        hidden = gap(DEV, "iam:GetAccountAuthorizationDetails", role_arn(DEV, "a"))
        world.role(DEV, "a", unknown={"inline": (hidden,)})
        assert derive(world.estate()).blind == {"dev->prod": (hidden,), "dev->test": (hidden,)}

    def test_one_trust_policy_that_was_not_read_may_name_any_other(self, world: World) -> None:
        hidden = gap(PROD, "iam:GetAccountAuthorizationDetails", role_arn(PROD, "b"))
        world.role(PROD, "b", unknown={"trust": (hidden,)})
        assert derive(world.estate()).blind == {"dev->prod": (hidden,), "test->prod": (hidden,)}

    def test_a_boundary_rules_it_out(self, world: World) -> None:
        hidden = gap(DEV, "iam:GetAccountAuthorizationDetails", role_arn(DEV, "a"))
        limit = world.policy(DEV, "limit", allow("s3:*"))
        world.role(DEV, "a", boundary=limit, unknown={"inline": (hidden,)})
        assert derive(world.estate()).blind == {}

    def test_a_service_in_between_was_not_read(self, world: World) -> None:
        missing = world.unread("identity", CI)
        world.role(DEV, "a", assume(role_arn(CI, "ci")))
        world.role(PROD, "b", trust=trust(CI))
        facts = derive(world.estate())
        assert (facts.blind, facts.crossings) == ({"dev->prod": (missing,)}, ())

    def test_a_declared_account_that_nobody_asked(self, world: World) -> None:
        world.resources = [item for item in world.resources if item.scope.boundary != PROD]
        world.role(DEV, "a", allow("sts:AssumeRole"))
        (hidden,) = derive(world.estate()).blind["dev->prod"]
        assert (hidden.scope.boundary, hidden.call) == (PROD, "iam:GetAccountAuthorizationDetails")

    def test_a_listing_that_nobody_asked_for(self, world: World) -> None:
        world.unread("identity", PROD)
        world.unlisted = [replace(item, gaps=()) for item in world.unlisted]
        world.role(DEV, "a", allow("sts:AssumeRole"))
        assert derive(world.estate()).blind["dev->prod"]


class TestFlows:
    def flow(self, world: World, **more: Any) -> None:
        world.flows.append(Flow("promote", "dev", "prod", ("assume",), **more))

    def test_a_flow_covers_it(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        self.flow(world)
        assert only(world).flow == "promote"

    def test_what_it_does_not_cover_stands_alone(self, world: World) -> None:
        world.role(DEV, "a", assume([role_arn(PROD, "b"), role_arn(PROD, "c")]))
        for name in ("b", "c"):
            world.role(PROD, name, trust=trust(DEV))
        self.flow(world, resources=(role_arn(PROD, "b"),))
        found = only(world)
        assert (found.flow, found.targets) == (None, (role_arn(PROD, "c"),))

    @pytest.mark.parametrize(("via", "expected"), [("ci", "promote"), (None, None), ("hub", None)])
    def test_a_path_through_a_service_needs_via(
        self, world: World, via: str | None, expected: str | None
    ) -> None:
        world.role(DEV, "a", assume(role_arn(CI, "ci")))
        world.role(CI, "ci", assume(role_arn(PROD, "b")), trust=trust(DEV))
        world.role(PROD, "b", trust=trust(CI))
        self.flow(world, via=via)
        assert only(world).flow == expected

    def test_a_flow_with_via_does_not_cover_the_direct_way(self, world: World) -> None:
        world.role(DEV, "a", assume(role_arn(PROD, "b")))
        world.role(PROD, "b", trust=trust(DEV))
        self.flow(world, via="ci")
        assert only(world).flow is None


def test_the_order_of_resources_does_not_matter() -> None:
    world = World()
    admin = world.policy(DEV, "Admin", allow("*"), aws=True)
    for index in range(4):
        world.role(
            DEV, f"a{index}", assume(role_arn(PROD, f"b{index}")), attached=[admin] if index % 2 else []
        )
        world.role(PROD, f"b{index}", trust=trust(DEV if index else role_arn(CI, "ci")))
        world.user(TEST, f"u{index}", assume(role_arn(DEV, f"a{index}")))
    world.role(CI, "ci", assume(role_arn(PROD, "*")), trust=trust(DEV))
    expected = derive(world.estate())
    assert expected.crossings
    for seed in range(5):
        assert repr(derive(world.estate(random.Random(seed)))) == repr(expected)


def test_removing_what_closes_it_closes_it() -> None:
    """The set that a crossing names is verified by deciding the estate again without it."""
    world, wide = World(), allow("sts:*", role_arn(PROD, "*"), Sid="Wide")
    source = world.role(DEV, "a", assume(role_arn(PROD, "b")), wide)
    world.role(PROD, "b", trust=trust(source, Sid="Dev"))
    found = only(world)
    assert found.closes == (f"{role_arn(PROD, 'b')}/trust#Dev",)
    again = World()
    again.role(DEV, "a", assume(role_arn(PROD, "b")), wide)
    again.role(PROD, "b")
    assert all(item.latent for item in derive(again.estate()).crossings)
