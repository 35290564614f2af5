"""The estate as rules see it: marks of facts merged in, tiers and pairs worked out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from typing import Any

import orjson

from scanner.model import estate as estates
from scanner.model.estate import Environment, Estate, Resource
from scanner.model.facts import Crossing, Facts, Mark
from scanner.model.snapshot import Gap


class View:
    """An estate and its facts, indexed once for all documents.

    ``pairs`` are the ordered pairs of environments as rules see them; ``estate`` and ``facts`` what
    they were made of. Raises `ValueError` if two marks name the same attribute of a resource.
    """

    def __init__(self, estate: Estate, facts: Mapping[str, Facts]) -> None:
        self.estate = estate
        self.facts = facts
        self.pairs = pairs(estate.environments)
        self._marks: dict[tuple[str, str], Mark] = {}
        for fact, found in facts.items():
            for mark in found.marks:
                if (mark.resource, mark.attr) in self._marks:
                    raise ValueError(f"{fact}: {mark.attr} of {mark.resource} is marked twice")
                self._marks[mark.resource, mark.attr] = mark

    def tier(self, environment: str | None) -> str | None:
        """The tier of an environment, ``None`` for what belongs to none (also to a service)."""
        return None if environment is None else self.estate.environments[environment].tier

    def read(self, resource: Resource, attr: str) -> tuple[bool, Any, list[str]]:
        """``(known, value, gap ids)`` of an attribute, marks included.

        One that is neither known nor unknown is unknown by no gap: nothing reads as absent that
        nobody looked at.
        """
        mark = self._marks.get((resource.id, attr))
        if mark is not None:
            return not mark.unknown, mark.value, ids(mark.gaps)
        if attr in resource.unknown:
            return False, None, ids(resource.unknown[attr])
        return attr in resource.attrs, resource.attrs.get(attr), []

    def resource(self, resource: Resource, attrs: Iterable[str]) -> dict[str, Any]:
        """A resource as rules see it, with no attributes but ``attrs``."""
        shown: dict[str, Any] = {}
        unknown: dict[str, list[str]] = {}
        for attr in attrs:
            known, value, gaps = self.read(resource, attr)
            if known:
                shown[attr] = value
            else:
                unknown[attr] = gaps
        return {
            "id": resource.id,
            "name": resource.name,
            "kind": resource.kind,
            "provider": resource.provider,
            "boundary": resource.scope.boundary,
            "region": resource.scope.region,
            "environment": resource.environment,
            "service": resource.service,
            "place": resource.place,
            "tier": self.tier(resource.environment),
            "attrs": shown,
            "unknown": unknown,
            "tags": None if resource.tags is None else dict(resource.tags),
        }

    def unlisted(self, kind: str) -> list[dict[str, Any]]:
        """The scopes in which a kind could not be listed, as rules see them."""
        found = [
            {
                "id": scope.id,
                "kind": kind,
                "environment": scope.environment,
                "service": scope.service,
                "place": scope.place,
                "tier": self.tier(scope.environment),
                "gaps": ids(scope.gaps),
            }
            for scope in self.estate.missing(kind)
        ]
        return sorted(found, key=lambda scope: str(scope["id"]))

    def relations(self, fact: str) -> dict[str, Any]:
        """What a fact says of every pair, as rules see it."""
        found = self.facts[fact]
        by_pair: dict[str, list[Crossing]] = {}
        for crossing in found.crossings:
            by_pair.setdefault(crossing.pair, []).append(crossing)
        return {
            pair["id"]: {
                "crossings": sorted(
                    map(_crossing, by_pair.get(pair["id"], ())), key=lambda seen: str(seen["id"])
                ),
                "blind": ids(found.blind.get(pair["id"], ())),
            }
            for pair in self.pairs
        }


def pairs(environments: Mapping[str, Environment]) -> list[dict[str, str]]:
    """All ordered pairs that have to be apart, as documents tell them."""
    return [
        {
            "id": f"{source}->{target}",
            "from": source,
            "to": target,
            "from_tier": environments[source].tier,
            "to_tier": environments[target].tier,
        }
        for source, target in estates.pairs(environments)
    ]


def ids(gaps: Iterable[Gap]) -> list[str]:
    """Ids of gaps, each once, sorted."""
    return sorted({gap.id for gap in gaps})


def _crossing(crossing: Crossing) -> dict[str, Any]:
    return {
        "id": crossing.id,
        "state": str(crossing.state),
        "latent": crossing.latent,
        "access": list(crossing.access),
        "flow": crossing.flow,
        "gaps": ids(crossing.gaps),
    }


def encode(value: Any) -> bytes:
    """JSON with sorted keys; mappings and sets of any type are taken."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SORT_KEYS)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, Set):
        return sorted(value)
    raise TypeError(type(value).__name__)
