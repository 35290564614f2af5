"""What may be used: stores, registries, keys, secrets and the rest, with the policies that decide for each.

https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from scanner.facts.identity import levels
from scanner.facts.identity.access_points import DIRECT
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.requests import Target
from scanner.facts.identity.seal import Keys, Seal
from scanner.facts.identity.services import Service, named
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.logic import Tri

_KINDS = {"registry": "repository"}
"""What policies decide about, where it is not called as its kind is: `Target.kind`."""

_TABLES = {"schedule": "pipeline"}
"""Kinds whose actions stand in another kind's tables."""


def table(kind: str) -> str:
    """The kind in whose tables the actions on a kind stand."""
    return _TABLES.get(kind, kind)


Ask = tuple[str, str, Target]
"""A level of access, the action that gives it, and on what."""


@dataclass(eq=False)
class Store:
    """One thing that may be used. ``seal`` is the key that its content is under, if any.

    ``levels`` are those that are asked about; ``shut`` whether it is closed to other accounts,
    whatever its policies say. ``behind`` is the bucket of an access point.
    """

    resource: Resource
    service: Service
    policies: tuple[Policy, ...]
    seal: Seal | None
    levels: tuple[str, ...]
    shut: Tri
    behind: Store | None = None

    @property
    def id(self) -> str:
        """Its ARN."""
        return self.resource.id

    @property
    def account(self) -> str:
        """Its owner."""
        return self.resource.scope.boundary

    @property
    def place(self) -> str | None:
        """The environment or service that it is in."""
        return self.resource.place

    @property
    def alone(self) -> bool:
        """Whether something on it admits callers who need no policy of their own."""
        return any(policy.alone for policy in self.policies)

    @cached_property
    def asks(self) -> tuple[Ask, ...]:
        """What to try, level by level: one target for each ARN."""
        found = levels.asks(table(self.resource.kind), self.id, self.levels)
        whole = self._whole
        targets = {arn: replace(whole, arn=arn) for arn in {ask.arn for ask in found}}
        return tuple(
            (ask.level, ask.action, targets[ask.arn])
            for ask in found
            if self.service.asked(self.resource, ask.level, ask.action)
        )

    @cached_property
    def arns(self) -> tuple[str, ...]:
        """The ARNs, or patterns, that a policy may select to give something of it; the last its key's."""
        kind = table(self.resource.kind)
        own = dict.fromkeys(ask.arn for ask in levels.asks(kind, self.id, self.levels))
        return (*own, *((self.seal.target.arn,) if self.seal and self.seal.target else ()))

    @property
    def _whole(self) -> Target:
        kind = self.resource.kind
        bucket = ":s3:" in self.id
        return Target(
            self.id,
            self.account,
            "bucket" if bucket else _KINDS.get(kind, kind),
            self.policies,
            tags=None if bucket else self.resource.tags,
            region=self.id.split(":")[3] or str(self.resource.attrs.get("region") or ""),
            given={"kms:viaservice": None} if kind == "key" else DIRECT if kind == "store" else {},
        )


def read(
    world: World,
    kinds: Iterable[str],
    wanted: tuple[str, ...],
    only: Callable[[Resource], bool] | None = None,
) -> dict[str, Store]:
    """Every AWS resource of some kinds that may be used at one of the wanted levels, by id, sorted."""
    keys = Keys(world.estate)
    found = (
        _store(resource, keys, wanted)
        for kind in kinds
        for resource in world.estate.of(kind)
        if resource.provider == "aws" and resource.id.startswith("arn:")
        if only is None or only(resource)
    )
    stores = {store.id: store for store in sorted(found, key=lambda store: store.id)}
    for store in stores.values():
        if store.resource.kind == "access_point":
            _put_before(store, stores, world, keys)
    return stores


def _store(resource: Resource, keys: Keys, wanted: tuple[str, ...]) -> Store:
    service = named(resource.id.split(":")[2])
    policies = service.policies(resource)
    return Store(
        resource, service, policies, keys.seal(resource, service), wanted, service.shut(resource, policies)
    )


def _put_before(point: Store, stores: dict[str, Store], world: World, keys: Keys) -> None:
    """Tie an access point to its bucket, whose key its content is under."""
    bucket = world.estate.by_id.get(str(point.resource.attrs.get("store")))
    if bucket is None or bucket.kind != "store":
        point.seal = Seal(why="the bucket behind the access point was not collected")
        return
    point.behind = stores.get(bucket.id) or _store(bucket, keys, point.levels)
    point.seal = point.behind.seal
