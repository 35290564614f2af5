"""The command line: options in, exit code out. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn, Optional

import typer
from typer.exceptions import TyperException

from scanner import __version__, cli_access
from scanner.cli_options import (
    AsOf,
    Config,
    Engine,
    EngineChoice,
    ExitZero,
    FailOn,
    FailOnOption,
    FailOnUnknown,
    Formats,
    Only,
    OpaCa,
    OpaUrl,
    Out,
    Policies,
    Quiet,
    Resume,
    Timeout,
)
from scanner.errors import EnvsplitError

if TYPE_CHECKING:
    from scanner.model.finding import Judgement
    from scanner.pipeline import Judging

INTERRUPTED = 130

app = typer.Typer(
    name="envsplit",
    help="Prove, or disprove with a witness, that development and production are really kept apart.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Start with `envsplit demo`: an example estate, judged without any credential.",
)
rules_app = typer.Typer(help="The rules: what envsplit decides.", no_args_is_help=True)
app.add_typer(rules_app, name="rules")


def _version(shown: bool) -> None:
    if shown:
        sys.stdout.write(f"envsplit {__version__}\n")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Take the options that stand before a command."""


@app.command(epilog="Example: `envsplit scan -c envsplit.yaml -o out --fail-on high`")
def scan(
    config: Config = Path("envsplit.yaml"),
    out: Out = Path("out"),
    formats: Formats = None,
    engine: Engine = EngineChoice.AUTO,
    opa_url: OpaUrl = None,
    opa_ca: OpaCa = None,
    fail_on: FailOnOption = FailOn.MEDIUM,
    fail_on_unknown: FailOnUnknown = False,
    exit_zero: ExitZero = False,
    only: Only = None,
    as_of: AsOf = "",
    policies: Policies = None,
    timeout: Timeout = 300.0,
    resume: Resume = None,
    quiet: Quiet = False,
) -> None:
    """Collect the live estate, judge it, report: the whole road."""
    from scanner import pipeline

    judging = _judging(engine, opa_url, opa_ca, policies, only, as_of, timeout)
    environment_file = pipeline.environment_file(config)
    rules = pipeline.narrowed(judging)
    _check_formats(formats)
    with _progress(quiet) as progress:
        pipeline.collect(
            environment_file,
            out / pipeline.SNAPSHOT,
            progress,
            rules=rules,
            resume=resume,
            tell=_teller(quiet),
        )
    judgement = pipeline.judge(environment_file, out / pipeline.SNAPSHOT, judging)
    _finish(
        judgement, out, formats, fail_on, fail_on_unknown, exit_zero, quiet, environment_file.coverage.minimum
    )


@app.command(
    epilog="Example: `envsplit collect -c envsplit.yaml -o out`, then `envsplit evaluate out/snapshot`"
)
def collect(
    config: Config = Path("envsplit.yaml"),
    out: Out = Path("out"),
    only: Only = None,
    policies: Policies = None,
    resume: Resume = None,
    quiet: Quiet = False,
) -> None:
    """Collect the live estate into OUT/snapshot, and judge nothing."""
    from scanner import pipeline

    environment_file = pipeline.environment_file(config)
    judging = _judging(EngineChoice.AUTO, None, None, policies, only, "", 300.0)
    rules = pipeline.narrowed(judging)
    with _progress(quiet) as progress:
        pipeline.collect(
            environment_file,
            out / pipeline.SNAPSHOT,
            progress,
            rules=rules,
            resume=resume,
            tell=_teller(quiet),
        )
    if not quiet:
        sys.stdout.write(f"snapshot: {out / pipeline.SNAPSHOT}\n")


