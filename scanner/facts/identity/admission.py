"""An index of resource policies by whom they may admit, so that not everybody is tried with everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.patterns import matches, wild
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.statements import Statement, acting


class Admission:
    """Resources by id with their policies; ``action`` narrows to the statements about it."""

    def __init__(self, policies: Mapping[str, tuple[Policy, ...]], action: str | None = None) -> None:
        self._anyone: set[str] = set()
        self._accounts: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, set[str]] = defaultdict(set)
        for item, held in policies.items():
            for policy in held:
                document = policy.document
                for statement in acting(document, action) if action else document.statements:
                    self._index(item, statement)

    def _index(self, item: str, statement: Statement) -> None:
        if statement.effect == "deny":
            return
        if statement.principals is None or statement.principals.everyone:
            self._anyone.add(item)
            return
        for entry in statement.principals.entries:
            if entry.kind == "account":
                self._accounts[entry.account].add(item)
            elif entry.kind in ("role", "user", "session"):
                self._named[entry.called].add(item)
                self._named[entry.account].add(item)
            elif entry.kind not in ("service", "federated"):
                self._anyone.add(item)

    def trusting(self, account: str) -> set[str]:
        """Resources that leave it to an account whom of its own it admits."""
        return self._accounts.get(account, set())

    def names(self, arn: str) -> bool:
        """Whether some resource names this very identity."""
        account, name = arn.split(":", 5)[4], arn.rsplit("/", 1)[-1]
        return bool(self._named.get(arn) or self._named.get(f"{account}/{name}"))

    def naming(self, caller: Caller) -> set[str]:
        """Resources that name a caller itself, or everyone, or someone who cannot be told."""
        keys = [caller.account] if caller.hidden else [caller.arn, f"{caller.account}/{caller.name}"]
        return self._anyone.union(*(self._named.get(key, set()) for key in keys))

    def admitting(self, caller: Caller) -> set[str]:
        """Resources that may admit a caller one way or another: never too few."""
        return self.naming(caller) | self.trusting(caller.account)


def selected(patterns: Iterable[str], values: set[str]) -> set[str]:
    """Those of some values that a pattern matches; exact patterns are looked up."""
    patterns = tuple(patterns)
    loose = [pattern for pattern in patterns if wild(pattern)]
    exact = values.intersection(patterns)
    if not loose:
        return exact
    return exact | {value for value in values if any(matches(pattern, value) for pattern in loose)}
