"""A witness in one or two lines: the hops with what makes each, and the snapshot lines that show it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from scanner.model.finding import Finding, WitnessStep
from scanner.report._terminal import lines
from scanner.report._terminal.lines import line, short

_WHOLE = 4
_ENDS = 2
_CITED = 3


def walked(finding: Finding, console: Console) -> Text:
    """``role/a -(statement Launch)-> role/b``; the middle of a long way only counted."""
    steps = finding.witness
    text = Text()
    at: str | None = None
    shown: Sequence[WitnessStep | int] = steps
    if len(steps) > _WHOLE:
        shown = [*steps[:_ENDS], len(steps) - 2 * _ENDS, *steps[-_ENDS:]]
    for step in shown:
        if isinstance(step, int):
            text.append(f" ... {step} more steps ...", lines.FAINT)
            at = None
            continue
        if step.source_id == step.target_id:
            text.append_text(line("; " if text else "", *_by(step)))
            continue
        if step.source_id != at:
            text.append_text(line(("; " if at else " " if text else "") + short(step.source_id)))
        head, tail = f" {lines.dash(console)}(", f"){lines.arrow(console)} "
        text.append_text(line(head, *_by(step), tail, short(step.target_id)))
        at = step.target_id
    return text


def cited(finding: Finding) -> str:
    """``parts/aws/111111111111/global/iam.role.jsonl:3,4``: a part once, with its lines."""
    found: defaultdict[str, list[int]] = defaultdict(list)
    for step in finding.witness:
        if step.source.line not in found[step.source.part]:
            found[step.source.part].append(step.source.line)
    shown = [f"{part}:{','.join(str(number) for number in sorted(at))}" for part, at in found.items()]
    more = f" and {len(shown) - _CITED} more files" if len(shown) > _CITED else ""
    return f"seen in {', '.join(shown[:_CITED])}{more}"


def _by(step: WitnessStep) -> list[str | tuple[str, str]]:
    if step.holds:
        return [("held by ", lines.PASS), (step.by, lines.FAINT)]
    if step.open:
        return [("undecided: ", lines.UNKNOWN), (step.by, lines.FAINT)]
    return [(step.by, lines.FAINT)]
