"""Cuts the environment-splitting guide into statements, and prints an id and a section for each.

The guide is not part of this repository. Given its text, this prints what
``tests/contracts/guide_statements.txt`` holds: ``python scripts/guide_statements.py GUIDE.txt``.
An id is the start of the SHA-256 of a statement, so that docs/guide-map.md can be held complete
without its words.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

_ITEM = re.compile(r"(?:•|\d+\.)\s+(?P<text>.+)")
_HEADING = re.compile(r"(?:Pattern \d+|Example): ")


def statements(text: str) -> Iterator[tuple[str, str]]:
    """``(section, statement)``: every list item, sentence, and line that says something of a name."""
    section = ""
    for line in filter(None, map(str.strip, text.splitlines())):
        item = _ITEM.fullmatch(line)
        if item:
            yield section, item["text"]
        elif line.endswith(".") or (": " in line and not _HEADING.match(line)):
            yield section, line
        elif not line.endswith(":"):
            section = line


def statement_id(statement: str) -> str:
    """The id of a statement: white space and case do not count."""
    return hashlib.sha256(" ".join(statement.lower().split()).encode()).hexdigest()[:10]


def main() -> None:
    """Print the statements of the guide given as the only argument."""
    for section, statement in statements(Path(sys.argv[1]).read_text("utf-8")):
        print(f"{statement_id(statement)}  {section}")


if __name__ == "__main__":
    main()
