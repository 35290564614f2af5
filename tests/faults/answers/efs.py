"""Amazon EFS: replication, which moto lacks.

Shape: Amazon EFS API Reference, DescribeReplicationConfigurations. No file system is copied: the API answers
that with ReplicationNotFound, HTTP 404, which one test asks for. Here each has an empty list.
"""

from __future__ import annotations

import json

from tests.faults.wire import Request


def _replications(request: Request) -> bytes:
    if "FileSystemId=fs-" not in request.path:
        raise ValueError(request.path)
    return json.dumps({"Replications": []}).encode()


ANSWERS = {"efs:DescribeReplicationConfigurations": _replications}
