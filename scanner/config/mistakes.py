"""Mistakes in an environment file: where each is, in which words, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from itertools import islice

from scanner.errors import ConfigError

HINT = "docs/environment-file.md explains every key, examples/envsplit.yaml shows them all"
SOUGHT = 1_000
"""How many mistakes of a kind are looked for: each costs a search for the nearest name."""
SHOWN = 50
"""How many mistakes are listed; a file with more has one cause."""
CONSIDERED = 200
"""Names that a misspelt one is compared with."""
LONGEST_LINE = 400
OFFERED = 20
"""Names offered to choose from."""
LONGEST = 60
"""Characters of the user's text that a message repeats."""


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake at a 1-based line and column, and the dotted key it is about (may be empty)."""

    line: int
    column: int
    key: str
    message: str

    def told(self, path: str) -> str:
        """``envsplit.yaml:12:3 environments.prod.tier: unknown value ...``."""
        about = f"{self.key}: {self.message}" if self.key else self.message
        shown = about if len(about) <= LONGEST_LINE else about[: LONGEST_LINE - 3] + "..."
        # The file's own text must not break lines apart or steer a terminal.
        safe = "".join(one if one.isprintable() else repr(one)[1:-1] for one in shown)
        return f"{path}:{self.line}:{self.column} {safe}"


def refusal(path: str, mistakes: Iterable[Mistake], *, hint: str = HINT) -> ConfigError:
    """One error that tells all mistakes, in the order of the file."""
    found = sorted(set(mistakes))
    count = "a mistake" if len(found) == 1 else f"{len(found)} mistakes"
    lines = [mistake.told(path) for mistake in found[:SHOWN]]
    if len(found) > SHOWN:
        lines.append(f"... and {len(found) - SHOWN} more")
    return ConfigError(f"{path} has {count}", why="\n".join(lines), hint=hint)


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, or ``None`` when nothing is near."""
    by_fold = {name.casefold(): name for name in islice(names, CONSIDERED)}
    close = get_close_matches(word.casefold(), by_fold, n=1, cutoff=0.6)
    return by_fold[close[0]] if close else None


def unknown(what: str, word: str, names: Sequence[str]) -> str:
    """``unknown environment 'prd'; did you mean 'prod'?``, or the list to choose from."""
    meant = nearest(word[:LONGEST], names)
    if meant is not None:
        return f"unknown {what} {shortened(word)}; did you mean '{meant}'?"
    choice = f"; choose one of: {', '.join(names[:OFFERED])}" if names else ""
    return f"unknown {what} {shortened(word)}{choice}"


def shortened(word: str) -> str:
    """``'word'``, cut and made printable, for a message of one line."""
    return repr(word if len(word) <= LONGEST else word[: LONGEST - 3] + "...")
