"""Names and texts from an estate were written by anyone: what is taken out before they are shown."""

from __future__ import annotations

import re

# ANSI control sequences whole, so that their letters do not stay behind; then what is left of C0, DEL
# and C1; and the characters that reorder or hide text (Unicode's Bidi_Control and zero-width ones).
_SEQUENCE = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x9b[0-?]*[ -/]*[@-~]")
_BREAK = re.compile(r"[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_HIDDEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]")


def printable(text: str) -> str:
    """One line without control characters, terminal sequences, or characters that hide or reorder."""
    return _HIDDEN.sub("", _BREAK.sub(" ", _SEQUENCE.sub("", text)))
