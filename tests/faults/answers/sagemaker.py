"""Amazon SageMaker: lifecycle configurations and user profiles, which moto lacks.

Shapes: Amazon SageMaker API Reference, ListNotebookInstanceLifecycleConfigs,
DescribeNotebookInstanceLifecycleConfig, ListUserProfiles, DescribeUserProfile. The script of ``stop-idle``
stops its notebook after an hour; every account has it, and the profile
``ana``, in every region.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from tests.faults.wire import Request

SCRIPT = """#!/bin/bash
IDLE_TIME=3600
export HF_TOKEN=hf_abcdefghijklmnopqrstuvwxyzabcdefgh
(crontab -l; echo "*/5 * * * * python /home/ec2-user/autostop.py --time $IDLE_TIME") | crontab -
"""


def _asked(request: Request) -> dict[str, Any]:
    asked = json.loads(request.body or b"{}")
    if not isinstance(asked, dict):
        raise TypeError(request.body)
    return asked


def _named(request: Request) -> dict[str, Any]:
    arn = f"arn:aws:sagemaker:{request.region}:{request.account}:notebook-instance-lifecycle-config/stop-idle"
    return {
        "NotebookInstanceLifecycleConfigName": "stop-idle",
        "NotebookInstanceLifecycleConfigArn": arn,
        "CreationTime": 1700000000.0,
        "LastModifiedTime": 1700000000.0,
    }


def _configs(request: Request) -> bytes:
    return json.dumps({"NotebookInstanceLifecycleConfigs": [_named(request)]}).encode()


def _config(request: Request) -> bytes:
    if _asked(request)["NotebookInstanceLifecycleConfigName"] != "stop-idle":
        raise ValueError(request.body)
    script = base64.b64encode(SCRIPT.encode()).decode()
    return json.dumps({**_named(request), "OnCreate": [], "OnStart": [{"Content": script}]}).encode()


def _profile_of() -> dict[str, Any]:
    return {
        "DomainId": "d-1",
        "UserProfileName": "ana",
        "Status": "InService",
        "CreationTime": 1700000000.0,
        "LastModifiedTime": 1700000000.0,
    }


def _profiles(_: Request) -> bytes:
    return json.dumps({"UserProfiles": [_profile_of()]}).encode()


def _profile(request: Request) -> bytes:
    asked = _asked(request)
    if (asked["DomainId"], asked["UserProfileName"]) != ("d-1", "ana"):
        raise ValueError(request.body)
    settings = {"ExecutionRole": f"arn:aws:iam::{request.account}:role/worker", "SecurityGroups": []}
    return json.dumps({**_profile_of(), "UserSettings": settings}).encode()


ANSWERS = {
    "sagemaker:ListNotebookInstanceLifecycleConfigs": _configs,
    "sagemaker:DescribeNotebookInstanceLifecycleConfig": _config,
    "sagemaker:ListUserProfiles": _profiles,
    "sagemaker:DescribeUserProfile": _profile,
}
