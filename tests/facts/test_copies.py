"""Copies and shares between environments: who acts on whose data, what declares it, what may hide it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.estates import CI, DEV, OUTSIDE, PROD, TEST, World, gap
from facts.roads import hidden, job, pipeline, share, store
from scanner.facts.copies import derive
from scanner.model.estate import Estate, Flow
from scanner.model.facts import Crossing, Facts
from scanner.model.logic import Tri

ORGANIZATION = "arn:aws:organizations::999999999999:organization/o-example"
SHARED = "555555555555"
UNIT = "arn:aws:organizations::999999999999:ou/o-example/ou-prod"


@pytest.fixture
def world() -> World:
    return World()


def found(world: World) -> Facts:
    return derive(world.estate())


def only(world: World) -> Crossing:
    (crossing,) = found(world).crossings
    return crossing


def test_nothing_is_copied(world: World) -> None:
    store(world, "dev", DEV)
    store(world, "prod", PROD)
    facts = found(world)
    assert (facts.crossings, dict(facts.blind)) == ((), {})


def test_replication_writes_into_the_other_environment(world: World) -> None:
    target = store(world, "prod", PROD)
    source = store(world, "dev", DEV, replication=[target])
    crossing = only(world)
    assert (crossing.pair, crossing.access, crossing.state) == ("dev->prod", ("write",), Tri.YES)
    assert (crossing.border, crossing.closes) == (f"{source}/replication", (f"{source}/replication",))
    assert (crossing.sources, crossing.targets) == ((source,), (target,))
    assert crossing.steps[0].source.pointer == "/data/replication"


def test_replication_at_home_and_to_strangers_is_no_crossing(world: World) -> None:
    store(world, "dev", DEV, replication=[store(world, "copy", DEV), "arn:aws:s3:::somebody-elses"])
    assert found(world).crossings == ()


def test_a_replica_is_placed_by_the_account_in_its_id(world: World) -> None:
    table = f"arn:aws:dynamodb:us-east-1:{PROD}:table/features"
    world.add(f"arn:aws:dynamodb:eu-west-1:{DEV}:table/features", "store", DEV, {"replication": [table]})
    assert only(world).pair == "dev->prod"


def test_a_registry_that_copies(world: World) -> None:
    target = f"arn:aws:ecr:eu-west-1:{PROD}:repository/ml/train"
    world.add(f"arn:aws:ecr:eu-west-1:{DEV}:repository/ml/train", "registry", DEV, {"replication": [target]})
    assert (only(world).pair, only(world).targets) == ("dev->prod", (target,))


def test_a_declared_flow_allows_a_copy_of_what_it_names_only(world: World) -> None:
    target = store(world, "prod-models", PROD)
    store(world, "dev", DEV, replication=[target])
    world.flows.append(Flow("promote", "dev", "prod", ("write",), resources=("arn:aws:s3:::prod-models*",)))
    assert only(world).flow == "promote"
    world.flows[:] = [Flow("promote", "dev", "prod", ("write",), resources=("arn:aws:s3:::other*",))]
    assert only(world).flow is None
    world.flows[:] = [Flow("read", "dev", "prod", ("read",))]
    assert only(world).flow is None


def test_a_copy_by_way_of_a_service_needs_a_flow_that_says_so(world: World) -> None:
    target = store(world, "prod", PROD)
    hub = store(world, "hub", CI, replication=[target])
    store(world, "dev", DEV, replication=[hub])
    crossing = only(world)
    assert (crossing.pair, crossing.via, len(crossing.steps)) == ("dev->prod", ("ci",), 2)
    world.flows.append(Flow("direct", "dev", "prod", ("write",)))
    assert only(world).flow is None
    world.flows.append(Flow("promote", "dev", "prod", ("write",), via="ci"))
    assert only(world).flow == "promote"


def test_a_store_of_a_service_that_copies_another_one_is_no_way(world: World) -> None:
    store(world, "hub", CI, replication=[store(world, "prod", PROD)])
    store(world, "dev", DEV, replication=[store(world, "other-hub", CI)])
    assert found(world).crossings == ()


def test_a_copy_task_reads_where_it_takes_from_and_writes_where_it_puts(world: World) -> None:
    ours, theirs = store(world, "dev", DEV), store(world, "prod", PROD)
    task = pipeline(world, "pull", DEV, type="datasync_task", inputs=[theirs], outputs=[ours])
    crossing = only(world)
    assert (crossing.pair, crossing.access, crossing.border) == ("dev->prod", ("read",), f"{task}/inputs")
    pipeline(world, "push", DEV, type="datasync_task", inputs=[ours], outputs=[theirs])
    assert {each.access for each in found(world).crossings} == {("read",), ("write",)}


def test_what_another_pipeline_reads_is_no_copy(world: World) -> None:
    pipeline(world, "train", DEV, inputs=[store(world, "prod", PROD)])
    assert found(world).crossings == ()


def test_pipelines_and_jobs_that_write_elsewhere(world: World) -> None:
    target = store(world, "prod", PROD)
    pipeline(world, "train", DEV, outputs=[target])
    job(world, "train", DEV, outputs=[target])
    assert len(found(world).crossings) == 2
    assert {each.pair for each in found(world).crossings} == {"dev->prod"}


@pytest.mark.parametrize(
    "principal", [DEV, f"arn:aws:iam::{DEV}:role/reader", "*"], ids=["account", "role", "everyone"]
)
def test_who_is_given_a_share_reads_what_its_owner_has(world: World, principal: str) -> None:
    shared = share(world, PROD, principal)
    crossings = {each.pair: each for each in found(world).crossings}
    assert set(crossings) == ({"dev->prod", "test->prod"} if principal == "*" else {"dev->prod"})
    crossing = crossings["dev->prod"]
    assert (crossing.access, crossing.border, crossing.latent) == (("read",), shared, False)
    assert crossing.targets == (f"arn:aws:rds:eu-west-1:{PROD}:db:features",)


def test_a_share_that_nobody_accepted_is_half_open(world: World) -> None:
    share(world, PROD, DEV, pending=[DEV])
    crossing = only(world)
    assert (crossing.latent, crossing.steps[0].state) == (True, Tri.NO)


def test_a_share_with_the_organization_is_one_with_all_of_its_accounts(world: World) -> None:
    share(world, PROD, ORGANIZATION)
    assert {each.pair for each in found(world).crossings} == {"dev->prod", "test->prod"}


def test_a_share_with_a_unit_is_one_with_what_stands_below_it(world: World) -> None:
    world.add("ou-prod", "container", DEV, {"type": "unit", "parent": "r-root", "name": "Production"})
    world.add("ou-deep", "container", DEV, {"type": "unit", "parent": "ou-prod", "name": "Deep"})
    world.account(TEST, "test", parent="ou-deep")
    share(world, PROD, UNIT)
    assert {each.pair for each in found(world).crossings} == {"test->prod"}


def test_an_account_whose_place_in_the_organization_is_unread_may_be_meant(world: World) -> None:
    denied = gap(DEV, "organizations:ListAccountsForParent")
    world.account(DEV, "dev", unknown={"parent": (denied,)})
    share(world, PROD, UNIT)
    crossing = only(world)
    assert (crossing.pair, crossing.state, crossing.gaps) == ("dev->prod", Tri.UNKNOWN, (denied,))


def test_strangers_are_nobodys_environment(world: World) -> None:
    share(world, PROD, OUTSIDE)
    assert found(world).crossings == ()


@pytest.mark.parametrize("kind", ["store", "registry", "pipeline", "job"])
def test_what_acts_and_could_not_be_listed_blinds_where_it_would_act(world: World, kind: str) -> None:
    denied = hidden(world, kind)
    blind = found(world).blind
    assert blind["dev->prod"] == blind["dev->test"] == (denied,)
    assert "prod->dev" not in blind
    assert "prod->test" not in blind


def test_shares_that_could_not_be_listed_blind_those_they_may_name(world: World) -> None:
    denied = hidden(world, "share", PROD, "ram.share")
    assert set(found(world).blind) == {"dev->prod", "test->prod"}
    assert found(world).blind["dev->prod"] == (denied,)


@pytest.mark.parametrize("native", ["ec2.shared_snapshot", "share", "*"])
def test_what_an_account_was_given_is_hidden_where_it_would_be_listed(world: World, native: str) -> None:
    denied = hidden(world, "share", DEV, native)
    assert set(found(world).blind) == {"dev->prod", "dev->test", "prod->dev", "test->dev"}
    assert found(world).blind["dev->prod"] == (denied,)


SNAPSHOT = f"arn:aws:ec2:eu-west-1:{PROD}:snapshot/snap-1"


def given(world: World, identity: str, account: str, **more: Any) -> None:
    """A snapshot of EBS that others may restore, as they list it."""
    attrs = {"type": "ebs_snapshot", "resources": [identity], "principals": [DEV], "pending": []}
    world.add(identity, "share", account, attrs, **more)


def test_a_snapshot_is_itself_what_is_shared(world: World) -> None:
    given(world, SNAPSHOT, PROD)
    crossing = only(world)
    assert (crossing.pair, crossing.border, crossing.targets) == ("dev->prod", SNAPSHOT, (SNAPSHOT,))


def test_a_snapshot_of_nobody_that_is_declared(world: World) -> None:
    denied = gap(DEV, "ec2:DescribeSnapshots")
    given(world, SNAPSHOT.replace(PROD, OUTSIDE), OUTSIDE, unknown={"assigned_by": (denied,)})
    assert (found(world).crossings, dict(found(world).blind)) == ((), {})
    facts = derive(shared_estate(world))
    assert (facts.crossings, dict(facts.blind)) == ((), {}), "what tags divide is another account"


def test_a_copy_to_an_unlisted_bucket_may_be_one_anywhere_that_buckets_were_not_listed(world: World) -> None:
    store(world, "dev", DEV, replication=["arn:aws:s3:::not-seen"])
    assert found(world).blind == {}
    denied = hidden(world, "store", PROD)
    assert found(world).blind["dev->prod"] == (denied,)
    assert "dev->test" not in found(world).blind


def test_unread_attributes_blind_too(world: World) -> None:
    denied = gap(DEV, "s3:GetBucketReplication")
    store(world, "dev", DEV, unknown={"replication": (denied,)})
    pipeline(world, "copy", TEST, type="datasync_task", unknown={"inputs": (denied,)})
    share(world, PROD, unknown={"principals": (denied,)})
    blind = found(world).blind
    assert set(blind) == {"dev->prod", "dev->test", "test->dev", "test->prod"}


def shared_estate(world: World) -> Estate:
    """With an account that tags divide between development and production."""
    world.account(SHARED, None)
    return replace(world.estate(), by_tags=frozenset({"dev", "prod"}))


class TestAnAccountThatTagsDivide:
    """What acts, is acted on, or is given something there may be of any environment that they give."""

    @pytest.mark.parametrize("kind", ["store", "registry", "pipeline", "job"])
    def test_what_could_not_be_listed_may_act_for_each(self, world: World, kind: str) -> None:
        denied = hidden(world, kind, SHARED)
        blind = derive(shared_estate(world)).blind
        assert set(blind) == {"dev->prod", "dev->test", "prod->dev", "prod->test"}
        assert blind["dev->prod"] == (denied,)

    def test_shares_that_could_not_be_listed_may_be_of_each(self, world: World) -> None:
        hidden(world, "share", SHARED, "ram.share")
        blind = derive(shared_estate(world)).blind
        assert set(blind) == {"dev->prod", "test->prod", "prod->dev", "test->dev"}

    def test_what_acts_and_whose_tags_were_not_read_may_be_of_each(self, world: World) -> None:
        denied = gap(SHARED, "resourcegroupstaggingapi:GetResources")
        store(
            world, "a", SHARED, replication=[store(world, "prod", PROD)], unknown={"assigned_by": (denied,)}
        )
        assert derive(shared_estate(world)).blind["dev->prod"] == (denied,)

    def test_what_acts_on_nothing_hides_nothing(self, world: World) -> None:
        store(
            world,
            "a",
            SHARED,
            unknown={"assigned_by": (gap(SHARED, "resourcegroupstaggingapi:GetResources"),)},
        )
        assert derive(shared_estate(world)).blind == {}

    def test_what_is_known_to_be_nobodys_hides_nothing(self, world: World) -> None:
        store(world, "a", SHARED, assigned_by=None, unknown={"replication": (gap(SHARED, "s3:X"),)})
        assert derive(shared_estate(world)).blind == {}

    def test_what_is_acted_on_may_be_of_each(self, world: World) -> None:
        denied = gap(SHARED, "resourcegroupstaggingapi:GetResources")
        target = store(world, "a", SHARED, unknown={"assigned_by": (denied,)})
        store(world, "dev", DEV, replication=[target])
        facts = derive(shared_estate(world))
        assert facts.crossings == ()
        assert facts.blind == {"dev->prod": (denied,)}

    def test_what_is_acted_on_and_was_not_listed_may_be_of_each(self, world: World) -> None:
        target = f"arn:aws:ecr:eu-west-1:{SHARED}:repository/ml/train"
        world.add(f"arn:aws:ecr:eu-west-1:{DEV}:repository/x", "registry", DEV, {"replication": [target]})
        assert derive(shared_estate(world)).blind == {}
        denied = hidden(world, "registry", SHARED)
        assert derive(shared_estate(world)).blind["dev->prod"] == (denied,)
        assert "test->prod" not in derive(shared_estate(world)).blind

    @pytest.mark.parametrize("principal", [SHARED, f"arn:aws:iam::{SHARED}:role/reader", ORGANIZATION])
    def test_who_is_given_a_share_may_be_of_each(self, world: World, principal: str) -> None:
        share(world, PROD, principal)
        crossings = {each.pair: each for each in derive(shared_estate(world)).crossings}
        assert crossings["dev->prod"].state is (Tri.YES if principal == ORGANIZATION else Tri.UNKNOWN)
        if principal != ORGANIZATION:
            assert set(crossings) == {"dev->prod"}
            assert crossings["dev->prod"].gaps

    def test_a_snapshot_whose_tags_nobody_can_read_may_be_of_each(self, world: World) -> None:
        denied = gap(DEV, "ec2:DescribeSnapshots")
        given(world, SNAPSHOT.replace(PROD, SHARED), SHARED, unknown={"assigned_by": (denied,)})
        (crossing,) = derive(shared_estate(world)).crossings
        assert (crossing.pair, crossing.state) == ("dev->prod", Tri.UNKNOWN)
        assert [each.detail for each in crossing.gaps] == ["DividedByTags"]
        assert derive(shared_estate(world)).blind == {}

    def test_a_share_without_tags_of_what_has_a_place(self, world: World) -> None:
        database = f"arn:aws:rds:eu-west-1:{SHARED}:db:features"
        world.add(database, "store", SHARED, {"replication": []}, place="prod")
        share(world, SHARED, DEV, assigned_by=None)
        assert [each.pair for each in derive(shared_estate(world)).crossings] == ["dev->prod"]


def test_what_a_service_hands_on_may_be_unread(world: World) -> None:
    denied = gap(CI, "s3:GetBucketReplication")
    hub = store(world, "hub", CI, unknown={"replication": (denied,)})
    assert found(world).blind == {}
    store(world, "dev", DEV, replication=[hub])
    assert found(world).blind == {"dev->prod": (denied,), "dev->test": (denied,)}


def test_what_a_copy_task_takes_may_lie_where_buckets_were_not_listed(world: World) -> None:
    denied = hidden(world, "store", PROD)
    pipeline(world, "pull", DEV, type="datasync_task", inputs=["arn:aws:s3:::not-seen"])
    assert found(world).blind["dev->prod"] == (denied,)
    assert "dev->test" not in found(world).blind
