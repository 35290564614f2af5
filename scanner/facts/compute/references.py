"""What the reference of a container image says: its registry, repository, tag and digest.

The grammar is that of the distribution project; a name without a registry is Docker Hub's, and one without
a namespace there ``library``'s. Patterns of the environment file match the whole reference, the repository,
the registry, the digest, or the repository with its digest.

https://pkg.go.dev/github.com/distribution/reference
https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html
https://learn.microsoft.com/azure/container-registry/container-registry-get-started-portal
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache

_ECR = re.compile(r"(\d{12})\.dkr[.-]ecr(?:-fips)?\.([a-z0-9-]+)\.(?:amazonaws\.com(?:\.cn)?|on\.aws)")
_AZURE = re.compile(r"([a-z0-9]{5,50})(?:-[a-z0-9]+)?\.azurecr\.(?:io|cn|us)")
_HUB = "docker.io"


@dataclass(frozen=True, slots=True)
class Reference:
    """An image as it is named; ``tag`` is ``latest`` where neither tag nor digest is written."""

    written: str
    registry: str
    repository: str
    tag: str
    digest: str

    @property
    def elastic(self) -> tuple[str, str] | None:
        """Account and region of the registry, if it is one of Amazon ECR."""
        found = _ECR.fullmatch(self.registry)
        return (found[1], found[2]) if found else None

    @property
    def azure(self) -> str | None:
        """Name of the registry, if it is one of Azure Container Registry: its host may add a hash to it."""
        found = _AZURE.fullmatch(self.registry.lower())
        return found[1] if found else None

    def without_tag(self) -> Reference:
        """The same image by its digest alone: where there is one, it is what is pulled."""
        name = f"{self.registry}/{self.repository}"
        return Reference(f"{name}@{self.digest}", self.registry, self.repository, "", self.digest)

    def names(self, digest: str = "") -> tuple[str, ...]:
        """Everything that a pattern may match; ``digest`` is what a registry says that the tag names."""
        whole = f"{self.registry}/{self.repository}"
        found = [self.written, whole, self.registry]
        if self.tag:
            found.append(f"{whole}:{self.tag}")
        for each in (self.digest, digest):
            if each:
                found += [each, f"{whole}@{each}"]
        return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65536)
def parse(written: str) -> Reference:
    """The parts of a reference."""
    name, _, digest = written.partition("@")
    head, slash, rest = name.partition("/")
    if not slash or not ("." in head or ":" in head or head == "localhost"):
        head, rest = _HUB, name
    repository, colon, tag = rest.rpartition(":")
    if not colon or "/" in tag:
        repository, tag = rest, ""
    if head == _HUB and "/" not in repository:
        repository = f"library/{repository}"
    return Reference(written, head, repository, tag or ("" if digest else "latest"), digest)


def approved(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Whether any of the names of an image fits a pattern: shell-style, ``*`` for anything."""
    wanted = [_pattern(pattern) for pattern in patterns]
    return any(pattern.match(name) for name in names for pattern in wanted)


@lru_cache(maxsize=4096)
def _pattern(text: str) -> re.Pattern[str]:
    # Brackets are no set here: registries do not know them, and a typing error must not widen a pattern.
    return re.compile(translate(text.replace("[", "[[]")))
