"""What a definition of a pipeline refers to: stores, images, resources. The rest of it is not kept.

A definition (Amazon States Language, a SageMaker pipeline) is a text of JSON that may carry anything,
secrets too. Of its strings only those are kept that are an ``s3://`` URI, an ARN or the name of an image
in a registry, each with the path of keys at which it stands, and references to parameters. Where a place of
data is named in a way that only a run decides, that is said too:

    {"at": "Steps.Arguments.InputDataConfig.DataSource.S3DataSource.S3Uri", "refers_to": "s3://bucket/key"}
    {"at": "Steps.Arguments.InputDataConfig.DataSource.S3DataSource.S3Uri", "parameter": "InputData"}
    {"at": "Parameters.InputData", "refers_to": "s3://bucket/key"}
    {"at": "States.Train.Parameters.OutputDataConfig.S3OutputPath", "open": "run"}
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from scanner.collect.calls import UnansweredError
from scanner.collect.documents import UNREADABLE
from scanner.model.snapshot import Reason

_REFERENCE = re.compile(
    r"s3://[A-Za-z0-9.\-]+(?:/[\w./\-=+*!'()$ ]*)?"
    r"|arn:aws[a-z-]*:[a-z0-9-]+:[a-z0-9-]*:(?:\d{12}|aws)?:[\w./\-:+=@*$#]+"
    r"|\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?/[\w./\-]+(?:[:@][\w.\-:]+)?"
)
_PARAMETER = re.compile(r"Parameters\.(\w+)")
_PLACES = frozenset(("S3Uri", "S3OutputPath", "S3OutputUri", "ModelDataUrl"))
"""Keys of SageMaker's requests that name a place of data."""
_KEY = re.compile(r"[A-Za-z][\w.$-]{0,63}")


def references(text: Any) -> list[dict[str, str]]:
    """Every reference in a definition, sorted. Raises `UnansweredError` for what is no JSON object."""
    try:
        definition = orjson.loads(text) if isinstance(text, str | bytes) else text
    except orjson.JSONDecodeError:
        definition = None
    if not isinstance(definition, Mapping):
        raise UnansweredError(Reason.FAILED, UNREADABLE)
    found = {(at, kind, value) for at, kind, value in _walk(definition, ())}
    return [{"at": at, kind: value} for at, kind, value in sorted(found)]


def _walk(value: Any, path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    elif isinstance(value, Mapping):
        yield from _of_mapping(value, path)
    elif isinstance(value, str) and _REFERENCE.fullmatch(value):
        yield ".".join(path), "refers_to", value


def _of_mapping(value: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """A parameter's default stands under its name; ``{"Get": "Parameters.X"}`` refers to one."""
    got = value.get("Get")
    if isinstance(got, str) and (named := _PARAMETER.fullmatch(got)):
        yield ".".join(path), "parameter", named[1]
        return
    if path == ("Parameters",) and isinstance(value.get("Name"), str) and _KEY.fullmatch(value["Name"]):
        yield from _walk(value.get("DefaultValue"), (*path, value["Name"]))
        return
    for key, item in value.items():
        # A key that is no name may be anything that somebody wrote. States mark a value of the run by ".$".
        here = (*path, key.removesuffix(".$") if _KEY.fullmatch(key) else "*")
        found = list(_walk(item, here))
        if not found and here[-1] in _PLACES and not _made_by_a_step(item):
            yield ".".join(here), "open", "run"
        yield from found


def _made_by_a_step(item: Any) -> bool:
    """Whether a value is what an earlier step of the same pipeline made."""
    return isinstance(item, Mapping) and str(item.get("Get", "")).startswith("Steps.")
