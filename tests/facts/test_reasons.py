"""What is unknown without a gap gets one that names the call which would read it."""

from __future__ import annotations

from estate.native import DEV, bucket, estate
from scanner.facts.reasons import explained
from scanner.model.snapshot import Reason


def test_the_gap_names_the_call_that_reads_the_attribute() -> None:
    (store,) = explained(estate(bucket("b", GetBucketPolicy="no policy"))).of("store")
    (gap,) = store.unknown["policy"]
    assert (gap.call, gap.reason, gap.resource) == ("s3:GetBucketPolicy", Reason.FAILED, store.id)


def test_the_gap_names_the_call_that_lists_the_kind() -> None:
    hidden = {item.kind: item.gaps for item in explained(estate(reached=[DEV])).unlisted}
    assert all(hidden.values())
    assert [gap.call for gap in hidden["registry"]] == ["ecr:DescribeRepositories"]
