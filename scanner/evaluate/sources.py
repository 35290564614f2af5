"""A policy directory read into memory: only regular files of the known layout, within limits.

::

    envsplit/envsplit.rego                      the entry point
    lib/<name>/<name>.rego                      package lib.<name>
    rules/<family>/<rule>/<rule>.rego           package rules.<family>.<rule>
    **_test.rego, anything that is not Rego     left alone

Packages are bound to paths, so that no file can define ``system.authz`` or another's rule.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Mapping
from itertools import dropwhile, islice
from pathlib import Path

from scanner.errors import PolicyError
from scanner.evaluate.tokens import names, tokens

ENTRY = "envsplit/envsplit.rego"
MAX_FILES = 2_000
MAX_BYTES = 256 * 1024
MAX_COLUMNS = 1_000
"""One engine refuses longer lines."""
_RULE = re.compile(r"rules/([a-z][a-z0-9_]*)/([a-z][a-z0-9_]*)/\2\.rego")
_LIB = re.compile(r"lib/([a-z][a-z0-9_]*)/[a-z][a-z0-9_]*\.rego")
_HEAD = 64
"""Tokens in which a module says its package."""
_LAYOUT = "a policy directory holds envsplit/, lib/<name>/<name>.rego and rules/<family>/<rule>/<rule>.rego"


def read_sources(directory: Path) -> Mapping[str, str]:
    """The modules of a policy directory: POSIX path relative to it -> text, sorted by path.

    Raises `PolicyError` for anything that is not of the layout, too large, or not UTF-8 text.
    """
    if not directory.is_dir():
        raise PolicyError(
            f"no policy directory at {directory}",
            hint="give the folder that holds envsplit/, lib/ and rules/",
        )
    found: dict[str, str] = {}
    for path in _modules(directory):
        name = path.relative_to(directory).as_posix()
        if len(found) == MAX_FILES:
            raise PolicyError(f"{directory}: more than {MAX_FILES} policy files")
        found[name] = _read(path, name)
        _check_place(name, found[name])
    if ENTRY not in found:
        raise PolicyError(f"{directory}: {ENTRY} is missing", hint=_LAYOUT)
    return dict(sorted(found.items()))


def rule_path(name: str) -> str | None:
    """``iso/assignment`` for ``rules/iso/assignment/assignment.rego``, ``None`` for other files."""
    match = _RULE.fullmatch(name)
    return f"{match[1]}/{match[2]}" if match else None


def _modules(directory: Path) -> Iterator[Path]:
    for folder, folders, files in os.walk(directory, followlinks=False, onerror=_unreadable):
        folders.sort()
        for name in sorted(folders + files):
            path = Path(folder, name)
            if path.is_symlink():
                raise PolicyError(
                    f"{path} is a symbolic link", hint="policies are plain files in one directory"
                )
            if name in {"data.json", "data.yaml", "data.yml"} and name in files:
                raise PolicyError(f"{path}: data files are not read", hint="put constants in a rule of lib/")
        for name in sorted(files):
            if name.endswith(".rego") and not name.endswith("_test.rego"):
                yield Path(folder, name)


def _unreadable(error: OSError) -> None:
    raise PolicyError(f"cannot read {error.filename}", why=str(error.strerror)) from error


def _read(path: Path, name: str) -> str:
    try:
        size = path.lstat()
        if not stat.S_ISREG(size.st_mode):
            raise PolicyError(f"{name} is not a regular file")
        if size.st_size > MAX_BYTES:
            raise PolicyError(f"{name}: {size.st_size} bytes", why=f"a policy file has at most {MAX_BYTES}")
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise PolicyError(f"{name}: not UTF-8 text", why=str(error)) from error
    except OSError as error:
        raise PolicyError(f"cannot read {name}", why=str(error.strerror)) from error
    if text.startswith("\ufeff"):
        raise PolicyError(f"{name}:1: starts with a byte order mark", hint="save it as plain UTF-8")
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > MAX_COLUMNS:
            raise PolicyError(
                f"{name}:{number}: {len(line)} columns", why=f"a line has at most {MAX_COLUMNS}"
            )
    return text


def _check_place(name: str, text: str) -> None:
    """Hold a module's package to its path."""
    if name == ENTRY:
        wanted = "envsplit"
    elif (path := rule_path(name)) is not None:
        wanted = f"rules.{path.replace('/', '.')}"
    elif (lib := _LIB.fullmatch(name)) is not None:
        wanted = f"lib.{lib[1]}"
    else:
        raise PolicyError(f"{name} has no place here", hint=_LAYOUT)
    told = dropwhile(lambda token: token.kind == "newline", tokens(name, text))
    stream = names(islice(told, _HEAD))
    first, second = next(stream, None), next(stream, None)
    package = second.text if first and second and first.text == "package" else ""
    if package != wanted or second is None or second.after != "\n":
        line = f":{first.line}" if first else ""
        raise PolicyError(f"{name}{line}: package is {package or 'missing'}", hint=f"write: package {wanted}")
