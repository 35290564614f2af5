"""Places of data as URIs, ARNs and plain names, brought to the ids of the stores that hold them.

AWS DataSync User Guide, ``LocationUri`` (``s3://bucket/prefix/``, ``efs://region.fs-id/``); what lies outside
AWS (``nfs://server/path``) keeps its URI.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.estate.normaliser import Reading

_S3 = re.compile(r"s3[an]?://([A-Za-z0-9.\-_]+)(?:/.*)?", re.DOTALL)
_S3_ARN = re.compile(r"(?:s3://)?(arn:[a-z-]+:s3:::[^/*]+).*", re.DOTALL)
_POINT = re.compile(r"(?:s3://)?(arn:[a-z-]+:s3:[a-z0-9-]+:\d{12}:accesspoint/[^/]+).*", re.DOTALL)
_EFS = re.compile(r"efs://([a-z0-9-]+)\.(fs-[0-9a-f]+)/?.*", re.DOTALL)
_MOUNT = re.compile(r"(fs-[0-9a-f]+)\.efs\.([a-z0-9-]+)\..*", re.DOTALL)
_IMAGE = re.compile(r"\d{12}\.dkr\.ecr\..+")
_OUTPUT = re.compile(r"Output|S3OutputPath")
_INPUT = re.compile(r"Input|DataSource|ModelDataUrl|TrainingData")


def store_of(reading: Reading, place: str) -> str | None:
    """The id of the store in which a place of data lies; ``None`` for what names none."""
    partition = reading.world.partition(reading.scope.boundary)
    if found := _S3_ARN.fullmatch(place) or _POINT.fullmatch(place):
        return found[1]
    if found := _S3.fullmatch(place):
        return f"arn:{partition}:s3:::{found[1]}"
    if found := _EFS.fullmatch(place):
        return _file_system(reading, found[1], found[2])
    if found := _MOUNT.fullmatch(place):
        return _file_system(reading, found[2], found[1])
    return place if "://" in place else None


def bucket(reading: Reading, name: str) -> str:
    """The id of a bucket that is named plainly, or with what follows it (``bucket/key``)."""
    return f"arn:{reading.world.partition(reading.scope.boundary)}:s3:::{name.partition('/')[0]}"


def stores(reading: Reading, places: Iterable[str | None]) -> list[str]:
    """`store_of` each, those that name one, sorted, once each."""
    found = (store_of(reading, place) for place in places if place)
    return sorted({store for store in found if store})


def images(references: Iterable[Mapping[str, Any]]) -> list[str]:
    """The images among the references of a definition."""
    found = {str(each.get("refers_to", "")) for each in references}
    return sorted(image for image in found if _IMAGE.fullmatch(image))


def places(references: Iterable[Mapping[str, Any]], *, output: bool) -> list[str] | None:
    """The places that a definition reads from, or writes to; ``None`` if some only a run decides.

    Parameters stand for their default. A place that is told by neither word is both.
    """
    references = tuple(references)
    defaults = {
        str(each["at"]).removeprefix("Parameters."): str(each["refers_to"])
        for each in references
        if str(each["at"]).startswith("Parameters.") and "refers_to" in each
    }
    found: set[str] = set()
    for each in references:
        at = str(each["at"])
        if at.startswith("Parameters.") or not _wanted(at, output):
            continue
        place = defaults.get(str(each["parameter"])) if "parameter" in each else each.get("refers_to")
        if place is None and ("open" in each or at.rpartition(".")[2].startswith("S3")):
            return None
        if place and str(place).startswith("s3://"):
            found.add(str(place))
    return sorted(found)


def _wanted(at: str, output: bool) -> bool:
    writes, reads = bool(_OUTPUT.search(at)), bool(_INPUT.search(at))
    return writes or not reads if output else reads or not writes


def _file_system(reading: Reading, region: str, name: str) -> str:
    boundary = reading.scope.boundary
    return f"arn:{reading.world.partition(boundary)}:elasticfilesystem:{region}:{boundary}:file-system/{name}"
