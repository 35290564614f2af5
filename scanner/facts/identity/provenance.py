"""Policies as they are held: a shared document, and where this copy of it stands in a snapshot."""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.identity.statements import UNREAD, Document, Statement
from scanner.model.snapshot import Gap, Source

NOWHERE = Source("", 0)
"""The line of what no snapshot line says."""

_PROVIDED = ":iam::aws:policy/"


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
    ``holder`` is whom a managed policy is attached to. ``fixed``: nobody but AWS takes it away.
    """

    id: str
    document: Document
    source: Source
    words: str
    gaps: tuple[Gap, ...] = ()
    alone: bool = False
    holder: str = ""
    fixed: bool = False

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

    @property
    def provided(self) -> bool:
        """Whether it is AWS's own text, which is detached but never edited."""
        return _PROVIDED in self.id

    @property
    def base(self) -> str:
        """What the names of its removals begin with."""
        return f"{self.holder}/attached/{self.id.rsplit('/', 1)[-1]}" if self.provided else self.id

    def removal(self, statement: Statement) -> str | None:
        """Under which name one of its statements is taken away; ``None`` where its owner cannot do that.

        Statements without an id go together, and those of a policy of AWS by detaching it.

        https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_managed-vs-inline.html
        https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create-service-linked-role.html
        """
        if self.fixed or self.document is UNREAD:
            return None
        return self.base if self.provided else self.grant(statement).id

    def referred(self, index: int) -> Grant:
        """The same of the statement at a place in its document."""
        return self.grant(self.document.statements[index])
