"""Attestations: what no API shows and somebody vouches for. They answer unknowns, never fails."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Protocol

from scanner.findings.plain import plain

_FIELDS = ("evidence", "owner", "date", "expires")


class Attesting(Protocol):
    """The part of the environment file that is asked."""

    def attested(self, check: str, subject: str, on: date, since: date = date.min, /) -> Any:
        """The attestation of ``RULE/check`` for a subject that holds on a day, or None.

        One established before ``since`` does not count.
        """


def attestation(
    config: Attesting, check: str, subject: str, as_of: str, within_days: int | None = None
) -> Mapping[str, Any] | None:
    """Who vouches for a check of a subject at ``as_of`` (RFC 3339), on what evidence and until when.

    ``within_days``: how old it may be at most, whatever it says of itself.
    """
    today = date.fromisoformat(as_of[:10])
    since = date.min if within_days is None else today - timedelta(days=within_days)
    found = config.attested(check, subject, today, since)
    if not found:
        return None
    return {field: plain(getattr(found, field, None)) for field in _FIELDS}
