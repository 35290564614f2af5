"""EC2: VPC endpoints, and the services behind them (Amazon EC2 API, version 2016-11-15)."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Call, Data, Desk, Follow, Output, Read, Span, UnansweredError, required
from scanner.collect.documents import document

_ENDPOINTS = Read("ec2", "DescribeVpcEndpoints", page=1000)
_ENDPOINT = "ec2.vpc_endpoint"
_ARN = "arn:{partition}:ec2:{region}:"


def _endpoints(desk: Desk) -> Mapping[str, list[Data]]:
    """Endpoints with their policies decoded; one that cannot be read is a gap of its endpoint."""
    found: list[Data] = []
    for endpoint in required(desk.ask(_ENDPOINTS, {}), "VpcEndpoints"):
        item = dict(endpoint)
        try:
            item["PolicyDocument"] = document(endpoint.get("PolicyDocument"))
        except UnansweredError as error:
            item["PolicyDocument"] = {}
            owner = endpoint.get("OwnerId", desk.words["account"])
            arn = f"{_ARN}{owner}:vpc-endpoint/{endpoint['VpcEndpointId']}".format_map(desk.words)
            desk.miss(_ENDPOINTS, _ENDPOINT, error, arn)
        found.append({_ENDPOINTS.operation: item})
    return {_ENDPOINT: found}


CALLS = (
    Call(
        _ENDPOINTS,
        (
            Output(
                _ENDPOINT,
                "",
                f"{_ARN}{{OwnerId}}:vpc-endpoint/{{VpcEndpointId}}",
                defaults={"OwnerId": "{account}"},
            ),
        ),
        Span.REGION,
        gather=_endpoints,
    ),
    Call(
        Read("ec2", "DescribeVpcEndpointServiceConfigurations", page=1000),
        (
            Output(
                "ec2.vpc_endpoint_service",
                "ServiceConfigurations[]",
                f"{_ARN}{{account}}:vpc-endpoint-service/{{ServiceId}}",
            ),
        ),
        Span.REGION,
        follows=(
            Follow(
                Read("ec2", "DescribeVpcEndpointServicePermissions", page=1000),
                {"ServiceId": "{ServiceId}"},
                "AllowedPrincipals",
            ),
        ),
    ),
)
