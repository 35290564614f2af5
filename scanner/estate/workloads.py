"""Attributes that most workloads share: what is said here holds where a service leaves nothing to choose."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from scanner.estate.normaliser import UNTOLD, Attr, constant, field_of

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