@app.command(epilog="Example: `envsplit evaluate out/snapshot -c envsplit.yaml --as-of 2026-12-31T00:00:00Z`")
def evaluate(
    snapshot: Annotated[Path, typer.Argument(help="A snapshot folder, as scan and collect write it.")] = Path(
        "out/snapshot"
    ),
    config: Config = Path("envsplit.yaml"),
    out: Out = Path("out"),
    formats: Formats = None,
    engine: Engine = EngineChoice.AUTO,
    opa_url: OpaUrl = None,
    opa_ca: OpaCa = None,
    fail_on: FailOnOption = FailOn.MEDIUM,
    fail_on_unknown: FailOnUnknown = False,
    exit_zero: ExitZero = False,
    only: Only = None,
    as_of: AsOf = "",
    policies: Policies = None,
    timeout: Timeout = 300.0,
    quiet: Quiet = False,
) -> None:
    """Judge a snapshot, offline."""
    from scanner import pipeline

    environment_file = pipeline.environment_file(config)
    _check_formats(formats)
    judgement = pipeline.judge(
        environment_file, snapshot, _judging(engine, opa_url, opa_ca, policies, only, as_of, timeout)
    )
    _finish(
        judgement, out, formats, fail_on, fail_on_unknown, exit_zero, quiet, environment_file.coverage.minimum
    )


@app.command(
    "import-iam",
    epilog="Example: `aws iam get-account-authorization-details > dev.json; envsplit import-iam dev.json`",
)
def import_iam(
    files: Annotated[list[Path], typer.Argument(help="One file an account, as the AWS CLI prints it.")],
    out: Out = Path("out"),
    quiet: Quiet = False,
) -> None:
    """Make OUT/snapshot of files with identities and policies; all else of their accounts is unknown."""
    from scanner import pipeline

    pipeline.import_details(files, out / pipeline.SNAPSHOT)
    if not quiet:
        sys.stdout.write(f"snapshot: {out / pipeline.SNAPSHOT}\n")


@app.command(epilog="Example: `envsplit demo --out demo-out`")
def demo(
    out: Out = Path("out"),
    formats: Formats = None,
    engine: Engine = EngineChoice.AUTO,
    opa_url: OpaUrl = None,
    opa_ca: OpaCa = None,
    fail_on: FailOnOption = FailOn.MEDIUM,
    fail_on_unknown: FailOnUnknown = False,
    exit_zero: ExitZero = False,
    only: Only = None,
    as_of: AsOf = "",
    policies: Policies = None,
    timeout: Timeout = 300.0,
    quiet: Quiet = False,
) -> None:
    """Judge a bundled example estate; needs no credential and no network."""
    from scanner import pipeline

    folder = pipeline.demo_folder()
    environment_file = pipeline.environment_file(folder / "envsplit.yaml")
    _check_formats(formats)
    judgement = pipeline.judge(
        environment_file,
        folder / "snapshot",
        _judging(engine, opa_url, opa_ca, policies, only, as_of, timeout),
    )
    pipeline.copy_demo(out)
    _finish(
        judgement, out, formats, fail_on, fail_on_unknown, exit_zero, quiet, environment_file.coverage.minimum
    )


@app.command(epilog="Example: `envsplit report out/findings.json --format sarif`")
def report(
    findings: Annotated[Path, typer.Argument(help="A findings.json, as scan and evaluate write it.")] = Path(
        "out/findings.json"
    ),
    out: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--out", "-o", help="Folder for the reports. Default: beside the findings."),
    ] = None,
    formats: Formats = None,
    config: Config = Path("envsplit.yaml"),
    policies: Policies = None,
    quiet: Quiet = False,
) -> None:
    """Show findings again, or write them in other formats."""
    from scanner import pipeline

    _check_formats(formats)
    judgement = pipeline.reread(findings, config, policies)
    if formats:
        pipeline.write_reports(judgement, out or findings.parent, formats)
    if not quiet:
        _show(judgement)


@rules_app.command("list")
def rules_list(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    policies: Policies = None,
) -> None:
    """List the rules, what each reads, and for which providers it is tested."""
    from scanner import pipeline

    listed = pipeline.rules_table(policies)
    if as_json:
        import orjson

        sys.stdout.write(orjson.dumps(listed, option=orjson.OPT_INDENT_2).decode() + "\n")
        return
    from scanner.report.terminal import render_rules

    render_rules(listed, _console())


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="A rule id (ISO-004).")], policies: Policies = None
) -> None:
    """Show one rule: what it decides, why, and how to fix what it finds."""
    from scanner import pipeline
    from scanner.report.terminal import render_rule

    judging = pipeline.Judging(policies=policies, only=(rule.upper(),))
    render_rule(pipeline.catalogue(judging).rules[rule.upper()], _console())


