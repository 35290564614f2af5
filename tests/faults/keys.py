"""Keys, secrets and parameters of an account."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any


def build(client: Callable[[str, str], Any], account: str, name: str) -> None:
    """A customer's key with an alias, a grant and a policy; a secret and two parameters."""
    kms = client("kms", account)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Account",
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "kms:*",
                "Resource": "*",
            }
        ],
    }
    made = kms.create_key(
        Description="data",
        Policy=json.dumps(policy),
        Tags=[{"TagKey": "environment", "TagValue": name}, {"TagKey": "team", "TagValue": "ml"}],
    )
    key = made["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/data", TargetKeyId=key)
    kms.create_grant(
        KeyId=key,
        GranteePrincipal=f"arn:aws:iam::{account}:role/worker",
        Operations=["Decrypt", "GenerateDataKey"],
    )
    secrets = client("secretsmanager", account)
    secrets.create_secret(
        Name="ml/database",
        SecretString="correct-horse",
        KmsKeyId=key,
        Tags=[{"Key": "environment", "Value": name}, {"Key": "team", "Value": "ml"}],
    )
    secrets.put_resource_policy(
        SecretId="ml/database",
        ResourcePolicy=json.dumps(
            {
                "Version": "2012-10-17",
                "Statement": [
                    {
                        "Sid": "Only",
                        "Effect": "Allow",
                        "Principal": {"AWS": f"arn:aws:iam::{account}:role/worker"},
                        "Action": "secretsmanager:GetSecretValue",
                        "Resource": "*",
                    }
                ],
            }
        ),
    )
    secrets.create_secret(Name="ml/plain", SecretString="battery-staple")
    parameters = client("ssm", account)
    parameters.put_parameter(
        Name="/ml/token",
        Value="staple-battery",
        Type="SecureString",
        KeyId="alias/data",
        Tags=[{"Key": "environment", "Value": name}, {"Key": "team", "Value": "ml"}],
    )
    parameters.put_parameter(Name="region", Value="eu-west-1", Type="String")
