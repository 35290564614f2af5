"""Attributes that most workloads share: what is said here holds where a service leaves nothing to choose."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scanner.estate.aws._containers import Container, secrets
from scanner.estate.normaliser import UNTOLD, Attr, Reading, constant, field_of, made_of

_NOTHING = {
    "packaging": "image",
    "own": True,
    "images": [],
    "resolved": {},
    "identity": None,
    "execution_identity": None,
    "cluster": None,
    "pools": [],
    "subnets": [],
    "security_groups": [],
    "variables": [],
    "plain_secrets": [],
    "secrets": [],
    "privileged": False,
    "host_namespaces": [],
    "lifecycle": None,
    "machine_types": [],
    "sized": False,
    "active": True,
    "idle_stop": "never",
    "idle_seconds": None,
    "metadata_service": None,
    "admission": "unreadable",
}


def workload(kind: str, **attrs: Attr) -> dict[str, Attr]:
    """Every attribute of a workload: those given, and for the rest what a service without them has."""
    return {"type": constant(kind), **{name: constant(value) for name, value in _NOTHING.items()}, **attrs}


ELSEWHERE = {
    "packaging": constant("elsewhere"),
    "own": constant(False),
    "privileged": UNTOLD,
    "host_namespaces": UNTOLD,
}
"""Of a workload that stands for others, which tell these of themselves."""


def of(key: str, convert: Callable[[Any], Any], *path: str) -> Attr:
    """An attribute made from the whole answer of an operation, or from a part that is always there."""
    return field_of(key, *path, convert=convert)


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