app.command(epilog="Example: `envsplit permissions aws --rules ISO-002,DAT-002 --format terraform`")(
    cli_access.permissions
)
app.command(epilog="Example: `envsplit doctor -c envsplit.yaml --only ISO-002`")(cli_access.doctor)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the environment file, for editors."""
    import orjson

    from scanner.config import json_schema

    sys.stdout.write(orjson.dumps(json_schema(), option=orjson.OPT_INDENT_2).decode() + "\n")


def _judging(
    engine: EngineChoice,
    opa_url: list[str] | None,
    opa_ca: Path | None,
    policies: Path | None,
    only: list[str] | None,
    as_of: str,
    timeout: float,
) -> Judging:
    from scanner import pipeline

    return pipeline.Judging(
        engine=engine.value,
        opa_urls=tuple(opa_url or ()),
        opa_ca=opa_ca,
        policies=policies,
        only=tuple(name.upper() for name in only or ()),
        as_of=pipeline.instant(as_of),
        timeout=timeout,
    )


def _check_formats(formats: list[str] | None) -> None:
    """Refuse an unknown format before any work is done."""
    from scanner.report import format_named

    for name in formats or ():
        format_named(name)


def _console(*, stderr: bool = False) -> Any:
    from rich.console import Console

    class Output(Console):
        """A console whose reader may leave (`| head`): the rest is then not shown."""

        def on_broken_pipe(self) -> None:
            self.quiet = True
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    return Output(stderr=stderr, highlight=False)


def _progress(quiet: bool) -> Any:
    """Progress goes to stderr, so that a summary can be piped."""
    from rich.console import Console

    from scanner.report.terminal import ConsoleProgress

    return ConsoleProgress(Console(quiet=True) if quiet else _console(stderr=True))


def _teller(quiet: bool) -> Callable[[str], None]:
    """Says a line on stderr, so that a summary can be piped."""
    return lambda text: None if quiet else print(f"envsplit: {text}", file=sys.stderr)  # noqa: T201


def _show(judgement: Judgement) -> None:
    from scanner.report.terminal import render

    render(judgement, _console())


def _finish(
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
        _show(judgement)
        _console().print(
            "\nwritten: " + ", ".join(str(path) for path in written), markup=False, soft_wrap=True
        )
    severity = None if fail_on is FailOn.NEVER else Severity(fail_on.value)
    code = exit_code(judgement, severity, fail_on_unknown=fail_on_unknown, minimum_coverage=minimum)
    raise typer.Exit(0 if exit_zero else code)


def _guarded(run: Callable[[], Any]) -> int:
    """Run the program; every error of ours becomes a few plain lines and its exit code."""
    try:
        code = run()
    except EnvsplitError as error:
        _explain(error)
        return error.exit_code
    except TyperException as error:
        error.show()  # type: ignore[attr-defined]  # typer does not say that they are click's
        return int(getattr(error, "exit_code", 2))
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("envsplit: interrupted; nothing half-written was left\n")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of a pipe left: `envsplit demo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the one broad except of the program: no user sees a traceback
        if os.environ.get("ENVSPLIT_DEBUG"):
            raise
        _explain(
            EnvsplitError(
                "this is a mistake in envsplit itself",
                why=f"{type(error).__name__}: {error}",
                hint="run again with ENVSPLIT_DEBUG=1 and report what it prints",
            )
        )
        return EnvsplitError.exit_code
    return code if isinstance(code, int) else 0


def _explain(error: EnvsplitError) -> None:
    """What failed, why, and what to do next, on stderr."""
    sys.stderr.write(f"envsplit: {error.what}\n")
    for label, text in (("why", error.why), ("next", error.hint)):
        if text:
            sys.stderr.write(f"  {label}: " + text.replace("\n", "\n       ") + "\n")


def _on_interrupt(*_: object) -> NoReturn:
    """First Ctrl-C unwinds; the second leaves at once."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    raise KeyboardInterrupt


def main() -> None:
    """Entry point of ``envsplit``."""
    signal.signal(signal.SIGINT, _on_interrupt)
    sys.exit(_guarded(lambda: app(standalone_mode=False)))
