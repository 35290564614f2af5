"""Who is who, and what people vouch for because no API shows it."""

from __future__ import annotations

import datetime as dt
from fnmatch import fnmatchcase
from typing import Annotated

from pydantic import Field

from scanner.config.entry import Entry
from scanner.config.names import CheckId, Text


class Person(Entry):
    """One person and all identities that are theirs: never guessed from similar names."""

    identities: tuple[Annotated[str, Field(pattern=r"^\S+$")], ...] = Field(
        alias="is",
        min_length=1,
        description="ARNs, user principal names, logins and emails of this one person.",
        examples=[["arn:aws:iam::111111111111:user/ana", "ana@example.com"]],
    )


class Attestation(Entry):
    """What no API shows, vouched for by somebody until a date. It counts as attested, never as pass."""

    check: CheckId = Field(description="The check (ACC-005/demanded), or the rule for all of its checks.")
    subject: Text = Field(description="The id of what it is about, or a pair (dev->prod); * and ? allowed.")
    evidence: Text = Field(description="What was looked at: a ticket, a screenshot, a minute.")
    owner: Text = Field(description="Who vouches for it.")
    date: dt.date = Field(description="When it was established; it does not count before.")
    expires: dt.date = Field(description="The first day on which it no longer counts.")

    def covers(self, check: str, subject: str, at: dt.date) -> bool:
        """Whether it vouches for this check of this subject on this day."""
        return (
            self.check in (check, check.partition("/")[0])
            and fnmatchcase(subject, self.subject)
            and self.date <= at < self.expires
        )
