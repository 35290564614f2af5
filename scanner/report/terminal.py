"""The summary on a terminal: worst first, each fail with its witness, blind spots as loud as fails."""

from __future__ import annotations

from rich.console import Console

from scanner.model.finding import Judgement
from scanner.report._terminal import groups, overview, pairs, undecided
from scanner.report._terminal.checkup import render_checkup
from scanner.report._terminal.lines import say
from scanner.report._terminal.progress import ConsoleProgress
from scanner.report._terminal.rules import render_rule, render_rules

__all__ = ["ConsoleProgress", "render", "render_checkup", "render_rule", "render_rules", "LIMIT"]

LIMIT = 5
"""How many findings of one control in one environment are shown; the others are counted."""


def render(judgement: Judgement, console: Console, *, limit: int = LIMIT) -> None:
    """Print the judgement. Words say everything that colour does, so it reads without any.

    On a terminal long ids fold at its width; in a pipe or file they stay whole. Names are shown
    without control characters and never read as markup.
    """
    overview.opening(judgement, console)
    overview.coverage(judgement, console)
    pairs.crossings(judgement, console)
    overview.controls(judgement, console)
    overview.grants(judgement, console)
    groups.fails(judgement, console, limit=limit)
    undecided.unknowns(judgement, console, limit=limit)
    undecided.attested(judgement, console)
    console.print()
    say(console, overview.counts(judgement), indent=2)
