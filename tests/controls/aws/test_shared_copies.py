"""DAT-004 over the wire, on copies that others may use: snapshots of EBS and Redshift, machine images."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from tests.controls.aws.conftest import REGION, Cloud, Lab

OUTSIDER = "999999999999"


def snapshot(lab: Lab) -> str:
    """A snapshot of production that nobody else may restore."""
    ec2 = lab.client("ec2", lab.prod)
    volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1)["VolumeId"]
    return str(ec2.create_snapshot(VolumeId=volume)["SnapshotId"])


def image(lab: Lab) -> str:
    """A machine image of production that nobody else may launch."""
    return str(lab.client("ec2", lab.prod).register_image(Name="trainer")["ImageId"])


def give_snapshot(ec2: Any, name: str, whom: str) -> None:
    to = {"GroupNames": ["all"]} if whom == "all" else {"UserIds": [whom]}
    ec2.modify_snapshot_attribute(
        SnapshotId=name, Attribute="createVolumePermission", OperationType="add", **to
    )


def give_image(ec2: Any, name: str, whom: str) -> None:
    to = {"Group": "all"} if whom == "all" else {"UserId": whom}
    ec2.modify_image_attribute(ImageId=name, LaunchPermission={"Add": [to]})


@dataclass(frozen=True)
class Sort:
    """A thing that can be given away: how it is made and given, and the call that lists what was given."""

    make: Callable[[Lab], str]
    give: Callable[[Any, str, str], None]
    call: str


SORTS = [
    Sort(snapshot, give_snapshot, "ec2:DescribeSnapshots"),
    Sort(image, give_image, "ec2:DescribeImages"),
]
EACH = pytest.mark.parametrize("sort", SORTS, ids=["snapshot", "image"])


def routes(lab: Lab) -> tuple[str, str]:
    """What is said of dev -> prod, and of prod -> dev."""
    found = lab.judge("DAT-004")
    return found["route", "dev->prod"], found["route", "prod->dev"]


@EACH
def test_one_that_an_account_was_given(lab: Lab, sort: Sort) -> None:
    name, ec2 = sort.make(lab), lab.client("ec2", lab.prod)
    sort.give(ec2, name, OUTSIDER)
    assert routes(lab) == ("pass", "pass")
    sort.give(ec2, name, lab.dev)
    (pair,) = (item for item in lab.verdicts("DAT-004") if item.subject == "dev->prod")
    assert pair.verdict.value == "fail"
    kind = "image" if name.startswith("ami-") else "snapshot"
    assert pair.crossings[0].id.endswith(f"arn:aws:ec2:{REGION}:{lab.prod}:{kind}/{name}")
    assert routes(lab) == ("fail", "pass")
    flow = {"name": "disks", "from": "dev", "to": "prod", "access": ["read"]}
    lab.file = {"flows": [{**flow, "reason": "debugging", "owner": "ml@example.com"}]}
    assert routes(lab) == ("pass", "pass")


@EACH
def test_one_that_everyone_may_use(lab: Lab, sort: Sort) -> None:
    name, ec2 = sort.make(lab), lab.client("ec2", lab.prod)
    sort.give(ec2, name, "all")
    sort.give(ec2, name, lab.dev)
    assert routes(lab) == ("fail", "pass")
    (share,) = (item for item in lab.decide("DAT-004").estate.of("share") if item.name == name)
    assert (share.environment, share.attrs["principals"], share.attrs["external"]) == (
        "prod",
        ["*", lab.dev],
        True,
    )
    lab.server.deny(sort.call, account=lab.dev)
    assert routes(lab) == ("fail", "unknown"), "its owner lists it"


@EACH
def test_denied_where_it_was_given(lab: Lab, sort: Sort) -> None:
    sort.give(lab.client("ec2", lab.prod), sort.make(lab), lab.dev)
    lab.server.deny(sort.call, account=lab.dev)
    found = {item.subject: item for item in lab.verdicts("DAT-004")}
    assert sort.call in str(found["dev->prod"].gaps)
    assert {item.verdict.value for item in found.values()} == {"unknown"}


@EACH
def test_denied_where_it_is_owned(lab: Lab, sort: Sort) -> None:
    name = sort.make(lab)
    lab.server.deny(sort.call, account=lab.prod)
    assert routes(lab) == ("unknown", "unknown"), "what everyone may use is told by its owner alone"
    sort.give(lab.client("ec2", lab.prod), name, lab.dev)
    assert routes(lab) == ("fail", "unknown"), "whoever was given it lists it"


@EACH
def test_an_owner_that_tags_divide(cloud: Cloud, sort: Sort) -> None:
    """Whose it is, no answer tells: its tags are not in what is listed of another account's."""
    cloud.shared = "prod"
    assert routes(cloud) == ("pass", "pass")
    sort.give(cloud.client("ec2", cloud.prod), sort.make(cloud), cloud.dev)
    pairs = {item.subject: item for item in cloud.verdicts("DAT-004")}
    assert pairs["prod->dev"].verdict.value == "pass"
    assert pairs["dev->prod"].verdict.value == "unknown"
    assert pairs["dev->prod"].gaps == (f"aws/{cloud.prod}/global envsplit:share",)


