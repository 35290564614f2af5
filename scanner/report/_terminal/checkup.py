"""What would be missing in a scan: a table of accounts, then what to allow in which of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from scanner.model.finding import Missing
from scanner.report._advice import advice
from scanner.report._terminal import lines
from scanner.report._terminal.lines import heading, line, say

_METHODS = {"simulated": "worked out from policies", "probed": "tried", "none": ""}


def render_checkup(found: Mapping[str, Any], console: Console) -> None:
    """Print an examination; ``found`` is the published shape of ``envsplit doctor --json``."""
    table = Table(box=None, pad_edge=False, header_style=lines.TITLE)
    for title in ("SCOPE", "REACHED", "HOW", "MISSING", "UNTESTED", "REGIONS TRIED"):
        table.add_column(title, overflow="fold")
    for scope in found["scopes"]:
        reached = line(("yes", lines.PASS) if scope["reached"] else ("no", lines.FAIL))
        name = scope["scope"] if scope["what"] == "account" else f"{scope['scope']} ({scope['what']})"
        missing = str(len(scope["missing"])) if scope["reached"] else "all"
        how = _METHODS[scope["method"]]
        counts = (str(len(scope[what])) for what in ("untested", "regions"))
        table.add_row(line(name), reached, how, missing, *counts)
    console.print(table)
    _missing(found, console)
    _rules(found, console)


def _missing(found: Mapping[str, Any], console: Console) -> None:
    """Each thing to do once, with where, and the rules that wait for it."""
    where: dict[str, list[str]] = defaultdict(list)
    waiting: dict[str, set[str]] = defaultdict(set)
    for scope in found["scopes"]:
        for gap in scope["missing"]:
            missing = Missing(gap["call"], gap["permission"], scope["scope"], gap["reason"], gap["detail"])
            todo = advice(missing)
            where[todo].append(f"{scope['scope'].rpartition('/')[0]}/{gap['region']}")
            waiting[todo].update(gap["rules"])
    if where:
        heading(console, "WHAT TO DO", lines.TITLE)
    for todo in sorted(where):
        places = sorted(set(where[todo]))
        rules = f": {', '.join(sorted(waiting[todo]))}" if waiting[todo] else ""
        say(console, line((todo, lines.NAME), f" in {', '.join(places)}{rules}"), indent=2, hang=4)


def _rules(found: Mapping[str, Any], console: Console) -> None:
    console.print()
    if not found["rules"]:
        say(console, line(("every rule can be decided", lines.PASS)))
        return
    names = ", ".join(found["rules"])
    say(console, line(("would be unknown", lines.UNKNOWN), f": {names}"), hang=2)
    for provider in sorted({scope["scope"].partition("/")[0] for scope in found["scopes"]}):
        say(console, line(f"the least permissions: envsplit permissions {provider}"), indent=2)
