"""The rules themselves: a list of them, and one with all that its metadata says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rich.console import Console

from scanner.model.logic import Severity
from scanner.model.rule import Rule
from scanner.report._terminal import lines
from scanner.report._terminal.lines import heading, line, say

_ID, _SEVERITY = 9, 10
_NARROWEST = 24


def render_rules(rules: Iterable[Mapping[str, Any]], console: Console) -> None:
    """A line for each row of ``rules list``: id, severity, the providers that feed it, title."""
    rows = list(rules)
    fed = max((len(", ".join(row["providers"])) for row in rows), default=0) + 2
    for row in rows:
        severity = Severity(row["severity"])
        head = line((f"{row['id']:<{_ID}}", lines.NAME), (f"{severity:<{_SEVERITY}}", _style(severity)))
        head.append_text(line((f"{', '.join(row['providers']):<{fed}}", lines.FAINT)))
        beside = max(_NARROWEST, console.width - head.cell_len)
        for words in line(row["title"]).wrap(console, beside):
            words.rstrip()
            say(console, head.append_text(words))
            head = line(" " * (_ID + _SEVERITY + fed))


def render_rule(rule: Rule, console: Console) -> None:
    """Title, checks, why it matters, what to do, what it reads, where it comes from."""
    label = (rule.severity.value.upper(), lines.SEVERITIES[rule.severity])
    say(console, line((rule.id, lines.NAME), "  ", label, "  ", (rule.title, lines.TITLE)), hang=2)
    console.print()
    say(console, line(_flat(rule.description)), indent=2)
    heading(console, "CHECKS", lines.TITLE)
    for name, check in rule.checks.items():
        say(console, line((f"{rule.id}/{name}", lines.NAME), f"  {check.title}"), indent=2, hang=4)
    controls = [f"{framework} {', '.join(named)}" for framework, named in rule.frameworks.items()]
    for title, text in (
        ("WHY IT MATTERS", _flat(rule.rationale)),
        ("WHAT TO DO", _flat(rule.remediation)),
        ("READS", ", ".join(rule.requires)),
        ("FRAMEWORKS", "; ".join(controls)),
    ):
        if text:
            heading(console, title, lines.TITLE)
            say(console, line(text), indent=2)
    if rule.references:
        heading(console, "READ ON", lines.TITLE)
    for reference in rule.references:
        say(console, line(reference), indent=2)


def _style(severity: Severity) -> str:
    """In a column only words are coloured, not the blanks behind them."""
    return lines.SEVERITIES[severity].partition(" on ")[0]


def _flat(text: str) -> str:
    return " ".join(text.split())
