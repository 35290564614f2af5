"""Stores that are used from everywhere: open to everyone, or to an account that nobody can tell.

Only buckets answer those who do not sign in.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from scanner.facts.identity.access import Access, Use
from scanner.facts.identity.bundles import Way
from scanner.facts.identity.callers import anonymous
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.store_ways import agreed, of_member
from scanner.facts.identity.stores import Store
from scanner.facts.identity.witness import chosen
from scanner.model.facts import Step
from scanner.model.logic import Tri


def open_to_all(access: Access, home: str) -> Iterator[Way]:
    """Ways by which everyone, also whoever is in one environment, may use stores of others."""
    caller = anonymous()
    for item in access.classes.all:
        store = item.first
        if store.place in (None, home) or store.resource.attrs.get("type") != "bucket":
            continue
        for each in item.stores:
            if each.resource.attrs.get("acl_grantees"):
                yield from _granted(each, home)
        hidden = "public_access" in store.resource.unknown
        if not hidden and store.resource.attrs.get("public_access") != "public":
            continue
        uses = [use for use in access.uses(caller, item, item.stores) if use.decision.state is not Tri.NO]
        for use in (use for use in uses if not use.held):
            yield from _exposed(access, use, home, hidden=hidden)
        if not hidden and not uses:
            # No policy admits everyone, so the ACL does; which of its grants is not modelled.
            for each in item.stores:
                acl = Grant(f"{each.id}/acl", "bucket ACL", each.resource.source.at("/data/GetBucketAcl"))
                for level in ("read", "write"):
                    yield _opened(each, home, level, acl, _step(each, acl, Tri.UNKNOWN))


def _granted(store: Store, home: str) -> Iterator[Way]:
    """Stores whose ACL names an account by its canonical id, which no other call tells whose it is."""
    acl = Grant(f"{store.id}/acl", "bucket ACL", store.resource.where("acl_grantees"))
    step = Step("*", store.id, "bucket ACL admits an account by its canonical id", acl.source, Tri.UNKNOWN)
    for level in ("read", "write"):
        yield _opened(store, home, level, acl, step)


def _exposed(access: Access, use: Use, home: str, *, hidden: bool) -> Iterator[Way]:
    """Each of the stores that everyone may use, by its own copy of the statement."""
    pick = chosen(use.decision, "resource", anonymous(), use.target)
    assert pick is not None, "what admits everyone is a statement"  # noqa: S101 - an invariant
    state = Tri.UNKNOWN if hidden else use.decision.state
    for store in use.stores:
        named = store.policies[pick[0].policy].referred(pick[0].statement)
        opened = _opened(store, home, use.level, named, _step(store, named, state))
        member = of_member(use, store)
        yield replace(opened, closed=partial(agreed, access, anonymous(), member, "resource"))


def _step(store: Store, named: Grant, state: Tri) -> Step:
    gaps = tuple(store.resource.unknown.get("public_access", ())) if state is Tri.UNKNOWN else ()
    return Step("*", store.id, f"{named.words} admits everyone", named.source, state, gaps)


def _opened(store: Store, home: str, level: str, named: Grant, step: Step) -> Way:
    """A way into a store that needs nothing of its user's own side."""
    return Way(
        home,
        store.place or "",
        named,
        ("*",),
        store.id,
        (level,),
        step.state,
        lambda: (step,),
        closed=lambda: (named.id,),
    )
