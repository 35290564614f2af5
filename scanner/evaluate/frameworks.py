"""Frameworks: which of their controls our rules answer, one TOML file each.

::

    title = "ISO/IEC 27001:2022, Annex A"
    [controls]
    "A.8.31" = ["ISO-001", "ISO-004"]
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError
from scanner.evaluate.vocabulary import nearest


def read_frameworks(policies: Path, rules: Collection[str]) -> Mapping[str, Mapping[str, Any]]:
    """Framework -> ``{"title": ..., "controls": {control: [rule ids]}}``, from beside the policies.

    Raises `PolicyError` for a file of another shape, or one that names a rule there is not.
    """
    folder = policies.resolve().parent / "frameworks"
    return {path.stem: _read(path, rules) for path in sorted(folder.glob("*.toml"))}


def controls_of(frameworks: Mapping[str, Mapping[str, Any]], rule: str) -> Mapping[str, tuple[str, ...]]:
    """Framework -> the controls that name a rule; frameworks that do not are left out."""
    found = {
        name: tuple(control for control, ids in framework["controls"].items() if rule in ids)
        for name, framework in frameworks.items()
    }
    return {name: controls for name, controls in found.items() if controls}


def _read(path: Path, rules: Collection[str]) -> Mapping[str, Any]:
    name = f"frameworks/{path.name}"
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(f"{name}: cannot be read", why=str(error)) from error
    if set(data) != {"title", "controls"} or not isinstance(data["controls"], dict):
        raise PolicyError(
            f"{name}: not a framework", why=f"has {', '.join(data)}", hint="title and [controls]"
        )
    for control, ids in data["controls"].items():
        if not isinstance(ids, list) or not ids:
            raise PolicyError(f"{name}: {control}", why="not a list of rule ids")
        for rule in ids:
            if rule not in rules:
                near = nearest(str(rule), rules)
                raise PolicyError(
                    f"{name}: {control}", why=f"no rule {rule}", hint=f"did you mean {near}?" if near else ""
                )
    return data
