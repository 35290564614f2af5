"""Reading environment files: ``python tests/bench/environment_file.py [ACCOUNTS]`` (3,000 by default).

A file of so many accounts on as many lines, the same with everything on one line, and a tenth of both. Where
columns are counted in UTF-16 units, one long line costs no more than many short ones only if none is counted
from the start each time.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "bench")]

from growth import grow  # noqa: E402

from scanner.config import parse  # noqa: E402
from scanner.config.reading import read  # noqa: E402


def lines(size: int) -> str:
    """An environment file, account by account on lines of their own."""
    accounts = "\n".join(f'          - "{number:012}"' for number in range(1, size + 1))
    return f"""version: 1
environments:
  dev:
    tier: nonproduction
    match:
      aws:
        accounts:
{accounts}
  prod:
    tier: production
    match: {{aws: {{accounts: ["000000000000"]}}}}
"""


def one_line(size: int) -> str:
    """A mapping of characters outside the basic plane on one line."""
    return "{" + ", ".join(f"k{number}: 😀" for number in range(size)) + "}"


def short_lines(size: int) -> str:
    """The same on lines of their own."""
    return "".join(f"k{number}: 😀\n" for number in range(size))


def load(text: str) -> str:
    """Parse and check a file."""
    return f"{len(parse(text, 'e.yaml').environments)} environments, {len(text):,} characters"


def scan(text: str) -> str:
    """Read a document with its positions."""
    root, mistakes = read(text)
    return f"{'read' if root is not None and not mistakes else 'refused'}, {len(text):,} characters"


if __name__ == "__main__":
    accounts = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    grow("environment file", accounts, lines, load)
    grow("short lines", accounts, short_lines, scan)
    grow("one long line", accounts, one_line, scan)
