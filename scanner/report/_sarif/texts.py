"""Message strings (SARIF 3.11): plain text in which braces and links mean something."""

from __future__ import annotations

from scanner.report._untrusted import printable

DESCRIPTION = 1024
"""GitHub's limit for the short and the full description of a rule, in characters."""


def message(text: str) -> dict[str, str]:
    """A message whose own words are never a placeholder or a link."""
    return {"text": escaped(text)}


def escaped(text: str) -> str:
    """The text with braces doubled (3.11.5) and link syntax broken (3.11.6)."""
    return printable(text).replace("{", "{{").replace("}", "}}").replace("](", "] (")


def link(text: str, target: int) -> str:
    """An embedded link to the related location with that id."""
    return f"[{escaped(text).replace('[', '(').replace(']', ')')}]({target})"


def short(text: str, limit: int = DESCRIPTION) -> str:
    """The text, cut where it is longer than GitHub takes."""
    flat = " ".join(text.split())
    return flat if len(flat) <= limit else flat[: limit - 1] + "\N{HORIZONTAL ELLIPSIS}"
