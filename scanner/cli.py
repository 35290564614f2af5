"""The command line: options in, exit code out. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from scanner import __version__, cli_access, cli_output
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
    rule_ids,
)
from scanner.cli_running import guarded, on_interrupt

if TYPE_CHECKING:
    from scanner.config import EnvironmentFile
    from scanner.pipeline import Judging

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
    cli_output.check_formats(formats)
    snapshot = _collected(environment_file, out, judging, resume, quiet)
    judgement = pipeline.judge(environment_file, snapshot, judging)
    cli_output.finish(
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
    judging = pipeline.Judging(policies=policies, only=rule_ids(only))
    snapshot = _collected(environment_file, out, judging, resume, quiet)
    if not quiet:
        sys.stdout.write(f"snapshot: {snapshot}\n")


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
    cli_output.check_formats(formats)
    judgement = pipeline.judge(
        environment_file, snapshot, _judging(engine, opa_url, opa_ca, policies, only, as_of, timeout)
    )
    cli_output.finish(
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

    snapshot = out / pipeline.SNAPSHOT
    pipeline.import_details(files, snapshot)
    if not quiet:
        sys.stdout.write(f"snapshot: {snapshot}\n")


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
    cli_output.check_formats(formats)
    judgement = pipeline.judge(
        environment_file,
        folder / "snapshot",
        _judging(engine, opa_url, opa_ca, policies, only, as_of, timeout),
    )
    pipeline.copy_demo(out)
    cli_output.finish(
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

    cli_output.check_formats(formats)
    judgement = pipeline.reread(findings, config, policies)
    if formats:
        pipeline.write_reports(judgement, out or findings.parent, formats)
    if not quiet:
        cli_output.show(judgement)


@rules_app.command("list")
def rules_list(
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    policies: Policies = None,
) -> None:
    """List the rules, what each reads, and for which providers it is tested."""
    from scanner import pipeline

    listed = pipeline.rules_table(policies)
    if as_json:
        cli_output.print_json(listed)
        return
    from scanner.report.terminal import render_rules

    render_rules(listed, cli_output.console())


@rules_app.command("show")
def rules_show(
    rule: Annotated[str, typer.Argument(help="A rule id (ISO-004).")], policies: Policies = None
) -> None:
    """Show one rule: what it decides, why, and how to fix what it finds."""
    from scanner import pipeline
    from scanner.report.terminal import render_rule

    (name,) = rule_ids([rule])
    judging = pipeline.Judging(policies=policies, only=(name,))
    render_rule(pipeline.catalogue(judging).rules[name], cli_output.console())


app.command(epilog="Example: `envsplit permissions aws --rules ISO-002,DAT-002 --format terraform`")(
    cli_access.permissions
)
app.command(epilog="Example: `envsplit doctor -c envsplit.yaml --only ISO-002`")(cli_access.doctor)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the environment file, for editors."""
    from scanner.config import json_schema

    cli_output.print_json(json_schema())


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
        only=rule_ids(only),
        as_of=pipeline.instant(as_of),
        timeout=timeout,
    )


def _collected(
    environment_file: EnvironmentFile, out: Path, judging: Judging, resume: bool | None, quiet: bool
) -> Path:
    """Collect what the rules need into OUT/snapshot, and tell where that is."""
    from scanner import pipeline

    rules, snapshot = pipeline.narrowed(judging), out / pipeline.SNAPSHOT
    with cli_output.progress(quiet) as progress:
        tell = cli_output.teller(quiet)
        pipeline.collect(environment_file, snapshot, progress, rules=rules, resume=resume, tell=tell)
    return snapshot


def main() -> None:
    """Entry point of ``envsplit``."""
    signal.signal(signal.SIGINT, on_interrupt)
    sys.exit(guarded(lambda: app(standalone_mode=False)))
