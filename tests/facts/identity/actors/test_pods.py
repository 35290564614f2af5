"""Pods of a cluster of one environment that get a role of another: by tokens, and by pod identities."""

from __future__ import annotations

from typing import Any

import pytest

from facts.acting import SHARED, accepts, blind, cluster, crossings, only, provider, shared_world, stores
from facts.estates import CI, DEV, PROD, TEST, World, allow, role_arn, trust
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Reason, Scope

TRAINER = "system:serviceaccount:ml:trainer"
ELSEWHERE = "oidc.eks.eu-west-1.amazonaws.com/id/ELSEWHERE"


@pytest.fixture
def world() -> World:
    return shared_world()


def accepting(world: World, *subjects: str, account: str = PROD, **more: Any) -> tuple[str, str]:
    """A cluster of development, and a role that takes tokens of its provider."""
    held, issuer = cluster(world)
    provider(world, account, issuer)
    return held, world.role(account, "serve", trust=accepts(account, issuer, *subjects, **more))


def test_a_service_account_gets_a_role_of_production(world: World) -> None:
    held, role = accepting(world, TRAINER, operator="StringEquals")
    found = only(world)
    assert (found.pair, found.state, found.latent) == ("dev->prod", Tri.YES, False)
    assert found.sources == (f"{held}/serviceaccount/ml:trainer",)
    assert (found.targets, found.border, found.closes) == ((role,), f"{role}/trust#Tokens", found.closes)
    assert found.closes == (f"{role}/trust#Tokens",)
    assert [(step.by, step.source.pointer) for step in found.steps] == [
        ("trust statement Tokens", "/data/trust/Statement/0")
    ]


@pytest.mark.parametrize(
    ("subjects", "shown"),
    [
        (("system:serviceaccount:*:*",), "*:*"),
        (("system:serviceaccount:ml:*",), "ml:*"),
        (("*",), "*:*"),
        ((), "*:*"),
    ],
)
def test_patterns_of_subjects_and_none(world: World, subjects: tuple[str, ...], shown: str) -> None:
    held, _ = accepting(world, *subjects)
    assert (only(world).sources, only(world).state) == ((f"{held}/serviceaccount/{shown}",), Tri.YES)


def test_several_subjects_are_one_border(world: World) -> None:
    accepting(world, TRAINER, "system:serviceaccount:ml:server")
    assert len(only(world).sources) == 2


def test_a_subject_that_no_pod_has(world: World) -> None:
    accepting(world, "repo:example/app:ref:refs/heads/main")
    assert crossings(world) == []


def test_what_is_excluded_besides(world: World) -> None:
    _held, issuer = cluster(world)
    provider(world, PROD, issuer)
    world.role(
        PROD,
        "serve",
        trust=accepts(
            PROD,
            issuer,
            Condition={
                "StringLike": {f"{issuer}:sub": "system:serviceaccount:ml:*"},
                "StringNotLike": {f"{issuer}:sub": "system:serviceaccount:*"},
            },
        ),
    )
    assert crossings(world) == []


