"""An estate as it were had some grants never been given: the statements are taken out of its documents."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import Any

from scanner.model.estate import Estate, Resource

Json = Any


def without(estate: Estate, names: Collection[str]) -> Estate:
    """The same estate without what goes by these names: statements, and attachments of AWS's policies."""

    def cut(policy: str, document: Json) -> Json:
        kept = [
            item
            for item in document["Statement"]
            if item["Effect"] == "Deny" or named(policy, item) not in names
        ]
        return {**document, "Statement": kept}

    def changed(item: Resource) -> Resource:
        attrs = dict(item.attrs)
        if attrs.get("inline"):
            attrs["inline"] = [
                {**held, "document": cut(f"{item.id}/inline/{held['name']}", held["document"])}
                for held in attrs["inline"]
            ]
        if attrs.get("attached"):
            attrs["attached"] = [arn for arn in attrs["attached"] if attached(item.id, arn) not in names]
        for attr in ("trust", "policy"):
            if isinstance(attrs.get(attr), dict):
                attrs[attr] = cut(f"{item.id}/{attr}", attrs[attr])
        if item.kind == "policy":
            attrs["document"] = cut(item.id, attrs["document"])
        return replace(item, attrs=attrs)

    kinds = {kind: tuple(map(changed, items)) for kind, items in estate.resources.items()}
    by_id = {item.id: item for items in kinds.values() for item in items}
    return replace(estate, resources=kinds, by_id=by_id)


def named(policy: str, statement: Json) -> str:
    """The name of a statement: that of its policy where it has no id."""
    sid = statement.get("Sid")
    return f"{policy}#{sid}" if sid else policy


def attached(holder: str, arn: str) -> str:
    """The name of an attachment of a policy of AWS."""
    return f"{holder}/attached/{arn.rsplit('/', 1)[-1]}" if ":iam::aws:" in arn else ""


def names(estate: Estate) -> Iterator[str]:
    """All that its owner can take away, but for what admits a service too."""
    for items in estate.resources.values():
        for item in items:
            yield from _names(item) if not item.attrs.get("service_linked") else ()


def _names(item: Resource) -> Iterator[str]:
    attrs = item.attrs
    documents = [(f"{item.id}/inline/{held['name']}", held["document"]) for held in attrs.get("inline") or ()]
    documents += [
        (f"{item.id}/{attr}", attrs[attr])
        for attr in ("trust", "policy")
        if isinstance(attrs.get(attr), dict)
    ]
    if item.kind == "policy" and ":iam::aws:" not in item.id:
        documents.append((item.id, attrs["document"]))
    for policy, document in documents:
        granting = [each for each in document["Statement"] if each["Effect"] == "Allow"]
        serving = {named(policy, each) for each in granting if "Service" in each.get("Principal", {})}
        yield from {named(policy, each) for each in granting} - serving
    yield from filter(None, (attached(item.id, arn) for arn in attrs.get("attached") or ()))
