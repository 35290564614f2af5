"""How commands speak: summaries on stdout, all else on stderr, reports in files, and an exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

import typer

from scanner.cli_options import FailOn

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console

    from scanner.model.finding import Judgement
    from scanner.report.terminal import ConsoleProgress


def check_formats(formats: list[str] | None) -> None:
    """Refuse an unknown format before any work is done."""
    from scanner.report import format_named

    for name in formats or ():
        format_named(name)


def print_json(value: Any) -> None:
    """For programs: JSON on stdout."""
    import orjson

    sys.stdout.write(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode() + "\n")


def console(*, stderr: bool = False) -> Console:
    """A console for words, on stdout or stderr."""
    from rich.console import Console

    class Output(Console):
        """A console whose reader may leave (`| head`): the rest is then not shown."""

        def on_broken_pipe(self) -> None:
            """Send what is left nowhere, and end as if all had been read."""
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return Output(stderr=stderr, highlight=False)


def progress(quiet: bool) -> ConsoleProgress:
    """A progress on stderr, so that a summary can be piped."""
    from rich.console import Console

    from scanner.report.terminal import ConsoleProgress

    return ConsoleProgress(Console(quiet=True) if quiet else console(stderr=True))


def teller(quiet: bool) -> Callable[[str], None]:
    """Says a line on stderr, so that a summary can be piped."""
    return lambda text: None if quiet else print(f"envsplit: {text}", file=sys.stderr)  # noqa: T201


def show(judgement: Judgement) -> None:
    """The summary on stdout."""
    from scanner.report.terminal import render

    render(judgement, console())


def finish(
    judgement: Judgement,
    out: Path,
    formats: list[str] | None,
    fail_on: FailOn,
    fail_on_unknown: bool,
    exit_zero: bool,
    quiet: bool,
    minimum: int,
) -> NoReturn:
    """Write the reports, show the summary, and leave with the right exit code."""
    from scanner import pipeline
    from scanner.findings.exit import exit_code
    from scanner.model.logic import Severity

    written = pipeline.write_reports(judgement, out, formats or pipeline.DEFAULT_FORMATS)
    if not quiet:
        show(judgement)
        console().print(
            "\nwritten: " + ", ".join(str(path) for path in written), markup=False, soft_wrap=True
        )
    severity = None if fail_on is FailOn.NEVER else Severity(fail_on.value)
    code = exit_code(judgement, severity, fail_on_unknown=fail_on_unknown, minimum_coverage=minimum)
    raise typer.Exit(0 if exit_zero else code)
