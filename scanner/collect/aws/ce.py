"""Cost Explorer: which tags tell costs apart (AWS Cost Explorer API, version 2017-10-25).

Every request to this API costs a cent. It is asked once a collection, of the account that pays for the
organization, and is the only request that costs anything.
https://aws.amazon.com/aws-cost-management/aws-cost-explorer/pricing/
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Read, Span

CALLS = (
    Call(
        Read("ce", "ListCostAllocationTags", page=1000),
        (
            Output(
                "ce.cost_allocation_tag",
                "CostAllocationTags[]",
                "arn:{partition}:ce::{account}:cost-allocation-tag/{TagKey}",
                volatile=("LastUsedDate",),
            ),
        ),
        Span.ORGANIZATION,
        params={"Type": "UserDefined"},
    ),
)
