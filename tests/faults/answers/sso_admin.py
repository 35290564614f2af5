"""IAM Identity Center: the permissions boundary of a permission set, which moto lacks.

Shape: IAM Identity Center API Reference, GetPermissionsBoundaryForPermissionSet: a set without a boundary
raises ResourceNotFoundException; these have one.
"""

from __future__ import annotations

import json

from tests.faults.wire import Request

BOUNDARY = "arn:aws:iam::aws:policy/PowerUserAccess"


def _boundary(request: Request) -> bytes:
    asked = json.loads(request.body)
    if set(asked) != {"InstanceArn", "PermissionSetArn"}:
        raise ValueError(request.body)
    return json.dumps({"PermissionsBoundary": {"ManagedPolicyArn": BOUNDARY}}).encode()


ANSWERS = {"sso-admin:GetPermissionsBoundaryForPermissionSet": _boundary}
