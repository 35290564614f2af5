"""What the commands' options are called, and what their help says."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer


class EngineChoice(StrEnum):
    """Which policy engine judges."""

    AUTO = "auto"
    OPA = "opa"
    EMBEDDED = "embedded"


class PolicyForm(StrEnum):
    """How a policy is written."""

    JSON = "json"
    TERRAFORM = "terraform"


class FailOn(StrEnum):
    """The lowest severity of a fail that makes the exit code 10."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    NEVER = "never"


Config = Annotated[Path, typer.Option("--config", "-c", help="The environment file.")]
Out = Annotated[Path, typer.Option("--out", "-o", help="Folder for the snapshot and the reports.")]
Formats = Annotated[
    Optional[list[str]],  # noqa: UP045 (typer reads it at run time)
    typer.Option("--format", "-f", help="Report to write: json, sarif. Repeat for more. Default: both."),
]
Engine = Annotated[
    EngineChoice,
    typer.Option("--engine", help="auto: a real OPA if one is found, else embedded."),
]
OpaUrl = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--opa-url", help="A running OPA (token in ENVSPLIT_OPA_TOKEN), not a private one."),
]
OpaCa = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--opa-ca", help="Certificates to check an https --opa-url against."),
]
FailOnOption = Annotated[FailOn, typer.Option("--fail-on", help="Exit 10 on fails this severe or worse.")]
FailOnUnknown = Annotated[bool, typer.Option("--fail-on-unknown", help="Exit 11 when only unknowns remain.")]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit 0 whatever is found (for uploaders).")]
Only = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option("--only", help="Judge this rule only (ISO-004). Repeat for more."),
]
AsOf = Annotated[
    str,
    typer.Option("--as-of", help="Judge as of this time. Default: when the snapshot ended."),
]
Policies = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option("--policies", help="A policy folder instead of the built-in one."),
]
Resume = Annotated[
    Optional[bool],  # noqa: UP045
    typer.Option(
        "--resume/--no-resume",
        help="Go on from what a killed run left, or start over. Default: go on, if the same was asked for "
        "and it is less than a day old.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show errors only.")]
Timeout = Annotated[
    float, typer.Option("--timeout", min=1.0, help="Seconds the engine may take for one answer.")
]


def rule_ids(names: Iterable[str] | None) -> tuple[str, ...]:
    """The rules that were named, in whatever case, as they are called."""
    return tuple(name.upper() for name in names or ())
