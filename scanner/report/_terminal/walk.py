"""A witness in one or two lines: the hops with what makes each, and the snapshot lines that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from scanner.model.finding import Finding, WitnessStep
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, line, short

_WHOLE = 6
_ENDS = 3
_CITED = 3


def walked(finding: Finding, console: Console, names: Mapping[str, str]) -> Text:
    """``role/a -(1 statement Launch; 2 trust Lab)-> role/b``: one hop for what leads the same way.

    Where something leads somewhere, steps bear the numbers that messages use. A hop back over an
    earlier one is the way of the answer. The middle of a long way is only counted.
    """
    hops = [
        list(same) for _, same in groupby(finding.witness, key=lambda step: (step.source_id, step.target_id))
    ]
    parts = [hops] if len(hops) <= _WHOLE else [hops[:_ENDS], hops[-_ENDS:]]
    between = f" ... {len(hops) - 2 * _ENDS} more hops ... "
    text = Text()
    for number, part in enumerate(parts):
        text.append(between if number else "", lines.FAINT)
        _walk(text, part, console, names, numbered=len(finding.witness) > 1 and leads(finding))
    return text


def leads(finding: Finding) -> bool:
    """Whether the witness is a way from one thing to another, not only what is recorded of one."""
    return any(step.source_id != step.target_id for step in finding.witness)


def _walk(
    text: Text,
    hops: Sequence[Sequence[WitnessStep]],
    console: Console,
    names: Mapping[str, str],
    *,
    numbered: bool,
) -> None:
    """Append hops; the end of one is the start of the next where they meet."""
    at: str | None = None
    gone: set[tuple[str, str]] = set()
    for number, steps in enumerate(hops):
        source, target = steps[0].source_id, steps[0].target_id
        back = source != target and (target, source) in gone
        if back or source != at:
            text.append_text(line("; " if number else "", "return: " if back else ""))
        by = _by(steps, numbered=numbered)
        if source == target:
            # What is recorded of where the way stands needs no name, nor what no way has led to yet.
            told = [": "] if source == at else [] if at is None else [f"{_called(source, names)}: "]
            text.append_text(line(*told, *by))
            continue
        start = "" if source == at and not back else _called(source, names)
        hop, tip = f" {lines.dash(console)}(", f"){lines.arrow(console)} "
        text.append_text(line(start, hop, *by, tip, _called(target, names)))
        gone.add((source, target))
        at = target


def _called(identity: str, names: Mapping[str, str]) -> str:
    """``prod-vpc [vpc-1]`` where the id alone says nothing, else its readable part."""
    name = names.get(identity)
    return f"{name} [{short(identity).rpartition('/')[2]}]" if name else short(identity)


def cited(finding: Finding) -> str:
    """``parts/aws/111111111111/global/iam.role.jsonl:3,4``: a part once, with its lines."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for step in finding.witness:
        if step.source.line not in found[step.source.part]:
            found[step.source.part].append(step.source.line)
    shown = [f"{part}:{','.join(str(number) for number in sorted(at))}" for part, at in found.items()]
    more = f" and {count(len(shown) - _CITED, 'more file')}" if len(shown) > _CITED else ""
    return f"seen in {', '.join(shown[:_CITED])}{more}"


def _by(steps: Sequence[WitnessStep], *, numbered: bool) -> list[str | tuple[str, str]]:
    pieces: list[str | tuple[str, str]] = []
    for number, step in enumerate(steps):
        pieces += ["; "] if number else []
        pieces += [f"{step.step} "] if numbered else []
        pieces += (
            [("held: ", lines.PASS)] if step.holds else [("undecided: ", lines.UNKNOWN)] if step.open else []
        )
        pieces.append((step.by, lines.FAINT))
    return pieces
