"""AWS: native records to resources, one module a service; found by path."""

from __future__ import annotations

from collections.abc import Mapping

from scanner.estate.world import World

ENTRY = "sts:AssumeRole"
"""The call with which an account is entered."""
NOTHING_OF = frozenset({"bearer", "directory_right", "other_resource"})
"""Kinds that stand for nothing here: all that is tagged has a kind, and what acts as a role says so."""
FOLDED_TAGS = False
"""Whether names of tags are the same whatever their case."""


def containers(world: World) -> Mapping[str, tuple[str, ...]]:
    """No selector names what accounts stand in."""
    del world
    return {}
