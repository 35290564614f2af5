"""What containers are handed from a vault, in the shapes that ECS and Batch share.

Shapes: Amazon ECS API Reference, ``ContainerDefinition``; AWS Batch API Reference, ``ContainerProperties``,
``EksContainer``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from scanner.estate.settings import Container

_ARN_PARTS = 7


def secrets(containers: Iterable[Container], prefix: str) -> list[str]:
    """Ids of what containers are handed from a vault; ``prefix``: of the ARN of a parameter named alone."""
    found = {secret_id(each["valueFrom"], prefix) for container in containers for each in _handed(container)}
    return sorted(found)


def secret_id(given: str, prefix: str) -> str:
    """The ARN of a secret or parameter, without the part of it that is asked for."""
    if not given.startswith("arn:"):
        return f"{prefix}/{given.removeprefix('/')}"
    return ":".join(given.split(":")[:_ARN_PARTS])


def _handed(container: Container) -> Iterator[Mapping[str, str]]:
    yield from container.get("secrets") or ()
    yield from (container.get("logConfiguration") or {}).get("secretOptions") or ()
    if parameter := (container.get("repositoryCredentials") or {}).get("credentialsParameter"):
        yield {"valueFrom": parameter}
