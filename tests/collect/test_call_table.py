from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator

import botocore.session
import jmespath
import pytest

from scanner.collect import call_table
from scanner.collect.aws import calls
from scanner.collect.calls import Call, Read

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


@pytest.mark.parametrize("read", READS, ids=lambda read: read.name)
def test_every_read_is_an_operation_that_only_reads(read: Read) -> None:
    model = _SESSION.get_service_model(read.service).operation_model(read.operation)
    assert (
        re.match(r"(Describe|List|Get)[A-Z]", read.operation) or read.name == "iam:GenerateCredentialReport"
    )
    assert re.fullmatch(r"[a-z0-9]+:(Describe|List|Get|Generate)\w+", read.allowed_by)
    assert model.name == read.operation


@pytest.mark.parametrize("read", [read for read in READS if read.page], ids=lambda read: read.name)
def test_no_page_is_larger_than_its_api_allows(read: Read) -> None:
    paginators = _SESSION.get_paginator_model(read.service)
    model = _SESSION.get_service_model(read.service).operation_model(read.operation)
    limit = model.input_shape.members[paginators.get_paginator(read.operation)["limit_key"]]
    most = limit.metadata.get("max")
    if most is not None:
        assert read.page is not None
        assert read.page <= most


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.kind)
def test_every_listing_names_fields_that_its_api_has(call: Call) -> None:
    for output in call.outputs:
        assert output.kind.partition(".")[0] in {"organizations", "iam", "ec2", "s3", "ecr"}
        if call.read is not None and call.gather is None:
            shape = _SESSION.get_service_model(call.read.service).operation_model(call.read.operation)
            root = re.match(r"\W*(\w+)", output.items)
            assert root is not None
            assert root[1] in shape.output_shape.members
            jmespath.compile(output.items)


@pytest.mark.parametrize("call", [call for call in CALLS if call.follows], ids=lambda call: call.kind)
def test_every_follow_up_has_the_parameters_that_its_api_demands(call: Call) -> None:
    for follow in call.follows:
        model = _SESSION.get_service_model(follow.read.service).operation_model(follow.read.operation)
        given = set(follow.params)
        if model.input_shape is not None:
            assert set(model.input_shape.required_members) <= given <= set(model.input_shape.members)
        else:
            assert given == set()
        root = re.fullmatch(r"(\w+)", follow.keep)
        assert follow.keep in {"@", "{Content: Policy.Content}"} or (
            root is not None and root[1] in model.output_shape.members
        )


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