def test_only_what_is_shared_is_kept(lab: Lab) -> None:
    names = [snapshot(lab) for _ in range(3)]
    give_snapshot(lab.client("ec2", lab.prod), names[1], lab.dev)
    taken = lab.decide("DAT-004").taken
    kept = [item for item in taken.records if item.kind == "ec2.shared_snapshot"]
    assert [(item.scope.boundary, item.id.rpartition("/")[2]) for item in kept] == [(lab.dev, names[1])]
    assert taken.calls["ec2:DescribeSnapshots"] == taken.calls["ec2:DescribeImages"] == 4, "two an account"


def warehouse(lab: Lab) -> str:
    """The id of a snapshot of a cluster of production."""
    redshift = lab.client("redshift", lab.prod)
    redshift.create_cluster(
        ClusterIdentifier="warehouse",
        NodeType="ra3.xlplus",
        MasterUsername="admin",
        MasterUserPassword="correct-horse-1",
    )
    redshift.create_cluster_snapshot(SnapshotIdentifier="yearly", ClusterIdentifier="warehouse")
    return f"arn:aws:redshift:{REGION}:{lab.prod}:snapshot:warehouse/yearly"


def authorized(account: str) -> Callable[[bytes], bytes]:
    """What AuthorizeSnapshotAccess, which moto lacks, adds to a snapshot: ``AccountsWithRestoreAccess``.

    Amazon Redshift API Reference, ``Snapshot``, ``AccountWithRestoreAccess``.
    """
    member = f"<AccountWithRestoreAccess><AccountId>{account}</AccountId></AccountWithRestoreAccess>"
    listed = f"<AccountsWithRestoreAccess>{member}</AccountsWithRestoreAccess></Snapshot>"
    return lambda body: body.replace(b"</Snapshot>", listed.encode())


def test_a_snapshot_of_a_cluster(lab: Lab) -> None:
    shared = warehouse(lab)
    assert routes(lab) == ("pass", "pass")
    lab.server.amend("redshift:DescribeClusterSnapshots", authorized("amazon-redshift-support"))
    assert routes(lab) == ("pass", "pass")
    lab.server.amend("redshift:DescribeClusterSnapshots", authorized(lab.dev))
    (pair,) = (item for item in lab.verdicts("DAT-004") if item.subject == "dev->prod")
    assert pair.verdict.value == "fail"
    assert pair.crossings[0].id.endswith(shared)
    lab.server.deny("redshift:DescribeClusterSnapshots", account=lab.prod)
    assert routes(lab) == ("unknown", "pass")
    asked = [each for each in lab.server.requests if each.call == "redshift:DescribeClusterSnapshots"]
    assert {each.params["SnapshotType"] for each in asked} == {"manual"}
    assert all(each.params["OwnerAccount"] == each.account for each in asked)
