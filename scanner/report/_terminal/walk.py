"""A witness in one or two lines: the hops with what makes each, and the snapshot lines that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from rich.console import Console
from rich.text import Text

from scanner.model.finding import Finding, WitnessStep
from scanner.report._terminal import lines
from scanner.report._terminal.lines import line, short

_WHOLE = 6
_ENDS = 3
_CITED = 3


def walked(finding: Finding, console: Console, names: Mapping[str, str]) -> Text:
    """``role/a -(statement Launch; trust Lab)-> role/b``: one hop for what leads the same way.

    The middle of a long way is only counted.
    """
    hops = [
        list(same) for _, same in groupby(finding.witness, key=lambda step: (step.source_id, step.target_id))
    ]
    parts = [hops] if len(hops) <= _WHOLE else [hops[:_ENDS], hops[-_ENDS:]]
    between = f" ... {len(hops) - 2 * _ENDS} more hops ... "
    text = Text()
    for number, part in enumerate(parts):
        text.append(between if number else "", lines.FAINT)
        _walk(text, part, console, names)
    return text


def _walk(
    text: Text, hops: Sequence[Sequence[WitnessStep]], console: Console, names: Mapping[str, str]
) -> None:
    """Append hops; the end of one is the start of the next where they meet."""
    at: str | None = None
    for number, steps in enumerate(hops):
        source, target = steps[0].source_id, steps[0].target_id
        if source != at:
            text.append_text(line("; " if number else ""))
        if source == target:
            text.append_text(line(*(_by(steps) if at is None else [": ", *_by(steps)])))
            continue
        start = "" if source == at else _called(source, names)
        hop, tip = f" {lines.dash(console)}(", f"){lines.arrow(console)} "
        text.append_text(line(start, hop, *_by(steps), tip, _called(target, names)))
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
    more = f" and {len(shown) - _CITED} more files" if len(shown) > _CITED else ""
    return f"seen in {', '.join(shown[:_CITED])}{more}"


def _by(steps: Sequence[WitnessStep]) -> list[str | tuple[str, str]]:
    pieces: list[str | tuple[str, str]] = []
    for number, step in enumerate(steps):
        pieces += ["; "] if number else []
        pieces += (
            [("held: ", lines.PASS)] if step.holds else [("undecided: ", lines.UNKNOWN)] if step.open else []
        )
        pieces.append((step.by, lines.FAINT))
    return pieces
