"""What the containers of a model say: images, files, and the registry's version that they come from.

Amazon SageMaker API Reference, ``ContainerDefinition``, ``ModelPackageContainerDefinition``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Container = Mapping[str, Any]


def deployed(native: Mapping[str, Any]) -> tuple[Container, ...]:
    """The containers of a deployed model."""
    primary = native.get("PrimaryContainer")
    return (*((primary,) if primary else ()), *(native.get("Containers") or ()))


def registered(native: Mapping[str, Any]) -> tuple[Container, ...]:
    """The containers of a version in a registry."""
    return tuple((native.get("InferenceSpecification") or {}).get("Containers") or ())


def images(containers: Iterable[Container]) -> list[str]:
    """The images that they run; one that a digest is told of by that."""
    found = set()
    for each in containers:
        if image := each.get("Image"):
            digest = each.get("ImageDigest")
            pinned = digest and "@" not in image
            found.add(f"{image}@{digest}" if pinned else image)
    return sorted(found)


def artifacts(containers: Iterable[Container]) -> list[str]:
    """The URIs of the files that they load."""
    found: set[str] = set()
    for each in containers:
        places = [each, *(each.get("AdditionalModelDataSources") or ())]
        found.update(
            uri
            for place in places
            for uri in (
                place.get("ModelDataUrl"),
                ((place.get("ModelDataSource") or {}).get("S3DataSource") or {}).get("S3Uri"),
                (place.get("S3DataSource") or {}).get("S3Uri"),
            )
            if uri
        )
    return sorted(found)


def packages(containers: Iterable[Container]) -> list[str] | None:
    """The registry's versions that they come from; ``None`` if a model of them comes from none."""
    loaded = [each for each in containers if each.get("ModelPackageName") or artifacts([each])]
    named = {str(each["ModelPackageName"]) for each in loaded if each.get("ModelPackageName")}
    whole = loaded and all(each.get("ModelPackageName") for each in loaded)
    return sorted(named) if whole else None
