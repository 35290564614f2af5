"""Images and plain settings of containers, in the shapes that container groups, apps and deployments have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from scanner.estate.normaliser import Attr
from scanner.estate.settings import commands, images, plain_secrets, settings
from scanner.estate.workloads import of

Container = Mapping[str, Any]
Containers = Callable[[Mapping[str, Any]], Iterable[Container]]
"""A row -> its containers, each with ``image``, and what else it has in its own words."""


def contained(key: str, containers: Containers, *, variables: str, words: tuple[str, ...]) -> dict[str, Attr]:
    """Their images and settings; ``variables`` is where those stand, ``words`` where commands do."""

    def given(row: Mapping[str, Any]) -> list[dict[str, Any]]:
        found = list(containers(row))
        return [*settings(found, variables), *commands(found, *words)]

    return {
        "images": of(key, lambda row: images(containers(row))),
        "variables": of(key, lambda row: settings(containers(row), variables)),
        "plain_secrets": of(key, lambda row: plain_secrets(given(row))),
    }
