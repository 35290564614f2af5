"""The environments and what crosses between them, an arrow for each ordered pair."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console

from scanner.model.finding import Finding, Judgement
from scanner.model.logic import Verdict
from scanner.report._terminal import lines
from scanner.report._terminal.lines import heading, line, say, titled

_OPEN, _LATENT, _UNDECIDED = "open", "latent", "undecided"
_ARROWS = {
    # state: (drawn, in ASCII, style)
    _OPEN: (
        "\N{BOX DRAWINGS HEAVY HORIZONTAL}" * 5 + "\N{BLACK RIGHT-POINTING TRIANGLE}",
        "=====>",
        lines.FAIL,
    ),
    _UNDECIDED: (
        "?\N{BOX DRAWINGS LIGHT HORIZONTAL}" * 2 + "?" + "\N{BLACK RIGHT-POINTING TRIANGLE}",
        "?-?-?>",
        lines.UNKNOWN,
    ),
    _LATENT: (
        "\N{BOX DRAWINGS LIGHT TRIPLE DASH HORIZONTAL}" * 5 + "\N{BLACK RIGHT-POINTING TRIANGLE}",
        "- - ->",
        lines.FAINT,
    ),
}


def crossings(judgement: Judgement, console: Console) -> None:
    """What crosses, worst first, and which pairs are apart; nothing where no rule judged pairs."""
    judged = sorted({row.environment for row in judgement.tallies if "->" in row.environment})
    if not judged:
        return
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for finding in judgement.findings:
        if (pair := _pair(finding)) is not None:
            found[pair][_state(finding)] += 1
    apart = [pair for pair in judged if pair not in found]
    heading(
        console,
        "CROSSINGS",
        lines.TITLE,
        f"{len(found)} of {len(judged)} ordered pairs of environments are not apart",
    )
    width = max(len(name) for pair in judged for name in pair.split("->"))
    for pair, states in sorted(found.items(), key=lambda item: _weight(item[1])):
        _arrow(pair, states, console, width)
    if apart:
        told = ", ".join(titled(pair, console) for pair in apart)
        say(console, line(("no undeclared crossing", lines.PASS), f"  {told}"), indent=2, hang=4)


def _arrow(pair: str, states: Counter[str], console: Console, width: int) -> None:
    source, _, target = pair.partition("->")
    worst = next(state for state in _ARROWS if states[state])
    drawn, plain, style = _ARROWS[worst]
    told = ", ".join(f"{states[state]} {state}" for state in _ARROWS if states[state])
    arrow = plain if console.options.ascii_only else drawn
    say(
        console, line(f"{source:>{width}} ", (arrow, style), f" {target:<{width}}  ", (told, style)), indent=2
    )


def _pair(finding: Finding) -> str | None:
    if finding.verdict is Verdict.ATTESTED:
        return None
    if finding.crossing is not None:
        return f"{finding.crossing.source}->{finding.crossing.target}"
    return finding.subject.id if finding.subject.type == "pair" else None


def _state(finding: Finding) -> str:
    if finding.verdict is Verdict.UNKNOWN:
        return _UNDECIDED
    return _LATENT if finding.latent else _OPEN


def _weight(states: Counter[str]) -> tuple[int, ...]:
    return tuple(-states[state] for state in _ARROWS)
