"""CodeBuild: projects, as roads that code takes.

Shapes: AWS CodeBuild API Reference, ``Project``, ``ProjectSource``, ``ProjectArtifacts``, ``Webhook``. A
source of type CODEPIPELINE is the pipeline's, and judged there.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.estate.aws._data_places import bucket, store_of
from scanner.estate.aws._git_references import source, webhook
from scanner.estate.aws._native import tags_at
from scanner.estate.normaliser import Normaliser, Reading, constant, field_of, made_of

_GET = "BatchGetProjects"
_ELSEWHERE = frozenset(("S3", "CODEPIPELINE", "NO_SOURCE"))


def _sources(native: dict[str, Any]) -> list[dict[str, Any]]:
    versions = {
        each["sourceIdentifier"]: each.get("sourceVersion")
        for each in native.get("secondarySourceVersions") or ()
    }
    found = [(native.get("source") or {}, native.get("sourceVersion"))]
    found += (
        (each, versions.get(each.get("sourceIdentifier"))) for each in native.get("secondarySources") or ()
    )
    return [
        source(str(each.get("type", "")).lower(), each.get("location"), version)
        for each, version in found
        if each.get("type") not in _ELSEWHERE
    ]


def _inputs(reading: Reading, native: dict[str, Any]) -> list[str]:
    taken = (native.get("source") or {}, *(native.get("secondarySources") or ()))
    found = {bucket(reading, each["location"]) for each in taken if each.get("type") == "S3"}
    return sorted(found.union(_mounted(reading, native)))


def _outputs(reading: Reading, native: dict[str, Any]) -> list[str]:
    made = (
        *(native.get(name) or {} for name in ("artifacts", "cache")),
        *(native.get("secondaryArtifacts") or ()),
    )
    found = {
        bucket(reading, each["location"])
        for each in made
        if each.get("type") == "S3" and each.get("location")
    }
    return sorted(found.union(_mounted(reading, native)))


def _mounted(reading: Reading, native: dict[str, Any]) -> Iterator[str]:
    for each in native.get("fileSystemLocations") or ():
        if found := store_of(reading, str(each.get("location", ""))):
            yield found


def _images(native: dict[str, Any]) -> list[str]:
    image = (native.get("environment") or {}).get("image")
    return [image] if image else []


PROJECT = Normaliser(
    native="codebuild.project",
    kind="pipeline",
    listed=(("codebuild:ListProjects",),),
    regional=True,
    tags=tags_at(_GET, "tags"),
    attrs={
        "type": constant("codebuild"),
        "identity": field_of(_GET, "serviceRole", absent=None),
        "triggers": field_of(_GET, "webhook", absent=[], convert=webhook),
        "sources": field_of(_GET, convert=_sources),
        "approvals": constant([]),
        "inputs": made_of(_GET, _inputs),
        "outputs": made_of(_GET, _outputs),
        "images": field_of(_GET, convert=_images),
    },
)
