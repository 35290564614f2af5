"""The action tables: well-formed, unambiguous, and what they say of a few resources."""

from __future__ import annotations

import re

import pytest

from scanner.facts.identity import levels
from scanner.facts.identity.levels import LEVELS, TYPES, ResourceType

REFERENCE = "https://docs.aws.amazon.com/service-authorization/latest/reference/list_"
HOME = "arn:aws:{}:eu-west-1:111111111111:{}"


@pytest.mark.parametrize("item", TYPES, ids=lambda item: f"{item.kind}/{item.service}/{item.name}")
def test_a_type_is_well_formed(item: ResourceType) -> None:
    assert item.page.startswith(REFERENCE)
    assert set(item.levels) <= set(LEVELS)
    assert item.arn.startswith("arn:${Partition}:")
    for actions in item.levels.values():
        assert actions
        assert len(set(actions)) == len(actions)
        assert all(action.partition(":")[0] == item.service for action in actions)
    for named in item.peculiar.values():
        assert named <= {action for actions in item.levels.values() for action in actions}
    if item.of is not None:
        assert any(owner.name == item.of for owner in levels.types(item.kind, item.service))
    sample = re.sub(r"\$\{Account\}", "111111111111", item.arn)
    assert item.parts(re.sub(r"\$\{(\w+)\}", "x", sample)) is not None


def test_every_kind_has_a_table() -> None:
    kinds = {item.kind for item in TYPES}
    assert kinds == {
        "store",
        "registry",
        "key",
        "secret",
        "pipeline",
        "log",
        "model",
        "access_point",
        "identity",
    }


def said(kind: str, arn: str) -> set[tuple[str, str, str]]:
    return {(ask.level, ask.action, ask.arn) for ask in levels.asks(kind, arn)}


def test_an_object_is_part_of_its_bucket() -> None:
    found = said("store", "arn:aws:s3:::b")
    assert ("read", "s3:getobject", "arn:aws:s3:::b/*") in found
    assert ("admin", "s3:putbucketpolicy", "arn:aws:s3:::b") in found


def test_one_resource_may_be_served_by_two_apis() -> None:
    arn = HOME.format("rds", "cluster:c")
    assert {("write", "rds-data:executestatement", arn), ("delete", "rds:deletedbcluster", arn)} <= said(
        "store", arn
    )


def test_what_is_known_of_the_whole_is_filled_in() -> None:
    found = said("store", HOME.format("redshift", "cluster:c"))
    assert ("read", "redshift:getclustercredentials", HOME.format("redshift", "dbuser:c/*")) in found
    logs = said("log", HOME.format("logs", "log-group:/aws/job"))
    assert ("read", "logs:getlogevents", HOME.format("logs", "log-group:/aws/job:log-stream:*")) in logs
    assert ("read", "logs:filterlogevents", HOME.format("logs", "log-group:/aws/job:*")) in logs


def test_a_resource_that_no_table_knows_has_no_levels() -> None:
    assert levels.asks("store", HOME.format("timestream", "database/d")) == ()
    assert levels.asks("key", "arn:aws:s3:::b") == ()


def test_anything_of_a_kind_in_an_account() -> None:
    found = {
        (ask.level, ask.action, ask.arn) for ask in levels.anywhere("pipeline", "111111111111", ("run",))
    }
    assert ("run", "sagemaker:createtrainingjob", "arn:aws:sagemaker:*:111111111111:training-job/*") in found
    assert {level for level, _, _ in found} == {"run"}


def test_levels_can_be_chosen() -> None:
    assert "s3:getobject" in levels.actions("store", ("read",))
    assert "s3:putobject" not in levels.actions("store", ("read",))
    assert levels.peculiar("store", "owner_only") == {"s3:putbucketpolicy", "s3:deletebucketpolicy"}
