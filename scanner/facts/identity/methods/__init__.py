"""Ways to work as a role through a service: one table per service, read from ``<service>.toml``.

A table names, in ``service``, whom the role must trust, and in ``workload`` the types of workloads that
run as it. ``[[new]]`` are ways by ``iam:PassRole`` and what ``needs`` says besides; ``[[existing]]`` ways
into something that has the role already, where no role is passed. ``needs`` is a list of lists: of each
one action is enough. ``profile``: the role must be in an instance profile. ``otherwise`` says on what no
snapshot decides it depends, unless the role itself may do ``role_may``. A new service is a new file.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Method:
    """One way; ``needs`` are lower-case actions, of each inner tuple one is enough."""

    service: str
    title: str
    needs: tuple[tuple[str, ...], ...]
    passes: bool
    workloads: tuple[str, ...] = ()
    profile: bool = False
    otherwise: str = ""
    role_may: str = ""


@cache
def methods() -> tuple[Method, ...]:
    """Every way of every table, by file and place in it."""
    found: list[Method] = []
    for path in sorted(Path(__file__).parent.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [_method(table, entry, passes=True) for entry in table.get("new", ())]
        found += [_method(table, entry, passes=False) for entry in table.get("existing", ())]
    return tuple(found)


def _method(table: dict[str, Any], entry: dict[str, Any], *, passes: bool) -> Method:
    return Method(
        table["service"],
        entry["title"],
        tuple(tuple(action.lower() for action in either) for either in entry["needs"]),
        passes,
        tuple(entry.get("workload", table.get("workload", ()))),
        entry.get("profile", False),
        entry.get("otherwise", ""),
        entry.get("role_may", "").lower(),
    )


@cache
def services() -> frozenset[str]:
    """The services that the tables know."""
    return frozenset(method.service for method in methods())
