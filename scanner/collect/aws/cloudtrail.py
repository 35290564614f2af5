"""CloudTrail: trails, whether they log, and what (AWS CloudTrail API, version 2013-11-01).

Every region tells of the trails that log it, an organization's in each of its accounts: that a trail is
listed is what shows that it covers. Status and selectors are asked for where the trail is at home.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

CALLS = (
    Call(
        Read("cloudtrail", "DescribeTrails"),
        (Output("cloudtrail.trail", "trailList[]", "{TrailARN}"),),
        Span.REGION,
        follows=(
            Follow(
                Read("cloudtrail", "GetTrailStatus"),
                {"Name": "{TrailARN}"},
                "{IsLogging: IsLogging, LatestDeliveryError: LatestDeliveryError || ''}",
                region="{HomeRegion}",
            ),
            Follow(
                Read("cloudtrail", "GetEventSelectors"),
                {"TrailName": "{TrailARN}"},
                "TrailARN && {EventSelectors: EventSelectors || `[]`,"
                " AdvancedEventSelectors: AdvancedEventSelectors || `[]`}",
                region="{HomeRegion}",
            ),
        ),
    ),
)
