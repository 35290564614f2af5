"""Amazon EC2: VPC Block Public Access, which moto lacks.

Shapes: Amazon EC2 API Reference, DescribeVpcBlockPublicAccessOptions and
DescribeVpcBlockPublicAccessExclusions, of an account that never touched it.
"""

from __future__ import annotations

from tests.faults.wire import Request

_VERSION = "2016-11-15"


def _said(request: Request, body: str) -> bytes:
    operation = request.call.partition(":")[2]
    if request.params["Version"] != _VERSION:
        raise ValueError(request.params["Version"])
    namespace = f"http://ec2.amazonaws.com/doc/{_VERSION}/"
    text = f'<{operation}Response xmlns="{namespace}"><requestId>r-1</requestId>{body}</{operation}Response>'
    return f'<?xml version="1.0" encoding="UTF-8"?>{text}'.encode()


def block_options(request: Request, mode: str = "off") -> bytes:
    """The options in a mode: ``off``, ``block-ingress`` or ``block-bidirectional``."""
    if set(request.params) != {"Action", "Version"}:
        raise ValueError(request.params)
    state = "default-state" if mode == "off" else "update-complete"
    return _said(
        request,
        "<vpcBlockPublicAccessOptions>"
        f"<awsAccountId>{request.account}</awsAccountId><awsRegion>{request.region}</awsRegion>"
        f"<state>{state}</state><internetGatewayBlockMode>{mode}</internetGatewayBlockMode>"
        "<managedBy>account</managedBy><exclusionsAllowed>allowed</exclusionsAllowed>"
        "</vpcBlockPublicAccessOptions>",
    )


def block_exclusions(request: Request, *targets: str, mode: str = "allow-bidirectional") -> bytes:
    """The exclusions of some targets: ``vpc/vpc-1``, ``subnet/subnet-1``."""
    if not 5 <= int(request.params["MaxResults"]) <= 1000:
        raise ValueError(request.params)
    arn = f"arn:aws:ec2:{request.region}:{request.account}"
    items = "".join(
        f"<item><exclusionId>vpcbpa-exclude-{number:017x}</exclusionId>"
        f"<internetGatewayExclusionMode>{mode}</internetGatewayExclusionMode>"
        f"<resourceArn>{arn}:{target}</resourceArn><state>create-complete</state></item>"
        for number, target in enumerate(targets)
    )
    body = f"<vpcBlockPublicAccessExclusionSet>{items}</vpcBlockPublicAccessExclusionSet>"
    return _said(request, body)


ANSWERS = {
    "ec2:DescribeVpcBlockPublicAccessOptions": block_options,
    "ec2:DescribeVpcBlockPublicAccessExclusions": block_exclusions,
}
