"""SageMaker: notebooks, Studio domains, and endpoints with the models they serve (API 2017-07-24).

Values of environment variables are never kept. Of the script that a notebook runs as it starts nothing is
kept but whether it has the notebook stopped, and after how long.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Data, Desk, Follow, Output, Read, Span, UnansweredError, required

_ARN = "arn:{partition}:sagemaker:{region}:{account}:"
_SCRIPTS = Read("sagemaker", "ListNotebookInstanceLifecycleConfigs", page=100)
_SCRIPT = Read("sagemaker", "DescribeNotebookInstanceLifecycleConfig")
_LIFECYCLE = "sagemaker.notebook_lifecycle"
_CONTAINERS = ("PrimaryContainer.Environment", "Containers.Environment")

_STOPPING = re.compile(
    r"stop[-_]notebook[-_]instance|\bautostop(?:\.py)?\b|\bshutdown\s+(?:-h\s+)?(?:now|\+\d+)"
)
_SECONDS = re.compile(r"\bIDLE_TIME(?:OUT)?\s*=\s*[\"']?(\d{2,7})\b")


def _lifecycles(desk: Desk) -> Mapping[str, list[Data]]:
    """Lifecycle configurations, each with what its script says of stopping in the place of the script."""
    found: list[Data] = []
    for config in required(desk.ask(_SCRIPTS, {}), "NotebookInstanceLifecycleConfigs"):
        name = config["NotebookInstanceLifecycleConfigName"]
        data: Data = {_SCRIPTS.operation: config}
        try:
            answer = desk.ask(_SCRIPT, {"NotebookInstanceLifecycleConfigName": name})
            data[_SCRIPT.operation] = _said(
                required(answer, "OnStart") if answer and "OnStart" in answer else []
            )
        except UnansweredError as error:
            desk.miss(_SCRIPT, _LIFECYCLE, error, config["NotebookInstanceLifecycleConfigArn"])
        found.append(data)
    return {_LIFECYCLE: found}


def _said(scripts: list[dict[str, Any]]) -> dict[str, Any]:
    """Whether scripts stop the machine they run on, and after how many idle seconds, if they say so."""
    text = "\n".join(_plain(script.get("Content", "")) for script in scripts)
    seconds = _SECONDS.search(text)
    return {
        "stops": _STOPPING.search(text) is not None,
        "idle_seconds": int(seconds[1]) if seconds else None,
    }


def _plain(content: str) -> str:
    try:
        return base64.b64decode(content, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return content


def _described(
    thing: str,
    kind: str,
    *,
    name: str = "",
    conceal: tuple[str, ...] = (),
    volatile: tuple[str, ...] = (),
    tags: str = "",
) -> Call:
    """A listing whose objects have to be described one by one: ListThings, DescribeThing, ThingArn."""
    key = name or f"{thing}Name"
    moving = ("LastModifiedTime", *volatile)
    follow = Follow(
        Read("sagemaker", f"Describe{thing}"), {key: f"{{{key}}}"}, "@", volatile=moving, conceal=conceal
    )
    return Call(
        Read("sagemaker", f"List{thing}s", page=100),
        (Output(f"sagemaker.{kind}", f"{thing}s[]", f"{{{thing}Arn}}", volatile=moving),),
        Span.REGION,
        follows=(follow,),
        bulk=tagged(f"sagemaker:{tags}") if tags else None,
    )


_PROFILES = Call(
    Read("sagemaker", "ListUserProfiles", page=100),
    (
        Output(
            "sagemaker.user_profile",
            "UserProfiles[]",
            _ARN + "user-profile/{DomainId}/{UserProfileName}",
            volatile=("LastModifiedTime",),
        ),
    ),
    Span.REGION,
    follows=(
        Follow(
            Read("sagemaker", "DescribeUserProfile"),
            {"DomainId": "{DomainId}", "UserProfileName": "{UserProfileName}"},
            "@",
            volatile=("LastModifiedTime",),
        ),
    ),
    bulk=tagged("sagemaker:user-profile"),
)

CALLS = (
    _described("NotebookInstance", "notebook", tags="notebook-instance"),
    Call(
        _SCRIPTS,
        (Output(_LIFECYCLE, "", "{NotebookInstanceLifecycleConfigArn}", volatile=("LastModifiedTime",)),),
        Span.REGION,
        gather=_lifecycles,
        reads={_SCRIPT: _LIFECYCLE},
    ),
    _described("Domain", "domain", name="DomainId", tags="domain"),
    _PROFILES,
    _described("Endpoint", "endpoint", volatile=("EndpointStatus",), tags="endpoint"),
    _described("EndpointConfig", "endpoint_config"),
    _described("Model", "model", conceal=_CONTAINERS, tags="model"),
)
