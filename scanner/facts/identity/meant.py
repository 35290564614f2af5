"""Whether access that only a key keeps closed is granted by name: in one account a wildcard names nobody."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.identity.access import Access
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Reference
from scanner.facts.identity.store_halves import named_in
from scanner.facts.identity.stores import Store


def meant(access: Access, caller: Caller, store: Store) -> bool:
    """Whether a caller is of another account, or holds a statement that names the store."""
    if caller.account != store.account:
        return True
    return any(named_in(pattern, store) for pattern in access.holdings.grants(caller) if ":" in pattern)


def naming(access: Access, caller: Caller, store: Store) -> Iterator[Reference]:
    """The caller's statements that name the store."""
    lookup = access.world.lookup(caller)
    for place, policy in enumerate(caller.policies):
        for statement in policy.document.statements:
            if statement.effect == "deny" or not access.holdings.acts(statement):
                continue
            if any(":" in pattern and named_in(pattern, store) for pattern in statement.selects(lookup)):
                yield Reference("identity", place, statement.index)
