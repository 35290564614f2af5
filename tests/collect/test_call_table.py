from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import botocore.session
import jmespath
import pytest

from scanner.collect import call_table
from scanner.collect.aws import calls
from scanner.collect.calls import Call, Follow, Read

_SESSION = botocore.session.get_session()


@pytest.fixture
def cloud() -> None:
    """No server for these."""


def _all(found: tuple[Call, ...]) -> Iterator[Call]:
    for call in found:
        yield call
        yield from _all(call.children)


CALLS = tuple(_all(calls()))
READS = sorted({read for call in CALLS for read, _, _ in call.all_reads()}, key=lambda read: read.name)


READS_ONLY = re.compile(r"(Describe|List|Get|BatchGet|BatchDescribe|Search|Select)[A-Z]")
ALSO = {"iam:GenerateCredentialReport"}
"""Makes a report for reading, and changes nothing else."""
ALLOWS_READING = re.compile(
    r"[a-z0-9-]+:(Describe|List|Get|Generate|BatchGet|BatchDescribe|Search|Select|View)\w+"
)


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_every_read_is_an_operation_that_only_reads(read: Read) -> None:
    model = _SESSION.get_service_model(read.service).operation_model(read.operation)
    assert READS_ONLY.match(read.operation) or read.name in ALSO
    assert ALLOWS_READING.fullmatch(read.allowed_by)
    assert model.name == read.operation
    assert not read.cut or read.cut in model.output_shape.members


@pytest.mark.parametrize("read", [read for read in READS if read.page], ids=lambda read: read.name)
def test_no_page_is_larger_than_its_api_allows(read: Read) -> None:
    paginators = _SESSION.get_paginator_model(read.service)
    model = _SESSION.get_service_model(read.service).operation_model(read.operation)
    limit = model.input_shape.members[paginators.get_paginator(read.operation)["limit_key"]]
    most = limit.metadata.get("max")
    if most is not None:
        assert read.page is not None
        assert read.page <= most


def _members(read: Read) -> tuple[set[str], set[str], set[str]]:
    """What an operation demands, takes, and answers."""
    model = _SESSION.get_service_model(read.service).operation_model(read.operation)
    taken, given = model.input_shape, model.output_shape
    return (
        set(taken.required_members if taken else ()),
        set(taken.members if taken else ()),
        set(given.members if given else ()),
    )


def _roots(expression: str) -> set[str]:
    """The members of an answer that a JMESPath starts from."""
    return set(_starts(jmespath.compile(expression).parsed))


def _starts(node: dict[str, Any]) -> Iterator[str]:
    if node["type"] == "field":
        yield node["value"]
    elif node["type"] in {"projection", "flatten", "subexpression", "filter_projection", "index_expression"}:
        yield from _starts(node["children"][0])
    else:
        for child in node["children"]:
            yield from _starts(child)


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.kind)
def test_every_listing_names_fields_that_its_api_has(call: Call) -> None:
    for output in call.outputs:
        assert re.fullmatch(r"[a-z0-9-]+\.[a-z0-9_]+", output.kind)
    if call.read is not None and call.gather is None:
        demanded, taken, answered = _members(call.read)
        assert demanded <= set(call.params) <= taken
        for output in call.outputs:
            assert _roots(output.items) <= answered
            assert _roots(output.items)


FOLLOWS = [follow for call in CALLS for follow in call.follows]
BATCHES = [batch for call in CALLS for batch in call.batches]


@pytest.mark.parametrize("follow", FOLLOWS, ids=lambda follow: follow.read.name)
def test_every_follow_up_has_the_parameters_that_its_api_demands(follow: Follow) -> None:
    demanded, taken, answered = _members(follow.read)
    assert demanded <= set(follow.params) <= taken
    assert _roots(follow.keep) <= answered


def test_every_batch_has_the_parameters_that_its_api_demands() -> None:
    for batch in BATCHES:
        demanded, taken, answered = _members(batch.read)
        assert demanded <= {batch.ids, *batch.params} <= taken, batch.read.name
        assert _roots(batch.items) <= answered, batch.read.name
        model = _SESSION.get_service_model(batch.read.service).operation_model(batch.read.operation)
        most = model.input_shape.members[batch.ids].metadata.get("max")
        assert most is None or batch.size <= most, batch.read.name


def test_the_published_table_names_every_call_once_with_its_permission() -> None:
    table = call_table()
    assert len({entry.name for entry in table}) == len(table) >= 43
    permissions = {entry.name: entry.permission for entry in table}
    # Where the API's name is not the permission's.
    assert permissions["s3:ListBuckets"] == "s3:ListAllMyBuckets"
    assert permissions["s3:GetPublicAccessBlock"] == "s3:GetBucketPublicAccessBlock"
    assert permissions["s3:GetBucketReplication"] == "s3:GetReplicationConfiguration"
    assert permissions["s3control:GetPublicAccessBlock"] == "s3:GetAccountPublicAccessBlock"
    assert permissions["ec2:DescribeRegions"] == "ec2:DescribeRegions"


def test_the_table_and_the_package_need_no_sdk() -> None:
    program = (
        "import sys, scanner.collect\nscanner.collect.call_table()\n"
        "print([name for name in sys.modules if name.split('.')[0] in {'boto3', 'botocore', 'jmespath'}])"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
