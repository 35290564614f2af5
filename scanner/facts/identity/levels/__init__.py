"""Which actions give which access to what: one table per service, read from ``<kind>/<service>.toml``.

A table names its page of the Service Authorization Reference in ``page`` and has one section for each
resource type, called as that page calls it: its ``arn``, lists of actions by level, ``of`` where it is a
part of another type (an object of a bucket), and lists of actions with a peculiarity of the service
(`PECULIAR`). A new service is a new file. An action that no table knows gives no level, and is still
matched by every policy that allows it.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

LEVELS = ("list", "read", "write", "delete", "admin", "run", "promote", "assume", "pass")
"""The words for what an action lets one do. Not every kind has all of them."""

PECULIAR = ("owner_only", "always_registry")
"""Lists that say something else of actions than a level; each table that has one explains it."""

_VARIABLE = re.compile(r"\$\{(\w+)\}")
_FIXED = {"Partition": r"[^:]+", "Region": r"[^:]*", "Account": r"\d{12}"}


@dataclass(frozen=True, slots=True)
class ResourceType:
    """A resource type of a service; ``levels`` are level -> lower-case actions, in the table's order.

    ``arn`` has variables (``arn:${Partition}:s3:::${BucketName}``); ``of`` is the type it is a part of.
    """

    kind: str
    service: str
    name: str
    arn: str
    of: str | None
    levels: Mapping[str, tuple[str, ...]]
    peculiar: Mapping[str, frozenset[str]]
    page: str

    def parts(self, arn: str) -> Mapping[str, str] | None:
        """The variables of its ARN in one that is such a resource, or ``None`` where it is not."""
        match = _expression(self.arn).fullmatch(arn)
        return match.groupdict() if match else None

    def pattern(self, known: Mapping[str, str]) -> str:
        """Its ARN with what is known filled in, ``*`` for the rest."""
        return _VARIABLE.sub(lambda match: known.get(match[1], "*"), self.arn)


@dataclass(frozen=True, slots=True)
class Ask:
    """One request that gives a level: a lower-case action on an ARN, which may be a pattern."""

    level: str
    action: str
    arn: str
    type: ResourceType


@lru_cache(maxsize=4096)
def _expression(template: str) -> re.Pattern[str]:
    """The ARNs of a type: a name may hold anything only at the end."""
    found, at = [], 0
    names = list(_VARIABLE.finditer(template))
    for match in names:
        inner = _FIXED.get(match[1]) or (".+" if match is names[-1] else "[^:/]+")
        found += [re.escape(template[at : match.start()]), f"(?P<{match[1]}>{inner})"]
        at = match.end()
    return re.compile("".join((*found, re.escape(template[at:]))))


def _read(path: Path) -> Iterator[ResourceType]:
    table: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    page = table.pop("page")
    for name, section in table.items():
        lists = {
            key: tuple(map(str.lower, held)) for key, held in section.items() if key not in ("arn", "of")
        }
        yield ResourceType(
            path.parent.name,
            path.stem,
            name,
            section["arn"],
            section.get("of"),
            {level: actions for level, actions in lists.items() if level not in PECULIAR},
            {key: frozenset(lists.get(key, ())) for key in PECULIAR},
            page,
        )


TYPES: tuple[ResourceType, ...] = tuple(
    item for path in sorted(Path(__file__).parent.glob("*/*.toml")) for item in _read(path)
)
"""Every resource type of every table, by kind, service, and place in its file."""


@lru_cache(maxsize=64)
def types(kind: str, service: str | None = None) -> tuple[ResourceType, ...]:
    """The types of a kind: store, registry, key, secret, pipeline, log or identity."""
    return tuple(item for item in TYPES if item.kind == kind and service in (None, item.service))


@lru_cache(maxsize=64)
def actions(kind: str, levels: tuple[str, ...] = LEVELS, service: str | None = None) -> tuple[str, ...]:
    """Every action that gives one of some levels of a kind, sorted."""
    tables = types(kind, service)
    return tuple(sorted({one for item in tables for level in levels for one in item.levels.get(level, ())}))


@lru_cache(maxsize=256)
def peculiar(kind: str, name: str) -> frozenset[str]:
    """The actions of a kind that one of the `PECULIAR` lists names."""
    return frozenset().union(*(item.peculiar[name] for item in types(kind)))


def asks(kind: str, arn: str, levels: tuple[str, ...] = LEVELS) -> tuple[Ask, ...]:
    """What gives which level of access to one resource or to something in it.

    Empty for a resource that no table of its kind describes: then nothing is known of its levels.
    """
    found = []
    for owner in types(kind):
        known = owner.parts(arn) if owner.of is None else None
        if known is None:
            continue
        for item in types(kind, owner.service):
            if owner.name in (item.name, item.of):
                found += list(_asks(item, item.pattern(known), levels))
    return tuple(found)


def anywhere(
    kind: str, account: str, levels: tuple[str, ...] = LEVELS, partition: str = "aws"
) -> tuple[Ask, ...]:
    """The same for anything of a kind in an account, whatever its region and name."""
    known = {"Partition": partition, "Account": account}
    return tuple(ask for item in types(kind) for ask in _asks(item, item.pattern(known), levels))


def _asks(item: ResourceType, arn: str, levels: tuple[str, ...]) -> Iterator[Ask]:
    for level, actions_of in item.levels.items():
        if level in levels:
            yield from (Ask(level, action, arn, item) for action in actions_of)
