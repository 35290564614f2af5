"""Cost Explorer: cost allocation tags, which moto lacks.

Shape: AWS Cost Explorer API Reference, ListCostAllocationTags. One tag is active, one is not.
"""

from __future__ import annotations

import json

from tests.faults.wire import Request


def _tags(request: Request) -> bytes:
    if json.loads(request.body).get("Type") != "UserDefined":
        raise ValueError(request.body)
    listed = [
        {"TagKey": key, "Type": "UserDefined", "Status": status, "LastUpdatedDate": "2026-01-01T00:00:00Z"}
        for key, status in (("environment", "Active"), ("team", "Inactive"))
    ]
    return json.dumps({"CostAllocationTags": listed}).encode()


ANSWERS = {"ce:ListCostAllocationTags": _tags}
