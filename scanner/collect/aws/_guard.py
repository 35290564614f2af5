"""Read-only, enforced: no operation leaves this program that the call table does not list.

The hook runs before a request is built (botocore's ``before-call`` event), for every client of a
session that it watches, whoever made the client.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from botocore.session import Session

from scanner.collect.calls import Call, Read
from scanner.collect.crew import Halt
from scanner.errors import EnvsplitError

IDENTITY = frozenset(
    {
        "sts:AssumeRole",
        "sts:GetCallerIdentity",
        # How the SDK itself gets the credentials of a profile; none of them reads or writes an estate.
        "sts:AssumeRoleWithWebIdentity",
        "sso:GetRoleCredentials",
        "sso-oidc:CreateToken",
        "signin:CreateOAuth2Token",
    }
)
"""Operations allowed beside the call table: becoming someone, and asking who one is."""


def operations(calls: Iterable[Call], *beside: Read) -> frozenset[str]:
    """The names of all operations of the call table, and of the reads that are made beside it."""
    return frozenset(read.name for call in calls for read, _, _ in call.all_reads()) | {
        read.name for read in beside
    }


class Guard:
    """Refuses operations that are not allowed, and every one once the run stops."""

    def __init__(self, allowed: frozenset[str], halt: Halt) -> None:
        self._allowed = allowed | IDENTITY
        self.halt = halt

    def watch(self, session: Session) -> None:
        """Stand in the way of every client that the session makes from now on."""
        session.register("before-call", self._before_call)
        session.register("before-send", self._before_send)

    def _before_call(self, model: Any, **_: Any) -> None:
        name = f"{model.service_model.service_name}:{model.name}"
        if name not in self._allowed:
            raise EnvsplitError(
                f"Refused to call {name}",
                why="it is not in the table of read-only calls",
                hint="This is a mistake in envsplit; nothing was sent. Please report it.",
            )

    def _before_send(self, **_: Any) -> None:
        """Also before every retry, so that a stopped run sends nothing more."""
        self.halt.check()
