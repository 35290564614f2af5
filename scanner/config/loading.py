"""From a file on disk to an `EnvironmentFile`, or to one error that tells every mistake."""

from __future__ import annotations

import json
from pathlib import Path

from pydantic import ValidationError

from scanner.config.consistency import inconsistencies
from scanner.config.document import Node, dotted
from scanner.config.file import EnvironmentFile, Position
from scanner.config.mistakes import Mistake, refusal
from scanner.config.overlaps import overlaps
from scanner.config.reading import MAX_BYTES, read
from scanner.config.schema import json_schema
from scanner.config.translation import translated
from scanner.errors import ConfigError

START = "copy examples/envsplit.yaml and put your own accounts in"


def load(path: Path) -> EnvironmentFile:
    """Read an environment file. Raises `ConfigError`, also when there is no such file."""
    try:
        with path.open("rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise ConfigError(f"there is no environment file {path}", hint=START) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ConfigError(
            f"cannot read {path}", why=reason, hint="check the path and its permissions"
        ) from error
    try:
        return parse(
            content[:MAX_BYTES].decode("utf-8-sig") if len(content) <= MAX_BYTES else "\0" * len(content),
            str(path),
        )
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"line {line} holds bytes that are no UTF-8"
        raise ConfigError(f"{path} is not UTF-8", why=why, hint="save it as UTF-8") from error


def parse(text: str, path: str) -> EnvironmentFile:
    """The environment file in ``text``; ``path`` names it in messages. Raises `ConfigError`."""
    root, mistakes = read(text.removeprefix("\ufeff"))
    if root is None and mistakes:
        raise refusal(path, mistakes)
    if root is None or (root.text is not None and root.value is None):
        raise ConfigError(f"{path} is empty", hint=START)
    if not isinstance(root.value, dict):
        top = Mistake(
            root.mark.line, root.mark.column, "", "must be a mapping (version: 1, environments: ...)"
        )
        raise refusal(path, [*mistakes, top], hint=START)
    return _checked(root, mistakes, path)


def _checked(root: Node, mistakes: list[Mistake], path: str) -> EnvironmentFile:
    document, content = root.plain(), None
    found = [*inconsistencies(document), *overlaps(document)]
    try:
        content = EnvironmentFile.model_validate_json(json.dumps(document))
    except ValidationError as error:
        told = {where for where, _ in found}
        found += [item for item in translated(error, root, json_schema()) if item[0] not in told]
    for where, message in found:
        mark, _ = root.find(where)
        mistakes.append(Mistake(mark.line, mark.column, dotted(where), message))
    if content is None or mistakes:
        raise refusal(path, mistakes)
    return content.located(path, _positions(root))


def _positions(root: Node) -> dict[str, Position]:
    positions = {dotted(path): (mark.line, mark.column, mark.end) for path, mark in root.marks()}
    flows = root.child("flows")
    for index, flow in enumerate(flows[1].value if flows else ()):
        mark = flow.child("name")[1].mark
        positions[f"flows.{flow.value['name'][1].value}"] = (mark.line, mark.column, mark.end)
        positions.setdefault(f"flows.{index}", (mark.line, mark.column, mark.end))
    return positions
