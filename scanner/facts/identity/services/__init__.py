"""What is peculiar to a service as a keeper of data: one module each, found by its name in ARNs.

A module ``<service>.py`` defines ``SERVICE``. A service without one has a policy in the attribute
``policy``, or none, and nothing peculiar. Adding one adds a file and edits none.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module

from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.provenance import Policy
from scanner.model.estate import Resource
from scanner.model.logic import Tri


def plain(resource: Resource) -> tuple[Policy, ...]:
    """The policy of a resource that has one at most, in ``policy``."""
    return resource_policy(resource, "policy", "resource policy")


def _open(_resource: Resource, _policies: tuple[Policy, ...]) -> Tri:
    return Tri.NO


def _under_a_key(_resource: Resource) -> Tri:
    return Tri.YES


def _by_policies(_resource: Resource, _level: str, _action: str) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Service:
    """How a service decides, where that is not the common way.

    ``policies``: the documents that stand on a resource. ``shut``: whether other accounts are kept out,
    whatever those say. ``keyed``: level -> what the key of its content must allow besides. ``sealed``:
    whether content is under a key of KMS at all. ``own_only``: actions that only the owner's account is
    ever allowed. ``split``: whether a document among its policies counts for some actions only, by a
    setting that is not read, and for which it counts for sure. ``asked``: whether a level is decided by
    policies at all.
    """

    policies: Callable[[Resource], tuple[Policy, ...]] = plain
    shut: Callable[[Resource, tuple[Policy, ...]], Tri] = _open
    keyed: Mapping[str, str] = field(default_factory=dict)
    sealed: Callable[[Resource], Tri] = _under_a_key
    own_only: frozenset[str] = frozenset()
    split: Callable[[Policy], bool] | None = None
    sure: frozenset[str] = frozenset()
    asked: Callable[[Resource, str, str], bool] = _by_policies


_PLAIN = Service()


@lru_cache(maxsize=256)
def named(name: str) -> Service:
    """The service of an ARN (``s3``), with its peculiarities."""
    known = {info.name for info in pkgutil.iter_modules(__path__)}
    if name not in known:
        return _PLAIN
    found = import_module(f"{__name__}.{name}").SERVICE
    assert isinstance(found, Service), f"{name} defines SERVICE"  # noqa: S101 - an invariant
    return found
