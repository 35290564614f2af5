"""Half-open access to stores: one side names the other, which does not answer.

Either an identity may use a bucket, or repositories of an account, that do not admit it; or a store's
policy names an account or identity that may not use it. As for roles, an explicit deny closes it for good.
"""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.identity.bundles import Way
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.decide import Reference
from scanner.facts.identity.latent import account_root, stand_ins
from scanner.facts.identity.principals import Entry
from scanner.facts.identity.statements import Statement
from scanner.facts.identity.stores import Access, Store, Use, bucket_of, named_in
from scanner.facts.identity.witness import chosen
from scanner.facts.identity.world import Group, grant
from scanner.model.facts import Step
from scanner.model.logic import Tri


def reaching(access: Access, groups: list[Group]) -> Iterator[Way]:
    """Identities that may use stores which do not admit them."""
    for group in groups:
        stores: dict[str, Store] = {}
        for pattern in access.patterns(group.first):
            for store in _named(access, pattern):
                if store.resource.place != group.place:
                    stores[store.id] = store
        for _, store in sorted(stores.items()):
            for use in access.uses(group.first, store):
                state = use.decision.identity & ~use.decision.denied
                if use.decision.state is Tri.NO and state is not Tri.NO:
                    yield from (_reaching(member, use, state) for member in group.members)


def _named(access: Access, pattern: str) -> list[Store]:
    bucket = bucket_of(pattern)
    if bucket is not None:
        return [access.stores[bucket]] if bucket in access.stores else []
    if ":ecr:" not in pattern:
        return []
    return [store for store in access.stores.values() if named_in(pattern, store)]


def _reaching(caller: Caller, use: Use, state: Tri) -> Way:
    pick = chosen(use.decision, "identity", caller, use.target)
    assert pick is not None, "an identity side that agrees has a statement"  # noqa: S101 - an invariant
    statement = pick[1]
    gaps = tuple(sorted({gap for opening in use.decision.openings for gap in opening.gaps}))
    store = use.store
    closed = store.policies[0].source if store.policies else store.resource.source
    steps = (
        Step(caller.arn, store.id, statement.words, statement.source, state, gaps),
        Step(caller.arn, store.id, f"the policy of {store.resource.name} does not admit it", closed, Tri.NO),
    )
    return Way(
        caller.place or "",
        store.resource.place or "",
        statement,
        (caller.arn,),
        store.id,
        (use.level,),
        state,
        lambda: steps,
        lambda: (statement.id,),
        latent=True,
    )


def admitting(access: Access) -> Iterator[Way]:
    """Stores whose policies name whoever may not use them."""
    for store in access.stores.values():
        for policy in store.policies:
            for statement in policy.document.statements:
                named = statement.principals
                if statement.effect != "allow" or named is None or named.excluded:
                    continue
                for entry in named.entries:
                    yield from _admitting(access, store, statement, entry)


def _admitting(access: Access, store: Store, statement: Statement, entry: Entry) -> Iterator[Way]:
    for caller in stand_ins(access.world, entry, conditional=bool(statement.tests)):
        if caller.place is None or caller.place == store.resource.place:
            continue
        ways = [
            _admitted(access, caller, entry, use, reference)
            for use in access.uses(caller, store)
            if (reference := _used(use, statement)) is not None
        ]
        yield from ways
        if ways:
            return


def _used(use: Use, statement: Statement) -> Reference | None:
    """The statement as a half-open use rests on it, if it does."""
    decision = use.decision
    if decision.state is not Tri.NO or decision.resource & ~decision.denied is Tri.NO:
        return None
    return next(
        (
            item
            for item in (*decision.allows, *decision.maybe)
            if (item.side, item.statement) == ("resource", statement.index)
        ),
        None,
    )


def _admitted(access: Access, caller: Caller, entry: Entry, use: Use, reference: Reference) -> Way:
    state = use.decision.resource & ~use.decision.denied
    named = grant(reference, caller, use.target)
    account = entry.kind == "account"
    source = account_root(access.world, entry.account) if account else entry.value
    line = caller.resource.source if caller.resource.source.part else named.source
    boundary = access.world.estate.by_id.get(entry.account)
    if account and boundary is not None:
        line = boundary.source
    unlisted = access.world.unlisted.get(entry.account)
    if unlisted is None:
        words = (
            "no identity policy there allows it (the account's root user may)"
            if account
            else ("no identity policy there allows it")
        )
        last = Step(source, use.store.id, words, line, Tri.NO)
    else:
        words = "the identities there were not read"
        state, last = Tri.UNKNOWN, Step(source, use.store.id, words, line, Tri.UNKNOWN, unlisted.gaps)
    steps = (Step(source, use.store.id, named.words, named.source), last)
    return Way(
        caller.place or "",
        use.store.resource.place or "",
        named,
        (source,),
        use.store.id,
        (use.level,),
        state,
        lambda: steps,
        lambda: (named.id,),
        latent=True,
    )
