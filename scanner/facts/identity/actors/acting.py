"""What is found of those who act as a role without being an identity: edges, halves, and what hides some."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Decision
from scanner.facts.identity.edges import NOTHING, Ask, Made
from scanner.facts.identity.requests import Target
from scanner.facts.identity.values import Held
from scanner.model.estate import Resource
from scanner.model.facts import Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

WORKLOAD, TOKEN, PERSON = "workload", "federated", "person"
"""Kinds of such callers: what runs, whoever holds a token that a provider signed, people of a directory."""


@dataclass(frozen=True, eq=False, slots=True)
class Acting:
    """Callers of an environment, alike, that act as a role of another place.

    With ``closed`` they do not: one side names the other, and this step still holds it.
    """

    home: str
    members: tuple[Caller, ...]
    role: Caller
    aim: Target
    decision: Decision
    action: str = NOTHING
    words: str = ""
    more: tuple[Ask, ...] = ()
    made: Made | None = None
    closed: Step | None = None


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something of an environment that was not read: it might act as some roles of an account."""

    home: str
    account: str
    roles: tuple[str, ...]
    gaps: tuple[Gap, ...]


def actor(
    kind: str,
    name: str,
    home: str,
    resource: Resource,
    account: str = "",
    *,
    claims: Mapping[str, Held] | None = None,
    provider: str = "",
) -> Caller:
    """Such a caller, under a name of its own: it holds no policies, no tags and no trust."""
    return Caller(
        *(name, account, kind, home, None, None, (), (), None, False, resource),
        claims=claims or {},
        provider=provider,
    )


def said(state: Tri) -> Decision:
    """A decision that no policy makes: what a setting says is so."""
    return Decision(state, Tri.NO, state, Tri.NO, Tri.NO)
