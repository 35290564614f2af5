"""Amazon SageMaker: resource policies of model package groups, which moto lacks.

Shape: Amazon SageMaker API Reference, GetModelPackageGroupPolicy. Every group lets the account's role
``worker`` read it.
"""

from __future__ import annotations

import json

from tests.faults.wire import Request


def _policy(request: Request) -> bytes:
    group = json.loads(request.body)["ModelPackageGroupName"]
    prefix = f"arn:aws:sagemaker:{request.region}:{request.account}:model-package"
    statement = {
        "Sid": "Read",
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{request.account}:role/worker"},
        "Action": ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"],
        "Resource": [f"{prefix}-group/{group}", f"{prefix}/{group}/*"],
    }
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return json.dumps({"ResourcePolicy": json.dumps(document)}).encode()


ANSWERS = {"sagemaker:GetModelPackageGroupPolicy": _policy}
