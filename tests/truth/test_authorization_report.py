"""An example account's authorization details, as cloudsplaining reports them, are read without loss.

What the report adds to the account (its judgements) is left; every other field of it is found again in
the records, which this test proves by naming all fields that there are.
"""

from __future__ import annotations

import lzma
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from scanner.collect.authorization_details import imported
from scanner.collect.aws import call_table
from scanner.config import parse
from scanner.estate import build
from scanner.model.snapshot import Record
from scanner.snapshot import SnapshotWriter, read

DATA = Path(__file__).parent / "data" / "cloudsplaining" / "authorization-report.json.xz"
ACCOUNT = "012345678901"
JUDGED = {
    "PrivilegeEscalation",
    "DataExfiltration",
    "ResourceExposure",
    "ServiceWildcard",
    "CredentialsExposure",
    "InfrastructureModification",
    "is_excluded",
}
HELD = {"arn", "name", "id", "path", "create_date", "inline_policies"}
HELD |= {"aws_managed_policies", "customer_managed_policies"}
CONFIG = f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{accounts: ["{ACCOUNT}"]}}}}}}
  prod: {{tier: production, match: {{aws: {{accounts: ["222222222222"]}}}}}}
sources: {{aws: {{}}}}
"""

Native = dict[str, Any]


@pytest.fixture(scope="module")
def report() -> dict[str, Any]:
    return orjson.loads(lzma.decompress(DATA.read_bytes()))


@pytest.fixture(scope="module")
def snapshot(report: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("import")
    file = folder / "report.json"
    file.write_bytes(orjson.dumps(report))
    with SnapshotWriter(folder / "snapshot", tool_version="1") as writer:
        imported([file], writer, call_table())
    return read(folder / "snapshot")


def natives(snapshot: Any, kind: str) -> dict[str, Native]:
    found: dict[str, Record] = {record.id: record for record in snapshot.records if record.kind == kind}
    return {key: record.data["GetAccountAuthorizationDetails"] for key, record in found.items()}


def alike(value: Any) -> Any:
    """Lists are sets but those of statements; times are moments."""
    if isinstance(value, Mapping):
        return {
            key: [alike(one) for one in item]
            if key == "Statement" and isinstance(item, list)
            else alike(item)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return sorted((alike(item) for item in value), key=repr)
    try:
        return (
            datetime.fromisoformat(value).timestamp()
            if isinstance(value, str) and value[4:5] == "-"
            else value
        )
    except ValueError:
        return value


def held(item: Native, report: dict[str, Any]) -> Native:
    """What a report says that an identity holds."""
    managed = {**report["aws_managed_policies"], **report["customer_managed_policies"]}
    listed = [*item["aws_managed_policies"], *item["customer_managed_policies"]]
    inline = {
        name: report["inline_policies"][key]["PolicyDocument"]
        for key, name in item["inline_policies"].items()
    }
    return alike(
        {
            "name": item["name"],
            "path": item["path"],
            "made": item["create_date"],
            "attached": sorted(managed[key]["Arn"] for key in listed),
            "inline": inline,
        }
    )


def found(native: Native, kind: str) -> Native:
    """The same of a record."""
    return alike(
        {
            "name": native[f"{kind}Name"],
            "path": native["Path"],
            "made": native["CreateDate"],
            "attached": sorted(item["PolicyArn"] for item in native["AttachedManagedPolicies"]),
            "inline": {item["PolicyName"]: item["PolicyDocument"] for item in native[f"{kind}PolicyList"]},
        }
    )


@pytest.mark.parametrize(
    ("section", "kind", "more"),
    [
        ("roles", "Role", {"assume_role_policy", "instance_profiles", "instances_count"}),
        ("users", "User", {"groups"}),
        ("groups", "Group", set()),
    ],
)
def test_every_identity_is_there_with_all_it_holds(
    report: dict[str, Any], snapshot: Any, section: str, kind: str, more: set[str]
) -> None:
    items = {item["arn"]: item for item in report[section].values()}
    records = natives(snapshot, f"iam.{kind.lower()}")
    assert set(records) == set(items)
    for arn, item in items.items():
        assert set(item) - JUDGED == HELD | more, "a field that nobody looked at"
        assert found(records[arn], kind) == held(item, report)
        assert item["id"] in (item["name"], records[arn].get(f"{kind}Id"))


def test_trusts_and_instance_profiles(report: dict[str, Any], snapshot: Any) -> None:
    records = natives(snapshot, "iam.role")
    for item in report["roles"].values():
        record = records[item["arn"]]
        assert set(item["assume_role_policy"]) - JUDGED == {"PolicyDocument"}
        assert alike(record["AssumeRolePolicyDocument"]) == alike(
            item["assume_role_policy"]["PolicyDocument"]
        )
        assert alike(record["InstanceProfileList"]) == alike(item["instance_profiles"])


def test_users_are_in_their_groups(report: dict[str, Any], snapshot: Any) -> None:
    records = natives(snapshot, "iam.user")
    for item in report["users"].values():
        assert records[item["arn"]]["GroupList"] == sorted(group["name"] for group in item["groups"].values())
        assert all(group == report["groups"][key] for key, group in item["groups"].items())


def test_every_version_of_every_policy(report: dict[str, Any], snapshot: Any) -> None:
    items = {**report["aws_managed_policies"], **report["customer_managed_policies"]}
    records = natives(snapshot, "iam.policy")
    assert len(items) == len(records) == 25
    for item in items.values():
        assert alike(records[item["Arn"]]) == alike({key: item[key] for key in set(item) - JUDGED})


def test_nothing_else_is_in_the_report(report: dict[str, Any]) -> None:
    sections = {
        "roles",
        "users",
        "groups",
        "inline_policies",
        "aws_managed_policies",
        "customer_managed_policies",
    }
    assert set(report) == sections | {"exclusions"}
    used = {
        key
        for section in ("roles", "users", "groups")
        for item in report[section].values()
        for key in item["inline_policies"]
    }
    assert used == set(report["inline_policies"])


def test_what_the_report_leaves_out_is_unknown(snapshot: Any) -> None:
    built = build(snapshot, parse(CONFIG, path="envsplit.yaml"))
    roles = [item for item in built.of("identity") if item.attrs["type"] == "role"]
    assert len(roles) == 3
    for role in roles:
        assert "permissions_boundary" in role.unknown
        assert role.tags is None
        assert role.attrs["trust"]
    hidden = {(item.kind, item.scope.boundary) for item in built.unlisted}
    assert ("store", ACCOUNT) in hidden
    assert ("identity", ACCOUNT) not in hidden
