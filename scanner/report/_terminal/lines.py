"""Lines on a console: wrapped with a hanging indent, never cut, free of what names may smuggle in."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from scanner.model.logic import Severity
from scanner.report._untrusted import printable

SEVERITIES = {
    Severity.CRITICAL: "bold white on red",
    Severity.HIGH: "bold red",
    Severity.MEDIUM: "bold yellow",
    Severity.LOW: "cyan",
    Severity.INFO: "dim",
}
FAIL, UNKNOWN, ATTESTED, PASS = "bold red", "bold yellow", "magenta", "green"
TITLE, FAINT, NAME = "bold", "dim", "bold"

_NARROWEST = 24
_ARN_FIELDS = 5


def line(*pieces: str | tuple[str, str]) -> Text:
    """A line of plain and ``(text, style)`` pieces. Nothing in them is read as markup."""
    text = Text()
    for piece in pieces:
        words, style = (piece, "") if isinstance(piece, str) else piece
        text.append(printable(words), style or None)
    return text


def say(console: Console, text: Text, *, indent: int = 0, hang: int = 0) -> None:
    """Print a line; what does not fit goes on below, ``hang`` columns further in.

    A terminal gets long ids folded at its edge. A file or pipe gets them whole, to be searched for.
    """
    width = max(_NARROWEST, console.width - indent - hang)
    rows = text.wrap(console, width, overflow="fold") if console.is_terminal else _by_words(text, width)
    for number, row in enumerate(rows):
        row.rstrip()
        padded = Text(" " * (indent + (hang if number else 0))).append_text(row)
        console.print(padded, no_wrap=True, overflow="ignore", crop=False, highlight=False)


def _by_words(text: Text, width: int) -> Iterable[Text]:
    """Rows of whole words: a word longer than a row has a row that is too long."""
    breaks, used = [], 0
    for word in re.finditer(r"\S+\s*", text.plain):
        if used and used + cell_len(word[0].rstrip()) > width:
            breaks.append(word.start())
            used = 0
        used += cell_len(word[0])
    return text.divide(breaks)


def arrow(console: Console) -> str:
    """An arrow that the console's encoding has."""
    return "->" if console.options.ascii_only else "\N{RIGHTWARDS ARROW}"


def dash(console: Console) -> str:
    """A dash that the console's encoding has."""
    return "-" if console.options.ascii_only else "\N{BOX DRAWINGS LIGHT HORIZONTAL}"


def heading(console: Console, words: str, style: str, *note: str | tuple[str, str]) -> None:
    """The title of a section after an empty line, with a note behind it."""
    console.print()
    say(console, line((words, style), *(["  ", *note] if note else [])), hang=2)


def count(number: int, one: str, many: str = "") -> str:
    """``1 account``, ``2 accounts``."""
    return f"{number} {one if number == 1 else many or one + 's'}"


def short(identity: str) -> str:
    """The part of an ARN that a person reads: ``role/prod-etl``, a bucket's name; other ids as they are."""
    parts = identity.split(":", _ARN_FIELDS)
    return parts[-1] if parts[0] == "arn" and len(parts) > _ARN_FIELDS else identity


def titled(name: str, console: Console) -> str:
    """``dev -> prod``."""
    return name.replace("->", f" {arrow(console)} ").replace("service:", "service ")
