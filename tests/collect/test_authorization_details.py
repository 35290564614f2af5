"""Files with an answer of GetAccountAuthorizationDetails make the records that a collection makes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from scanner.collect.authorization_details import NOT_IN_FILE, imported
from scanner.collect.aws import call_table
from scanner.collect.calls import Entry
from scanner.errors import UsageError
from scanner.model.snapshot import Reason, Record
from tests.collect.conftest import Seen, collected, config_of
from tests.faults.estate import SmallEstate

DETAILS = "iam:GetAccountAuthorizationDetails"
EMPTY: dict[str, Any] = {"RoleDetailList": [], "UserDetailList": [], "GroupDetailList": [], "Policies": []}


def printed(estate: SmallEstate, account: str) -> str:
    """What ``aws iam get-account-authorization-details`` prints in an account."""
    pages = estate.client("iam", account).get_paginator("get_account_authorization_details").paginate()
    return json.dumps(dict(pages.build_full_result()), default=lambda moment: moment.isoformat())


def taken(*files: Path) -> Seen:
    seen = Seen()
    imported(files, seen, call_table())
    return seen


def by_id(records: list[Record]) -> dict[str, Any]:
    """Without what changes by mere use: asking uses the role."""
    return {record.id: record.data for record in records}


def test_the_records_are_those_of_a_collection(estate: SmallEstate, tmp_path: Path) -> None:
    live = collected(config_of(estate), DETAILS)
    file = tmp_path / "dev.json"
    file.write_text(printed(estate, estate.dev), "utf-8")
    seen = taken(file)
    for kind in ("iam.role", "iam.user", "iam.group"):
        assert live.of(kind, estate.dev)
        assert by_id(seen.of(kind)) == by_id(live.of(kind, estate.dev))
    read, listed = by_id(seen.of("iam.policy")), by_id(live.of("iam.policy", estate.dev))
    # a file is taken as it is; a collection leaves out what AWS manages and nobody here uses
    assert listed.items() <= read.items()
    assert all(":iam::aws:" in name for name in read.keys() - listed.keys())


def test_every_other_call_is_a_gap(estate: SmallEstate, tmp_path: Path) -> None:
    file = tmp_path / "dev.json"
    file.write_text(printed(estate, estate.dev), "utf-8")
    seen = taken(file)
    asked: list[Entry] = [entry for entry in call_table() if not entry.follow]
    assert {gap.call for gap in seen.gaps} == {entry.name for entry in asked} - {DETAILS}
    assert {(gap.reason, gap.detail) for gap in seen.gaps} == {(Reason.UNREACHED, NOT_IN_FILE)}
    assert [scope.boundary for scope in seen.reached] == [estate.dev]


def role(account: str) -> dict[str, Any]:
    return {"Arn": f"arn:aws:iam::{account}:role/r", "RoleName": "r", "AssumeRolePolicyDocument": "%7B%7D"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "could not be read"),
        ("[]", "no answer of GetAccountAuthorizationDetails"),
        (json.dumps({"RoleDetailList": []}), "no answer of GetAccountAuthorizationDetails"),
        (json.dumps({**EMPTY, "RoleDetailList": [role("1" * 12)], "IsTruncated": True}), "first page"),
        (json.dumps(EMPTY), "not about one account"),
        (json.dumps({**EMPTY, "RoleDetailList": [role("1" * 12), role("2" * 12)]}), "not about one account"),
        (
            json.dumps(
                {**EMPTY, "RoleDetailList": [{**role("1" * 12), "RolePolicyList": [{"PolicyDocument": "{"}]}]}
            ),
            "something else",
        ),
    ],
)
def test_other_files_are_refused(tmp_path: Path, content: str, said: str) -> None:
    file = tmp_path / "file.json"
    file.write_text(content, "utf-8")
    with pytest.raises(UsageError, match=said):
        taken(file)


def test_two_files_of_one_account_are_refused(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(json.dumps({**EMPTY, "RoleDetailList": [role("1" * 12)]}), "utf-8")
    with pytest.raises(UsageError, match="another file"):
        taken(tmp_path / "a", tmp_path / "b")
