"""Under which key the content of a store or secret is, and what is not known of it.

The provider's own keys (``aws/s3``) serve whoever may use the service in their account, and nobody of
another: their policies say so and cannot be changed.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-cmk
https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.identity.provenance import NOWHERE
from scanner.facts.identity.requests import Target
from scanner.facts.identity.services import Service, named
from scanner.facts.identity.values import OPEN
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Source

_FORWARDED = ("aws:viaawsservice", "aws:calledvia", "aws:calledviafirst", "aws:calledvialast")
"""Keys that a service may set when it asks for somebody."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The key that content is under.

    ``target`` is that key; without one it is the provider's own (``own``), or is not known, for the
    reason ``why`` and the gaps. ``source`` is the line that tells of it. ``certain`` is UNKNOWN where
    content may be under no key at all. ``grants`` are the gaps that hide the key's grants, ``None`` where
    those were read.
    """

    target: Target | None = None
    own: bool = False
    why: str = ""
    gaps: tuple[Gap, ...] = ()
    source: Source = NOWHERE
    certain: Tri = Tri.YES
    grants: tuple[Gap, ...] | None = None


class Keys:
    """The keys of an estate, by ARN and alias, each as a target once."""

    def __init__(self, estate: Estate) -> None:
        self._keys: dict[str, Resource] = {}
        self._targets: dict[tuple[str, str], Target] = {}
        for item in estate.of("key"):
            self._keys[item.id] = item
            for alias in item.attrs.get("aliases") or ():
                self._keys.setdefault(f"{item.id.partition(':key/')[0]}:{alias}", item)

    def seal(self, resource: Resource, service: Service) -> Seal | None:
        """The seal of what a service keeps; ``None`` where no key is asked."""
        sealed = service.sealed(resource) if service.keyed else Tri.NO
        if sealed is Tri.NO:
            return None
        if sealed is Tri.UNKNOWN:
            gaps = tuple({**resource.unknown}.get("encryption", ()))
            return Seal(why="which key the objects need is not known", gaps=gaps, certain=Tri.UNKNOWN)
        if "key" in resource.unknown or "key" not in resource.attrs:
            gaps = tuple(resource.unknown.get("key", ()))
            return Seal(why="the KMS key policy was not collected", gaps=gaps)
        return self._seal(resource, resource.attrs["key"])

    def _seal(self, resource: Resource, key: str | None) -> Seal:
        line = resource.where("key")
        if key is None or ":alias/aws/" in f":{key}":
            return Seal(own=True, source=line)
        found = self._keys.get(self._full(resource, key))
        if found is None:
            return Seal(why="the KMS key policy was not collected", source=line)
        if found.attrs.get("manager") == "provider":
            return Seal(own=True, source=found.source)
        unread = "grants" in found.unknown or "grants" not in found.attrs
        grants = tuple(found.unknown.get("grants", ())) if unread else None
        via = f"{resource.id.split(':')[2]}.{found.scope.region}.amazonaws.com"
        return Seal(self.target(found, via), source=found.source, grants=grants)

    def _full(self, resource: Resource, key: str) -> str:
        """A key's ARN from its id or alias alone, in the resource's own account and region."""
        if key.startswith("arn:"):
            return key
        partition, region = resource.id.split(":")[1], resource.scope.region
        head = f"arn:{partition}:kms:{region}:{resource.scope.boundary}"
        return f"{head}:{key}" if key.startswith("alias/") else f"{head}:key/{key.removeprefix('key/')}"

    def target(self, key: Resource, via: str) -> Target:
        """A key as what an action is done to by way of a service, in the caller's name."""
        if (key.id, via) not in self._targets:
            self._targets[key.id, via] = Target(
                key.id,
                key.scope.boundary,
                "key",
                named("kms").policies(key),
                tags=key.tags,
                region=key.scope.region,
                given={"kms:viaservice": (via,), **dict.fromkeys(_FORWARDED, OPEN)},
            )
        return self._targets[key.id, via]
