"""Which built-in functions rules may use: those probed equal in both engines, and no other.

``builtins.json`` lists them with the versions they were probed in (tests/contracts/test_builtins.py
probes again), and every other function those versions have, some with the reason they are refused.
OPA's server has no flag for capabilities, and the embedded engine notices an unknown function only
when a rule reaches it: hence this check of the text, before any engine sees it.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scanner.errors import PolicyError
from scanner.evaluate.tokens import KEYWORDS, Name, computed_calls, names, tokens

_OPERATORS = frozenset(":=!<>+-*/%|&,.;([{")
_ENDS = frozenset({"default", "true", "false", "null"})
_EMPTY_SET = "set"
"""``set()`` is a literal, and no call."""
_ROOTS = frozenset({"data", "input"})


@cache
def _listed() -> Mapping[str, Any]:
    text = (Path(__file__).parent / "builtins.json").read_text("utf-8")
    return json.loads(text)  # type: ignore[no-any-return]


def allowed() -> frozenset[str]:
    """Functions that give equal answers in both engines."""
    return frozenset(_listed()["allowed"])


def known() -> frozenset[str]:
    """Every built-in function of the versions that were probed."""
    return allowed() | frozenset(_listed()["refused"]) | frozenset(_listed()["others"])


def check(sources: Mapping[str, str]) -> None:
    """Refuse modules that call anything but listed built-ins and functions of their own.

    ``sources``: path -> text of every module. Raises `PolicyError` with file and line.
    """
    read = {path: list(tokens(path, text)) for path, text in sources.items()}
    found = {path: list(names(module)) for path, module in read.items()}
    functions: dict[str, set[str]] = {}
    for module in found.values():
        functions.setdefault(_package(module), set()).update(_heads(module))
    for path, module in found.items():
        for token in computed_calls(read[path]):
            raise PolicyError(
                f"{path}:{token.line}: the function called here is not named",
                hint="write the function's name out, without brackets",
            )
        _check_module(path, module, functions[_package(module)])


def _check_module(path: str, module: list[Name], own: set[str]) -> None:
    aliases = _aliases(module)
    for name in module:
        at = f"{path}:{name.line}"
        if name.text == "with":
            raise PolicyError(
                f"{at}: rules do not use `with`", hint="it can stand in for a function; tests may"
            )
        root = name.text.partition(".")[0]
        if name.called and root not in _ROOTS and root not in aliases and name.text not in own:
            _check_call(at, name.text)
    reserved = known() | {name.partition(".")[0] for name in known()}
    for shadow in sorted({name.partition(".")[0] for name in own | aliases} & reserved):
        raise PolicyError(f"{path}: {shadow!r} has the name of a built-in function", hint="rename it")


def _check_call(at: str, name: str) -> None:
    if name in allowed() or name == _EMPTY_SET:
        return
    if name not in known():
        near = difflib.get_close_matches(name, allowed(), n=1)
        raise PolicyError(
            f"{at}: there is no function {name}", hint=f"did you mean {near[0]}?" if near else ""
        )
    raise PolicyError(
        f"{at}: {name} is not allowed in rules",
        why=_listed()["refused"].get(name, "it was not shown to give equal answers in both engines"),
        hint="scanner/evaluate/builtins.json lists the functions that are",
    )


def _package(module: list[Name]) -> str:
    """The package a module declares, ``""`` if it declares none first."""
    return module[1].text if len(module) > 1 and module[0].text == "package" else ""


def _heads(module: list[Name]) -> set[str]:
    """Functions that a module defines: a call at the start of a line that continues nothing."""
    return {
        name.text
        for name in module
        if name.called and not _continues(name.before) and (name.column == 1 or name.before == "default")
    }


def _aliases(module: list[Name]) -> set[str]:
    """Names that imports bring in."""
    found = set()
    for index, name in enumerate(module):
        if name.text != "import" or index + 1 >= len(module):
            continue
        target = module[index + 1]
        renamed = module[index + 3].text if target.after == "as" and index + 3 < len(module) else ""
        found.add(renamed or target.text.rpartition(".")[2])
    return found - {"v1"}


def _continues(before: str) -> bool:
    """Whether what follows this token belongs to the same expression."""
    return before in KEYWORDS - _ENDS or before[:1] in _OPERATORS
