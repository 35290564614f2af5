"""How workloads of AWS name roles, and what their containers are handed from a vault."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scanner.estate.aws._containers import secrets
from scanner.estate.normaliser import Attr, Reading, field_of, made_of
from scanner.estate.settings import Container


def arn_at(key: str, *path: str) -> Attr:
    """An ARN at a path of an answer; ``None`` where there is none."""
    return field_of(key, *path, absent=None, convert=lambda found: found or None)


def handed(key: str, containers: Callable[[Any], Iterable[Container]]) -> Attr:
    """Ids of what the containers of an answer are handed from a vault."""

    def convert(reading: Reading, found: Any) -> list[str]:
        partition = reading.id.split(":", 2)[1]
        prefix = f"arn:{partition}:ssm:{reading.scope.region}:{reading.scope.boundary}:parameter"
        return secrets(containers(found), prefix)

    return made_of(key, convert)


def role_named(reading: Reading, name: str) -> str:
    """The ARN of a role of the reading's account by its name, with its path where the role was read."""
    account = reading.scope.boundary
    roles = reading.world.by_name("iam.role", account)
    return roles.get(name) or f"arn:{reading.id.split(':', 2)[1]}:iam::{account}:role/{name}"
