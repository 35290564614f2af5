"""Policies as they are held: a shared document, and where this copy of it stands in a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.identity.statements import UNREAD, Document, Statement
from scanner.model.snapshot import Gap, Source

NOWHERE = Source("", 0)
"""The line of what no snapshot line says."""


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """A statement by its stable name: policy id, and ``#Sid`` where it has one.

    ``words`` say it as a security engineer would (``inline policy statement AllowDeploy``).
    """

    id: str
    words: str
    source: Source


@dataclass(frozen=True, eq=False, slots=True)
class Policy:
    """One policy of a holder. ``gaps`` say why its document is `UNREAD`.

    ``alone``: what it allows needs no other policy's consent, in any account, and it denies nothing.
    """

    id: str
    document: Document
    source: Source
    words: str
    gaps: tuple[Gap, ...] = ()
    alone: bool = False

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for policies that say the same and are equally known."""
        return (self.document.key, self.gaps)

    def grant(self, statement: Statement) -> Grant:
        """The stable name and the snapshot line of one of its statements."""
        if self.document is UNREAD:
            return Grant(self.id, f"{self.words} (not read)", self.source)
        sid = statement.sid
        return Grant(
            f"{self.id}#{sid}" if sid else self.id,
            f"{self.words} statement {sid or statement.index + 1}",
            self.source.at(self.source.pointer + statement.pointer),
        )

    def referred(self, index: int) -> Grant:
        """The same of the statement at a place in its document."""
        return self.grant(self.document.statements[index])
