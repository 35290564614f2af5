"""AWS Lambda: code signing configurations, which moto cannot list.

Shapes: AWS Lambda API Reference, ListCodeSigningConfigs, ListFunctionsByCodeSigningConfig. Every account has
one in every region, and the function ``signed`` uses it.
"""

from __future__ import annotations

import json
from urllib.parse import unquote

from tests.faults.wire import Request


def _arn(request: Request) -> str:
    return f"arn:aws:lambda:{request.region}:{request.account}:code-signing-config:csc-0f6c334abcdea4d8b"


def _configs(request: Request) -> bytes:
    profile = f"arn:aws:signer:{request.region}:{request.account}:/signing-profiles/release"
    config = {
        "CodeSigningConfigId": "csc-0f6c334abcdea4d8b",
        "CodeSigningConfigArn": _arn(request),
        "Description": "release",
        "AllowedPublishers": {"SigningProfileVersionArns": [f"{profile}/a1"]},
        "CodeSigningPolicies": {"UntrustedArtifactOnDeployment": "Enforce"},
        "LastModified": "2026-01-01T00:00:00Z",
    }
    return json.dumps({"CodeSigningConfigs": [config]}).encode()


def _functions(request: Request) -> bytes:
    named = unquote(request.path.partition("?")[0].split("/")[3])
    if named != _arn(request):
        raise ValueError(request.path)
    function = f"arn:aws:lambda:{request.region}:{request.account}:function:signed"
    return json.dumps({"FunctionArns": [function]}).encode()


ANSWERS = {
    "lambda:ListCodeSigningConfigs": _configs,
    "lambda:ListFunctionsByCodeSigningConfig": _functions,
}
