"""AWS KMS: key policies, of which moto has none for a key that was made without one.

Shape: AWS KMS API Reference, GetKeyPolicy; the policy that such a key has is the one of the Developer
Guide, "Default key policy when you create a KMS key programmatically".
"""

from __future__ import annotations

import json
from typing import Any

from tests.faults.wire import Request


def _default(account: str) -> dict[str, Any]:
    return {
        "Version": "2012-10-17",
        "Id": "key-default-1",
        "Statement": [
            {
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }


def _policy(request: Request) -> bytes:
    from moto.kms.models import kms_backends  # noqa: PLC0415 - slow to import

    asked = json.loads(request.body)["KeyId"].rpartition("/")[2]
    key = kms_backends[request.account][request.region].keys[asked]
    text = key.policy or json.dumps(_default(request.account))
    return json.dumps({"Policy": text, "PolicyName": "default"}).encode()


ANSWERS = {"kms:GetKeyPolicy": _policy}
