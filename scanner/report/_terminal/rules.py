"""The rules on a terminal: a table of all, or everything about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from scanner.model.logic import Severity
from scanner.model.rule import Rule
from scanner.report._terminal import lines
from scanner.report._terminal.lines import heading, line, say


def render_rules(listed: Sequence[Mapping[str, Any]], console: Console) -> None:
    """One row a rule: id, severity, providers, title (rows of ``envsplit rules list --json``)."""
    table = Table(box=None, pad_edge=False, header_style=lines.FAINT)
    for column in ("rule", "severity", "providers", "decides"):
        table.add_column(column, overflow="fold")
    for rule in listed:
        severity = Severity(rule["severity"])
        table.add_row(
            line((rule["id"], lines.NAME)),
            line((severity.value, lines.SEVERITIES[severity])),
            line(", ".join(rule["providers"])),
            line(rule["title"]),
        )
    console.print(table)


def render_rule(rule: Rule, console: Console) -> None:
    """What a rule decides, why, how to fix what it finds, and what it reads."""
    heading(console, f"{rule.id}  {rule.title}", lines.TITLE, rule.severity.value)
    say(console, line(" ".join(rule.description.split())), indent=2)
    for title, text in (("why it matters", rule.rationale), ("how to fix", rule.remediation)):
        heading(console, title, lines.NAME)
        say(console, line(" ".join(text.split())), indent=2)
    heading(console, "checks", lines.NAME)
    for check in rule.checks.values():
        say(console, line((f"{rule.id}/{check.name}", lines.NAME), f"  {check.title}"), indent=2, hang=2)
    heading(console, "reads", lines.NAME)
    say(console, line(", ".join(rule.requires)), indent=2)
    if rule.frameworks:
        heading(console, "frameworks", lines.NAME)
        for name, controls in rule.frameworks.items():
            say(console, line(f"{name}: {', '.join(controls)}"), indent=2, hang=2)
    if rule.references:
        heading(console, "references", lines.NAME)
        for reference in rule.references:
            say(console, line(reference), indent=2)
