"""Rules that read what is declared, or say that it is not, name keys that the environment file has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from scanner.config.environments import EnvironmentDeclaration

RULES = Path(__file__).parents[2] / "policies" / "rego" / "rules"
CALL = re.compile(r"(?:verdict\.undeclared(?:_in)?|declared\.at)\([^\n]*?\"([^\"]+)\"\)")


def keys(model: type[BaseModel], above: str = "") -> Iterator[str]:
    for name, field in model.model_fields.items():
        yield above + name
        inner: Any = field.annotation
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            yield from keys(inner, f"{above}{name}.")


def test_keys_that_rules_call_undeclared_can_be_declared() -> None:
    known = set(keys(EnvironmentDeclaration))
    assert "keys.readers" in known
    named = {
        (path.name, key) for path in RULES.rglob("*.rego") for key in CALL.findall(path.read_text("utf-8"))
    }
    assert {("readers.rego", "keys.readers"), ("publishers.rego", "images.publishers")} <= named
    assert {(file, key) for file, key in named if key not in known} == set()
