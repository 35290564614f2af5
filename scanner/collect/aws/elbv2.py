"""Elastic Load Balancing: application, network and gateway load balancers (API, version 2015-12-01).

Which ports a load balancer answers on, and what stands behind it, no listing tells: one read for each
load balancer, and one for each target group. Tags come by twenty.
"""

from __future__ import annotations

from scanner.collect.calls import Batch, Call, Follow, Output, Read, Span

_SERVICE = "elasticloadbalancing"


def _read(operation: str, page: int | None = None) -> Read:
    return Read("elbv2", operation, f"{_SERVICE}:{operation}", page)


CALLS = (
    Call(
        _read("DescribeLoadBalancers", 400),
        (Output("elbv2.load_balancer", "LoadBalancers[]", "{LoadBalancerArn}"),),
        Span.REGION,
        batches=(
            Batch(
                _read("DescribeTags"),
                "ResourceArns",
                "{LoadBalancerArn}",
                20,
                "TagDescriptions[]",
                "{ResourceArn}",
                keep="Tags",
            ),
        ),
        follows=(
            Follow(_read("DescribeListeners", 400), {"LoadBalancerArn": "{LoadBalancerArn}"}, "Listeners"),
        ),
    ),
    Call(
        _read("DescribeTargetGroups", 400),
        (Output("elbv2.target_group", "TargetGroups[]", "{TargetGroupArn}"),),
        Span.REGION,
        follows=(
            Follow(
                _read("DescribeTargetHealth"),
                {"TargetGroupArn": "{TargetGroupArn}"},
                "TargetHealthDescriptions[].Target",
            ),
        ),
    ),
)
