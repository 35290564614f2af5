"""The commands before a scan: which permissions it needs, and which of them these credentials have."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from scanner import cli_output
from scanner.cli_options import Config, Only, Policies, PolicyForm, Quiet, rule_ids


def permissions(
    provider: Annotated[str, typer.Argument(help="The provider: aws, azure or gcp.")],
    rules: Annotated[
        str, typer.Option("--rules", help="Only what these rules need: ids, with commas. Default: all rules.")
    ] = "",
    form: Annotated[
        PolicyForm, typer.Option("--format", help="json: name -> document. terraform: data sources.")
    ] = PolicyForm.JSON,
    policies: Policies = None,
) -> None:
    """Print the least permissions that collecting needs, ready to be attached to the audit role.

    Of AWS: **envsplit-audit** belongs to the role of *sources.aws.role* in every account,
    **envsplit-organization** to the one of *sources.aws.organization.role* (or your own credentials) in the
    management account or a delegated one, **envsplit-run** to your own credentials, which become the role and
    ask an AWS Config aggregator where there is one. All others are reads, none of them of what is stored: no
    object, secret or parameter value.

    With fewer rules fewer calls are made and fewer permissions needed: pass the same ids to `--only` of
    `scan`. A permission that is missing never makes a pass: what needed it becomes unknown, and says so.
    """
    from scanner import preparation
    from scanner.pipeline import Judging

    only = rule_ids(name.strip() for name in rules.split(",") if name.strip())
    judging = Judging(policies=policies, only=only)
    sys.stdout.write(preparation.permissions(provider, judging, form.value))


def doctor(
    config: Config = Path("envsplit.yaml"),
    only: Only = None,
    policies: Policies = None,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for programs.")] = False,
    quiet: Quiet = False,
) -> None:
    """Before a scan: which calls would be denied with these credentials, and which rules that leaves unknown.

    Every account is entered as a scan enters it. Where `iam:SimulatePrincipalPolicy` is allowed, IAM works
    out what the role may do; else each call is tried once, in one region, for its first page. What IAM
    works out leaves resource policies aside; what is tried says nothing of other regions.

    Exits with 0 if every rule could be decided, 11 if some would be unknown, 3 if no account was reached.
    """
    from scanner import pipeline, preparation
    from scanner.report.terminal import render_checkup

    environment_file = pipeline.environment_file(config)
    judging = pipeline.Judging(policies=policies, only=rule_ids(only))
    with cli_output.progress(quiet or as_json) as progress:
        found = preparation.checkup(environment_file, judging, progress)
    if as_json:
        cli_output.print_json(found)
    elif not quiet:
        render_checkup(found, cli_output.console())
    raise typer.Exit(preparation.exit_code(found))
