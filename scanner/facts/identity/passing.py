"""Whether a VPC endpoint's policy lets anything of an account through: some request of some caller of it.

What a caller chooses (the resource, and keys that say what it asks for) is chosen so that it passes. Only
denials of everything count; those of a part leave the rest. Without a policy of its own an endpoint has the
one that lets everything through.

https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
"""

from __future__ import annotations

from dataclasses import dataclass

from scanner.facts.identity.conditions import Test, holds
from scanner.facts.identity.principals import ways
from scanner.facts.identity.statements import Document, Statement
from scanner.facts.identity.values import OPEN, Held
from scanner.model.logic import Tri, all_of, any_of

_CALLER = tuple(
    f"aws:{word}" for word in ("principal", "user", "source", "vpc", "federated", "multifactor", "token")
)
"""What a key begins with that the caller does not choose with the request."""


@dataclass(frozen=True, slots=True)
class Anybody:
    """Any identity of an account; ``organization`` is the condition value of the account's."""

    account: str
    organization: Held = OPEN
    kind: str = "role"
    unique_id: str | None = None
    hidden: bool = True

    @property
    def arn(self) -> str:
        """Of no identity in particular."""
        return f"arn:aws:iam::{self.account}:role/*"

    @property
    def principal(self) -> str:
        """What a policy may call it."""
        return self.arn

    def __call__(self, key: str) -> Held:
        """What its requests hold under a condition key."""
        known = {"aws:principalaccount": (self.account,), "aws:principalorgid": self.organization}
        return known.get(key, OPEN)


def passes(document: Document, caller: Anybody) -> Tri:
    """Whether some request of a caller passes a policy."""
    allowed = any_of(_says(one, caller, free=True) for one in document.statements if one.effect != "deny")
    denied = any_of(
        _says(one, caller, free=False)
        for one in document.statements
        if one.effect == "deny" and _is_about_everything(one)
    )
    return allowed & ~denied


def _says(statement: Statement, caller: Anybody, *, free: bool) -> Tri:
    """Whether a statement is about requests of a caller: some that it may choose, or (not ``free``) all."""
    if statement.effect == "either" or statement.principals is None:
        return Tri.UNKNOWN
    named = any_of(ways(statement.principals, caller).values())
    return named & all_of(_holds(test, caller, free=free) for test in statement.tests)


def _holds(test: Test, caller: Anybody, *, free: bool) -> Tri:
    if not test.key.startswith(_CALLER):
        return Tri.of(free)
    return holds(test, caller)


def _is_about_everything(statement: Statement) -> bool:
    every = not statement.other_actions and "*" in statement.actions
    whole = statement.resources is None or (not statement.other_resources and "*" in statement.resources)
    return every and whole
