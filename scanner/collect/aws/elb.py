"""Elastic Load Balancing: classic load balancers (API, version 2012-06-01)."""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Read, Span

CALLS = (
    Call(
        Read("elb", "DescribeLoadBalancers", "elasticloadbalancing:DescribeLoadBalancers", page=400),
        (
            Output(
                "elb.load_balancer",
                "LoadBalancerDescriptions[]",
                "arn:{partition}:elasticloadbalancing:{region}:{account}:loadbalancer/{LoadBalancerName}",
            ),
        ),
        Span.REGION,
    ),
)
