"""METADATA of a rule package: found, parsed as YAML, and held to a schema.

Format: https://www.openpolicyagent.org/docs/policy-language#metadata, scope ``package``; the
fields under ``custom`` are ours (docs/glossary.md). It is read here and never by an engine.
"""

from __future__ import annotations

import difflib
import io
from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from scanner.errors import PolicyError
from scanner.model.logic import Severity
from scanner.model.rule import Applies, Check, Rule

PLACEHOLDERS = ("subject", "name", "environment", "from", "to", "border", "access")
"""What a message may show, besides ``{detail.x}``."""


def _template(text: str) -> str:
    for _, name, spec, conversion in Formatter().parse(text):
        if name is None:
            continue
        detail = name.startswith("detail.") and name.removeprefix("detail.").isidentifier()
        if spec or conversion or not (detail or name in PLACEHOLDERS):
            raise ValueError(f"no placeholder {{{name}}}: valid are {', '.join(PLACEHOLDERS)}, detail.NAME")
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Word = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$")]
Need = Annotated[
    str, StringConstraints(pattern=r"^([a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?|fact:[a-z][a-z0-9_]*)$")
]
Template = Annotated[Text, AfterValidator(_template)]
Tier = Literal["production", "nonproduction", "control"]
MAX_LINES = 400
"""Longest METADATA block, lines."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Reference(_Strict):
    ref: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
    description: Text


class _Check(_Strict):
    title: Text
    fail: Template
    unknown: Template
    kinds: list[Word] = []
    remediation: Text | None = None


class _Applies(_Strict):
    subject: Literal["resource", "pair"]
    kinds: list[Word] = []
    tiers: list[Tier] = []
    where: dict[Word, bool | int | str | None] = {}
    to_tiers: list[Tier] = []

    @model_validator(mode="after")
    def _fits_subject(self) -> _Applies:
        if self.subject == "resource" and (not self.kinds or self.to_tiers):
            raise ValueError("a rule about resources names kinds, and no to_tiers")
        if self.subject == "pair" and (self.kinds or self.tiers or self.where):
            raise ValueError("a rule about pairs takes to_tiers only")
        return self


class _Custom(_Strict):
    id: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}-[0-9]{3}$")]
    severity: Literal["critical", "high", "medium", "low", "info"]
    rationale: Text
    remediation: Text
    requires: Annotated[list[Need], Field(min_length=1)]
    span: Literal["resource", "estate"]
    providers: Annotated[list[Word], Field(min_length=1)]
    applies: _Applies
    checks: Annotated[dict[Word, _Check], Field(min_length=1)]

    @model_validator(mode="after")
    def _fits_span(self) -> _Custom:
        kinds = set(self.applies.kinds)
        needed = {need.partition(".")[0] for need in self.requires if not need.startswith("fact:")}
        if self.span == "resource" and self.applies.subject == "pair":
            raise ValueError("a rule about pairs has span: estate")
        if self.span == "resource" and needed - kinds:
            raise ValueError(
                f"span: resource rules see no {min(needed - kinds)}: it is not among applies.kinds"
            )
        for kind in sorted(kinds):
            for attr in sorted(self.applies.where):
                if f"{kind}.{attr}" not in self.requires:
                    raise ValueError(f"applies.where reads {kind}.{attr}, which requires does not list")
        return self

    @model_validator(mode="after")
    def _checks_fit(self) -> _Custom:
        kinds = set(self.applies.kinds)
        named = {kind for check in self.checks.values() for kind in check.kinds or kinds}
        if named - kinds:
            raise ValueError(f"a check is about {min(named - kinds)}, which is not among applies.kinds")
        if kinds - named:
            raise ValueError(f"no check is about {min(kinds - named)}")
        return self


class _Metadata(_Strict):
    scope: Literal["package"]
    title: Text
    description: Text
    related_resources: Annotated[list[_Reference], Field(min_length=1)]
    custom: _Custom


def read_rule(file: str, path: str, text: str) -> Rule:
    """The rule that a module's METADATA declares; ``path`` is ``family/name``.

    Raises `PolicyError` with file, line, field, and the nearest valid field.
    """
    block, first = _block(file, text)
    yaml = YAML(typ="safe", pure=True)
    try:
        node = yaml.compose(io.StringIO(block))
        data = yaml.constructor.construct_document(node) if node else None
    except MarkedYAMLError as error:
        line = first + (error.problem_mark.line if error.problem_mark else 0)
        raise PolicyError(
            f"{file}:{line}: METADATA is not YAML", why=str(error.problem or error.context)
        ) from error
    except RecursionError as error:
        raise PolicyError(f"{file}:{first}: METADATA is nested too deeply") from error
    try:
        return _rule(path, _Metadata.model_validate(data))
    except ValidationError as error:
        raise _explained(file, first, node, error) from error


def _block(file: str, text: str) -> tuple[str, int]:
    """The YAML of the METADATA block before ``package``, and the line it starts in."""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if line.strip() == "# METADATA":
            break
        if line.strip() and not line.startswith("#"):
            raise PolicyError(
                f"{file}:{number + 1}: no METADATA before this line", hint="see docs/rules/ for its fields"
            )
    else:
        raise PolicyError(f"{file}:1: no METADATA", hint="see docs/rules/ for its fields")
    block = []
    for line in lines[number + 1 :]:
        if not line.startswith("#"):
            break
        block.append(line[1:].removeprefix(" "))
    if len(block) > MAX_LINES:
        raise PolicyError(f"{file}:{number + 1}: METADATA of {len(block)} lines", why=f"at most {MAX_LINES}")
    if not lines[number + 1 + len(block)].startswith("package "):
        raise PolicyError(f"{file}:{number + 2 + len(block)}: package does not follow METADATA directly")
    return "\n".join(block), number + 2


def _rule(path: str, found: _Metadata) -> Rule:
    custom = found.custom
    return Rule(
        path=path,
        id=custom.id,
        title=found.title,
        description=found.description,
        severity=Severity(custom.severity),
        rationale=custom.rationale,
        remediation=custom.remediation,
        requires=tuple(custom.requires),
        span=custom.span,
        providers=tuple(custom.providers),
        applies=Applies(
            subject=custom.applies.subject,
            kinds=tuple(custom.applies.kinds),
            tiers=tuple(custom.applies.tiers),
            where=dict(custom.applies.where),
            to_tiers=tuple(custom.applies.to_tiers),
        ),
        checks={
            name: Check(name, c.title, c.fail, c.unknown, tuple(c.kinds), c.remediation or "")
            for name, c in custom.checks.items()
        },
        references=tuple(reference.ref for reference in found.related_resources),
    )


def _explained(file: str, first: int, node: Node | None, error: ValidationError) -> PolicyError:
    """The first mistake, with its line, its field and the nearest valid field."""
    mistake = error.errors()[0]
    where = tuple(part for part in mistake["loc"] if part != "[key]")
    field = ".".join(str(part) for part in where) or "METADATA"
    hint = ""
    if mistake["type"] == "extra_forbidden":
        near = difflib.get_close_matches(str(where[-1]), _fields(where[:-1]), n=1)
        hint = f"did you mean {near[0]}?" if near else f"valid here: {', '.join(_fields(where[:-1]))}"
    why = mistake["msg"].removeprefix("Value error, ")
    if mistake["type"] in {"extra_forbidden", "missing"}:
        why = "no such field" if mistake["type"] == "extra_forbidden" else "missing"
    return PolicyError(f"{file}:{first + _line(node, where)}: METADATA {field}", why=why, hint=hint)


def _fields(where: Iterable[int | str]) -> list[str]:
    """The names of the fields valid at a place of the schema."""
    model: Any = _Metadata
    inner: Mapping[str, Any] = {
        "custom": _Custom,
        "applies": _Applies,
        "checks": None,
        "related_resources": _Reference,
    }
    for part in where:
        model = inner.get(str(part), model) or _Check
    return list(model.model_fields)


def _line(node: Node | None, where: tuple[int | str, ...]) -> int:
    """The line of the deepest node that exists on a path, 0-based within the block."""
    line = 0
    for part in where:
        if isinstance(node, MappingNode):
            pairs = {key.value: (key, value) for key, value in node.value}
            if str(part) not in pairs:
                break
            key, node = pairs[str(part)]
            line = key.start_mark.line
        elif isinstance(node, SequenceNode) and isinstance(part, int):
            node = node.value[part]
            line = node.start_mark.line
        else:
            break
    return line
