"""Documents that stand on resources: whose policies decide with the caller's own, by kind and attribute.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from scanner.facts.identity import kms_grants
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import UNREAD, Document, parse
from scanner.model.estate import Estate, Resource

ATTACHED: Mapping[str, tuple[str, ...]] = {
    "access_point": ("policy",),
    "key": ("policy",),
    "log": ("policy",),
    "model": ("policy",),
    "pipeline": ("policy",),
    "registry": ("policy", "registry_policy"),
    "secret": ("policy",),
    "store": ("policy",),
}
"""Kind -> the attributes that hold a document that names principals."""


def documents(estate: Estate) -> Iterator[Document]:
    """Every document that stands on a resource of an estate."""
    for kind, attrs in ATTACHED.items():
        for resource in estate.of(kind):
            for attr in attrs:
                yield from (parse(raw, attached=True) for raw in listed(resource.attrs.get(attr)))
    for resource in estate.of("key"):
        if resource.attrs.get("grants"):
            yield kms_grants.document(resource.attrs["grants"])


def resource_policy(resource: Resource, attr: str, words: str) -> tuple[Policy, ...]:
    """A resource's own policy: none, one, or one not read; several where the attribute lists them."""
    policy_id = f"{resource.id}/policy"
    if attr in resource.unknown:
        return (Policy(policy_id, UNREAD, resource.source, words, tuple(resource.unknown[attr])),)
    raw, source = resource.attrs.get(attr), resource.where(attr)
    if not isinstance(raw, list):
        return tuple(Policy(policy_id, parse(one, attached=True), source, words) for one in listed(raw))
    return tuple(
        Policy(
            f"{policy_id}/{index}",
            parse(one, attached=True),
            source.at(f"{source.pointer}/{index}"),
            words,
        )
        for index, one in enumerate(listed(raw))
    )


def listed(raw: Any) -> list[Any]:
    """The documents in an attribute that holds none, one, or a list of them."""
    if raw is None:
        return []
    return raw if isinstance(raw, list) else [raw]
