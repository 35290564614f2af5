"""The environments and what crosses between them, an arrow for each ordered pair."""

from __future__ import annotations

from collections import Counter, defaultdict

from rich.console import Console

from scanner.model.finding import Finding, Judgement
from scanner.model.logic import Verdict
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, heading, line, say, titled

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

_CROSSED = {_OPEN: "crossed"}
"""What a pair is called whose worst crossing is in a state, where that is not the state's own name."""


def crossings(judgement: Judgement, console: Console) -> None:
    """What crosses, worst first, and which pairs are apart; nothing where no rule judged pairs."""
    judged = sorted({row.environment for row in judgement.tallies if "->" in row.environment})
    if not judged:
        return
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for finding in judgement.findings:
        if (pair := _pair(finding)) is not None:
            found[pair][_state(finding)] += 1
    every = sorted({*judged, *found})
    vouched = {
        pair for finding in judgement.findings if (pair := _pair(finding, attested=True))
    } - found.keys()
    apart = [pair for pair in every if pair not in found and pair not in vouched]
    worst = Counter(_worst(states) for states in found.values())
    told = [f"{worst[state]} {_CROSSED.get(state, state)}" for state in _ARROWS if worst[state]]
    told += [f"{len(vouched)} attested"] if vouched else []
    told += [f"{len(apart)} with no undeclared crossing"] if apart else []
    heading(console, "CROSSINGS", lines.TITLE, f"{count(len(every), 'ordered pair')}: {', '.join(told)}")
    width = max(len(name) for pair in every for name in pair.split("->"))
    for pair, states in sorted(found.items(), key=lambda item: _weight(item[1])):
        _arrow(pair, states, console, width)
    for words, style, named in (
        ("attested", lines.ATTESTED, sorted(vouched)),
        ("no undeclared crossing", lines.PASS, apart),
    ):
        if named:
            listed = ", ".join(titled(pair, console) for pair in named)
            say(console, line((words, style), f"  {listed}"), indent=2, hang=4)


def _arrow(pair: str, states: Counter[str], console: Console, width: int) -> None:
    source, _, target = pair.partition("->")
    drawn, plain, style = _ARROWS[_worst(states)]
    told = ", ".join(f"{states[state]} {state}" for state in _ARROWS if states[state])
    arrow = plain if console.options.ascii_only else drawn
    say(
        console, line(f"{source:>{width}} ", (arrow, style), f" {target:<{width}}  ", (told, style)), indent=2
    )


def _worst(states: Counter[str]) -> str:
    return next(state for state in _ARROWS if states[state])


def _pair(finding: Finding, *, attested: bool = False) -> str | None:
    """The pair that a finding is about; those that somebody vouches for are told apart."""
    if (finding.verdict is Verdict.ATTESTED) is not attested:
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