def test_a_condition_that_is_not_decided(world: World) -> None:
    accepting(world, TRAINER, Condition={"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}})
    assert only(world).state is Tri.UNKNOWN


@pytest.mark.parametrize(("audience", "found"), [("sts.amazonaws.com", 1), ("other", 0)])
def test_the_audience_is_one_that_the_provider_accepts(world: World, audience: str, found: int) -> None:
    _, issuer = cluster(world)
    provider(world, PROD, issuer)
    asked = {"StringEquals": {f"{issuer}:aud": audience}}
    world.role(PROD, "serve", trust=accepts(PROD, issuer, Condition=asked))
    assert len(crossings(world)) == found


def test_its_own_environment_s_role_is_no_crossing(world: World) -> None:
    accepting(world, TRAINER, account=DEV)
    assert crossings(world) == []


def test_an_rcp_that_denies_it(world: World) -> None:
    accepting(world, TRAINER)
    world.guardrail("no", ["r-root"], {**allow("sts:*"), "Effect": "Deny", "Principal": "*"}, kind="rcp")
    assert crossings(world) == []


def test_no_provider_is_set_up(world: World) -> None:
    _, issuer = cluster(world)
    world.role(PROD, "serve", trust=accepts(PROD, issuer, TRAINER))
    found = only(world)
    assert (found.latent, found.state) == (True, Tri.YES)
    assert found.steps[-1].by == f"no provider {issuer} is set up in account {PROD}"
    missing = world.unread("identity_provider", PROD, "iam:ListOpenIDConnectProviders")
    assert (only(world).latent, only(world).state, only(world).gaps) == (False, Tri.UNKNOWN, (missing,))


def test_the_way_goes_on(world: World) -> None:
    held, issuer = cluster(world)
    provider(world, CI, issuer)
    target = world.role(PROD, "target", allow("s3:PutObject"), trust=trust(role_arn(CI, "deploy")))
    world.role(CI, "deploy", allow("sts:AssumeRole", target), trust=accepts(CI, issuer, TRAINER))
    world.bucket(PROD, "data")
    found = only(world)
    assert (found.via, found.targets) == (("ci",), (target,))
    (store,) = [item for item in stores(world) if item.source_env == "dev"]
    assert (store.access, store.sources) == (("write",), (f"{held}/serviceaccount/ml:trainer",))


class TestUnread:
    def scope(self, account: str, call: str, region: str = "eu-west-1") -> Gap:
        return Gap(Scope("aws", account, region), "eks.cluster", call, call, Reason.DENIED)

    def test_the_issuer_of_a_cluster(self, world: World) -> None:
        hidden = self.scope(DEV, "eks:DescribeCluster")
        cluster(world, unknown={"issuer": (hidden,)})
        provider(world, PROD, ELSEWHERE)
        world.role(PROD, "serve", allow("s3:*"), trust=accepts(PROD, ELSEWHERE, TRAINER))
        world.bucket(PROD, "data")
        assert crossings(world) == []
        assert blind(world) == (hidden,)
        assert blind(world, "test->prod") == ()

    def test_a_cluster_of_nobody_here(self, world: World) -> None:
        provider(world, PROD, ELSEWHERE)
        world.role(PROD, "serve", trust=accepts(PROD, ELSEWHERE, TRAINER))
        assert crossings(world) == []
        assert blind(world) == ()

    def test_clusters_that_were_not_listed(self, world: World) -> None:
        world.role(PROD, "serve", trust=accepts(PROD, ELSEWHERE, TRAINER))
        missing = world.unread("cluster", TEST, "eks:ListClusters")
        assert blind(world, "test->prod") == (missing,)
        assert blind(world) == ()

    def test_whose_a_cluster_is(self, world: World) -> None:
        hidden = self.scope(SHARED, "eks:DescribeCluster")
        _, issuer = cluster(world, SHARED, unknown={"assigned_by": (hidden,)})
        world.role(PROD, "serve", trust=accepts(PROD, issuer, TRAINER))
        assert blind(world) == (hidden,)


def associated(world: World, role: str, first: str | None = None, **more: Any) -> str:
    """A pod identity of the shared account's cluster, which is development's."""
    held, _ = cluster(world, SHARED, place="dev")
    arn = f"arn:aws:eks:eu-west-1:{SHARED}:podidentityassociation/ml/a-1"
    attrs = {"type": "pod_identity", "identity": role, "execution_identity": first or role, "cluster": held}
    return world.add(arn, "workload", SHARED, {**attrs, **more})


PODS = {"Service": "pods.eks.amazonaws.com"}


class TestPodIdentity:
    def test_a_role_of_production_for_a_cluster_of_development(self, world: World) -> None:
        role = world.role(SHARED, "serve", trust=trust(PODS), place="prod")
        pods = associated(world, role)
        found = only(world)
        assert (found.pair, found.sources, found.state) == ("dev->prod", (pods,), Tri.YES)

    def test_a_role_of_another_account_by_one_at_home(self, world: World) -> None:
        target = role_arn(PROD, "target")
        first = world.role(SHARED, "first", allow("sts:AssumeRole", target), trust=trust(PODS), place="dev")
        pods = associated(world, world.role(PROD, "target", trust=trust(first)), first)
        found = {item.sources: item for item in crossings(world)}
        assert set(found) == {(pods,), (first,)}
        assert [step.source_id for step in found[(pods,)].steps] == [pods, first, first]

    def test_one_that_does_not_admit_that(self, world: World) -> None:
        first = world.role(SHARED, "first", trust=trust(PODS), place="dev")
        associated(world, world.role(PROD, "target", trust=trust(PROD)), first)
        assert crossings(world) == []


def test_a_statement_for_all_but_some_beside_one_for_these(world: World) -> None:
    """The first admits nobody: ``StringEquals`` knows no wildcards."""
    _held, issuer = cluster(world)
    provider(world, PROD, issuer)
    pattern = "system:serviceaccount:ml:*"
    nobody = accepts(PROD, issuer, pattern, operator="StringEquals", Sid="Nobody")
    others = accepts(PROD, issuer, pattern, operator="StringNotLike", Sid="Others")
    role = world.role(PROD, "serve", trust={**nobody, "Statement": nobody["Statement"] + others["Statement"]})
    assert (only(world).state, only(world).border) == (Tri.YES, f"{role}/trust#Others")
