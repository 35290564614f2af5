"""From a file on disk to an `EnvironmentFile`, or to one error that tells every mistake."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path as FilePath

from pydantic import ValidationError

from scanner.config.consistency import inconsistencies
from scanner.config.document import Mark, Node, Path, dotted
from scanner.config.file import EnvironmentFile, Position
from scanner.config.mistakes import SOUGHT, Mistake, refusal
from scanner.config.overlaps import overlaps
from scanner.config.reading import MAX_BYTES, TOO_LARGE, read
from scanner.config.schema import json_schema
from scanner.config.spelling import Spelling
from scanner.config.translation import translated
from scanner.errors import ConfigError

START = "copy examples/envsplit.yaml and put your own accounts in"


def load(path: FilePath) -> EnvironmentFile:
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
    if len(content) > MAX_BYTES:
        raise refusal(str(path), [TOO_LARGE])
    try:
        return parse(content.decode("utf-8-sig"), str(path))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        why = f"line {line} holds bytes that are not UTF-8"
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
    """The content of a tree, or a `ConfigError` with all its mistakes and those found before."""
    content = _valid(root)
    if isinstance(content, ValidationError):
        spelling = Spelling(json_schema())
        root = spelling.mended(root)
        mistakes += [_at(mark, where, told) for where, mark, told in spelling.misspelt]
        content = _valid(root)
    document = root.plain()
    found = [*islice(inconsistencies(document), SOUGHT), *islice(overlaps(document), SOUGHT)]
    if isinstance(content, ValidationError):
        explained = {where for where, _ in found}
        found += [item for item in islice(translated(content, root), SOUGHT) if item[0] not in explained]
    mistakes += [_at(root.find(where)[0], where, told) for where, told in found]
    if mistakes or isinstance(content, ValidationError):
        raise refusal(path, mistakes)
    return content.located(path, _positions(root))


def _valid(root: Node) -> EnvironmentFile | ValidationError:
    try:
        # As JSON, so that strict means what the JSON Schema says: a date is text, "yes" is no boolean.
        return EnvironmentFile.model_validate_json(json.dumps(root.plain()))
    except ValidationError as error:
        return error


def _at(mark: Mark, where: Path, message: str) -> Mistake:
    return Mistake(mark.line, mark.column, dotted(where), message)


def _positions(root: Node) -> dict[str, Position]:
    positions = {dotted(path): (mark.line, mark.column, mark.end) for path, mark in root.marks()}
    flows = root.child("flows")
    for index, flow in enumerate(flows[1].value if flows else ()):
        mark = flow.child("name")[1].mark
        positions[f"flows.{flow.value['name'][1].value}"] = (mark.line, mark.column, mark.end)
        positions.setdefault(f"flows.{index}", (mark.line, mark.column, mark.end))
    return positions
