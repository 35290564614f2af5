"""The identity of a finding: what makes it the same finding tomorrow."""

from __future__ import annotations

import hashlib


def fingerprint(rule: str, check: str, subject: str, border: str | None = None) -> str:
    """32 hex digits of SHA-256 over rule, check, subject and border edge, joined by ``|``.

    ``subject`` is a resource, scope or pair id; ``border`` the border edge of a crossing. Verdict,
    wording, order, line and time are left out, so none of them makes a finding a new one.
    """
    parts = [rule, check, subject] if border is None else [rule, check, subject, border]
    return hashlib.sha256("|".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
