"""Snapshots and machine images that others may use, as their owners and those others list them."""

from __future__ import annotations

from estate.native import CI, DEV, PROD, REGION, estate, gap, without
from estate.native_stores import disk_snapshot, machine_image, warehouse_snapshot
from scanner.model.estate import Estate, Resource

SNAPSHOT = f"arn:aws:ec2:{REGION}:{PROD}:snapshot/snap-1"


def only(found: Estate) -> Resource:
    (share,) = found.of("share")
    return share


def test_whoever_lists_it_it_is_one_share_of_its_owner() -> None:
    share = only(estate(disk_snapshot(DEV), disk_snapshot(CI)))
    assert (share.id, share.name, share.environment) == (SNAPSHOT, "snap-1", "prod")
    assert share.attrs["principals"] == sorted([DEV, CI])
    assert (share.attrs["type"], share.attrs["resources"]) == ("ebs_snapshot", [SNAPSHOT])
    assert (share.attrs["external"], share.attrs["pending"]) == (False, [])
    assert share.tags is None
    assert share.scope.boundary == min(DEV, CI)


def test_what_its_owner_lists_is_everyones() -> None:
    share = only(estate(machine_image(DEV), machine_image(PROD)))
    assert share.attrs["principals"] == sorted(["*", DEV])
    assert (share.attrs["type"], share.attrs["external"]) == ("machine_image", True)
    assert share.scope.boundary == PROD


def test_what_an_undeclared_account_gave_is_in_no_environment() -> None:
    share = only(estate(disk_snapshot(DEV, owner="999999999999")))
    assert (share.environment, share.service) == (None, None)


def test_a_listing_that_failed_hides_shares() -> None:
    denied = gap("ec2:DescribeSnapshots", "ec2.shared_snapshot", account=DEV, region=REGION)
    found = estate(disk_snapshot(CI), gaps=[denied])
    assert [(item.scope.boundary, item.gaps) for item in found.missing("share")] == [(DEV, (denied,))]


def test_a_snapshot_of_a_cluster_is_shared_with_the_accounts_it_names() -> None:
    share = only(estate(warehouse_snapshot(DEV, CI)))
    assert share.attrs["principals"] == sorted([DEV, CI])
    assert share.attrs["resources"] == [f"arn:aws:redshift:{REGION}:{PROD}:cluster:warehouse"]
    assert (share.attrs["type"], share.name, share.environment) == ("redshift_snapshot", "yearly", "prod")


def test_a_snapshot_of_a_cluster_that_names_nobody() -> None:
    assert only(estate(warehouse_snapshot())).attrs["principals"] == []
    unread = only(estate(without(warehouse_snapshot(), "DescribeClusterSnapshots")))
    assert {"principals", "resources"} <= set(unread.unknown)
