"""Inspector: which container images it scans, and what it found in them (Amazon Inspector API, 2020-06-08).

Two listings tell of all images of an account and region: their coverage, and their findings counted by
severity. Nothing is asked image by image. An administrator's account sees its members' images too.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required

_COVERAGE = Read("inspector2", "ListCoverage", page=200)
_COUNTS = Read("inspector2", "ListFindingAggregations", page=100)
_KIND = "inspector2.coverage"
_IMAGES = {"resourceType": [{"comparison": "EQUALS", "value": "AWS_ECR_CONTAINER_IMAGE"}]}
_IN_USE = tuple(
    f"resourceMetadata.ecrImage.{name}" for name in ("imagePulledAt", "lastInUseAt", "inUseCount")
)
_BY_IMAGE = {"aggregationType": "AWS_ECR_CONTAINER"}


def _images(desk: Desk) -> Mapping[str, list[Data]]:
    """Coverage of images, each with its counts; an image that has none has no finding."""
    covered = required(desk.ask(_COVERAGE, {"filterCriteria": _IMAGES}), "coveredResources")
    counts = _counts(desk)
    found: list[Data] = []
    for item in covered:
        data: Data = {_COVERAGE.operation: item}
        if counts is not None:
            data[_COUNTS.operation] = counts.get(item["resourceId"], {})
        found.append(data)
    return {_KIND: found}


def _counts(desk: Desk) -> dict[str, dict[str, int]] | None:
    """Image -> findings by severity, or ``None`` with a gap where they could not be read."""
    try:
        listed = required(desk.ask(_COUNTS, _BY_IMAGE), "responses")
    except UnansweredError as error:
        desk.miss(_COUNTS, _KIND, error)
        return None
    found: dict[str, dict[str, int]] = {}
    for response in listed:
        image = response.get("awsEcrContainerAggregation") or {}
        found[image.get("resourceId", "")] = dict(image.get("severityCounts") or {})
    return found


CALLS = (
    Call(
        _COVERAGE,
        (
            Output(
                _KIND,
                "",
                "arn:{partition}:inspector2:{region}:{account}:coverage/{resourceId}",
                volatile=("lastScannedAt", *_IN_USE),
            ),
        ),
        Span.REGION,
        gather=_images,
        reads={_COUNTS: _KIND},
    ),
)
