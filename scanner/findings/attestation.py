"""Attestations: what no API shows and somebody vouches for. They answer unknowns, never fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from scanner.findings.plain import plain

_FIELDS = ("evidence", "owner", "date", "expires")


class Attesting(Protocol):
    """The part of the environment file that is asked."""

    def attested(self, check: str, subject: str, on: date, /) -> Any:
        """The attestation of ``RULE/check`` for a subject that holds on a day, or None."""


def attestation(config: Attesting, check: str, subject: str, as_of: str) -> Mapping[str, Any] | None:
    """Who vouches for a check of a subject at ``as_of`` (RFC 3339), on what evidence and until when."""
    found = config.attested(check, subject, date.fromisoformat(as_of[:10]))
    if not found:
        return None
    return {field: plain(getattr(found, field, None)) for field in _FIELDS}
