"""Amazon EC2: settings of an account in a region, which moto lacks.

Shapes: Amazon EC2 API Reference, GetAllowedImagesSettings, GetInstanceMetadataDefaults: nothing is set.
"""

from __future__ import annotations

from tests.faults.wire import Request

_XMLNS = "http://ec2.amazonaws.com/doc/2016-11-15/"


def response(operation: str, inner: str) -> bytes:
    """The answer of an operation around its members."""
    outer = f"{operation}Response"
    return f'<{outer} xmlns="{_XMLNS}"><requestId>r-1</requestId>{inner}</{outer}>'.encode()


def _images(_: Request) -> bytes:
    inner = "<state>disabled</state><managedBy>account</managedBy><imageCriterionSet/>"
    return response("GetAllowedImagesSettings", inner)


def _metadata(_: Request) -> bytes:
    return response(
        "GetInstanceMetadataDefaults", "<accountLevel><managedBy>account</managedBy></accountLevel>"
    )


ANSWERS = {"ec2:GetAllowedImagesSettings": _images, "ec2:GetInstanceMetadataDefaults": _metadata}
