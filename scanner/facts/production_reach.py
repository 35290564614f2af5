"""Which people can reach production, and whether every way there demands MFA (ACC-005).

A person in an account of production reaches it by any action that is allowed there and is more than
managing their own MFA; a person elsewhere by assuming roles, or by what a store of production (a bucket, a
registry, a key, a secret) lets them do in it, unless it lets everyone. The root user of a production account
always reaches it. AWS demands MFA of a root user exactly when one is registered for it, so there the
demand is the registration. For others the demand is real when nothing but self-service is left of
their access once they sign in without MFA, or with an access key. Whoever signs in at a SAML provider
reaches what the roles reach that trust it; which factors the provider demands is not for AWS to know.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-virt-mfa-for-root.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from scanner.facts.identity.access import LEVELS
from scanner.facts.identity.actions import WITH_SAML
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.directory import PEOPLE, Directory
from scanner.facts.identity.directory import READS as ASSIGNED
from scanner.facts.identity.foothold import foothold
from scanner.facts.identity.foreign_stores import CHANGING, ForeignStores
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.reach import Reached, by_stores, hidden_stores, reached
from scanner.facts.identity.requests import Ways
from scanner.facts.identity.shared import USES, shared
from scanner.facts.identity.statements import acting
from scanner.facts.identity.witness import assumed
from scanner.facts.identity.world import READS, World
from scanner.facts.identity.writers import Start
from scanner.facts.identity.writing import Starts, writing
from scanner.facts.watch.holdings import READS as HOLDS
from scanner.facts.watch.holdings import Holding, holdings
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    *READS,
    *HOLDS,
    *USES,
    *ASSIGNED,
    "person.identity",
    "person.mfa_registered",
    "person.root",
)


_OWN_PROVIDER = ":saml-provider/AWSSSO_"
"""The provider by which Identity Center enters an account: its people are told one by one."""


def derive(estate: Estate) -> Facts:
    """Marks on every person: whether they reach production, and in which environments they change things."""
    held = shared(estate)
    production = {name for name, item in estate.environments.items() if item.tier == "production"}
    alone = Ways("without", estate.as_of)
    scan = _Scan(
        held.world,
        production,
        _Open(held.assuming, ForeignStores(held.access, LEVELS)),
        _Open(Graph(held.world, alone, become=False), ForeignStores(held.access, LEVELS, alone)),
        Directory(held.world),
        {holding.boundary.id: holding for holding in holdings(estate)},
    )
    people = sorted(estate.of("person"), key=lambda item: item.id)
    starts = {person.id: _starts(scan, person) for person in people}
    marks = [mark for person in people for mark in _marks(scan, person, starts[person.id])]
    groups = {person.id: scan.directory.groups(person) for person in people}
    marks += writing(held.assuming, ForeignStores(held.access, CHANGING), people, starts, groups)
    return Facts(marks=tuple(replace(mark, assumed=assumed(mark.steps)) for mark in marks))


@dataclass(frozen=True, eq=False, slots=True)
class _Open:
    """What is open to one way of signing in: who can become whom, and who uses stores of other places."""

    graph: Graph
    stores: ForeignStores


@dataclass(frozen=True, eq=False, slots=True)
class _Scan:
    """The world, production, what is open (with any sign-in, without MFA), and what accounts hold."""

    world: World
    production: set[str]
    freely: _Open
    without: _Open
    directory: Directory
    holdings: Mapping[str, Holding]


def _marks(scan: _Scan, person: Resource, first: Starts) -> Iterator[Mark]:
    if person.provider != "aws":
        return
    if "root" not in person.unknown and person.attrs.get("root") is True:
        yield from _root(scan, person)
        return
    if ":saml-provider/" in person.id or PEOPLE in person.id:
        yield from _federated(scan, person, first)
        return
    identity = str(person.attrs.get("identity") or person.id)
    caller = scan.world.callers.get(identity)
    if caller is None:
        unlisted = scan.world.unlisted.get(person.scope.boundary)
        gaps = unlisted.gaps if unlisted else ()
        for attr in ("reaches_production", "production_environments", "mfa_demanded"):
            yield Mark(person.id, attr, unknown=True, gaps=gaps)
        return
    yield from _user(scan, person, caller)


def _root(scan: _Scan, person: Resource) -> Iterator[Mark]:
    """The root user of an account: everything there, whatever tags divide it; nothing elsewhere."""
    holding = scan.holdings.get(person.scope.boundary)
    inside = {person.environment, *(holding.environments if holding else ())} & scan.production
    places = sorted(place for place in inside if place is not None)
    step = Step(person.id, person.id, "the account's root user may do anything", person.source)
    steps = (step,) if places else ()
    if not places and holding is not None and holding.complete.state is not Tri.YES:
        for attr in ("reaches_production", "production_environments", "mfa_demanded"):
            yield Mark(person.id, attr, unknown=True, gaps=holding.complete.gaps)
        return
    yield Mark(person.id, "reaches_production", bool(places), steps=steps)
    yield Mark(person.id, "production_environments", places, steps=steps)
    if not places:
        yield Mark(person.id, "mfa_demanded", None)
    elif "mfa_registered" in person.unknown:
        yield Mark(person.id, "mfa_demanded", unknown=True, gaps=tuple(person.unknown["mfa_registered"]))
    else:
        yield Mark(person.id, "mfa_demanded", person.attrs.get("mfa_registered") is True, steps=steps)


def _federated(scan: _Scan, person: Resource, first: Starts) -> Iterator[Mark]:
    """Who signs in outside of an account: everyone at a SAML provider, or a person of a directory."""
    starts, (hidden, gaps) = first
    found: list[Reached] = []
    for start in starts:
        if start.caller.place in scan.production:
            found.append(Reached(str(start.caller.place), start.state, start.steps))
        found += [
            Reached(item.place, start.state & item.state, (*start.steps, *item.steps))
            for item in _elsewhere(scan, scan.freely, start.caller)
        ]
    lost = _lost(scan, [start.caller for start in starts])
    hidden, gaps = hidden or bool(lost), tuple(sorted({*gaps, *lost}))
    proven = next((item for item in found if item.state is Tri.YES), None)
    if proven is not None:
        places = sorted({item.place for item in found if item.state is Tri.YES})
        yield Mark(person.id, "reaches_production", True, steps=proven.steps)
        yield Mark(person.id, "production_environments", places, steps=proven.steps)
    else:
        hidden = bool(found) or hidden
        gaps = tuple(sorted({*_gaps(found), *gaps}))
        for attr, value in (("reaches_production", False), ("production_environments", [])):
            yield Mark(
                person.id, attr, None if hidden else value, unknown=hidden, gaps=gaps if hidden else ()
            )
    yield Mark(person.id, "mfa_demanded", unknown=True, steps=proven.steps if proven else ())


def _starts(scan: _Scan, person: Resource) -> Starts:
    """Whom a person acts as first, and whether, and why, some of that is not known."""
    if person.provider != "aws" or person.attrs.get("root") is True:
        return (), (False, ())
    if PEOPLE in person.id:
        taken = tuple(Start(item.role, Tri.YES, item.steps) for item in scan.directory.taken(person))
        gaps = scan.directory.unread(person)
        return taken, (scan.directory.incomplete or bool(gaps), gaps)
    unlisted = scan.world.unlisted.get(person.scope.boundary)
    hidden = (unlisted is not None, unlisted.gaps if unlisted else ())
    if ":saml-provider/" in person.id:
        if _OWN_PROVIDER in person.id and not scan.directory.incomplete and scan.directory.people:
            return (), (False, ())
        roles = _trusting(scan.world, person)
        return tuple(Start(role, step.state, (step,)) for role, step in roles), hidden
    caller = scan.world.callers.get(str(person.attrs.get("identity") or person.id))
    return ((Start(caller),), (False, ())) if caller is not None else ((), hidden)


def _trusting(world: World, person: Resource) -> Iterator[tuple[Caller, Step]]:
    """The roles that trust a SAML provider, and the statement by which; maybe, where trust was not read."""
    for role in world.of_account.get(person.scope.boundary, ()):
        if role.trust is None:
            continue
        for statement in acting(role.trust.document, WITH_SAML):
            named = statement.principals.entries if statement.principals else ()
            unread = statement.effect == "either"
            if unread or (
                statement.effect == "allow" and any(item.value in (person.id, "*") for item in named)
            ):
                grant, state = role.trust.grant(statement), Tri.UNKNOWN if unread else Tri.YES
                yield role, Step(person.id, role.arn, grant.words, grant.source, state, role.trust.gaps)


def _user(scan: _Scan, person: Resource, caller: Caller) -> Iterator[Mark]:
    found = _ways(scan, scan.freely, caller)
    environments = sorted({item.place for item in found if item.state is Tri.YES})
    proven = next((item for item in found if item.state is Tri.YES), None)
    lost = _lost(scan, [caller])
    if proven is None and (found or lost):
        gaps = tuple(sorted({*_gaps(found), *lost}))
        yield Mark(person.id, "reaches_production", unknown=True, gaps=gaps)
        yield Mark(person.id, "production_environments", unknown=True, gaps=gaps)
    else:
        steps = proven.steps if proven else ()
        yield Mark(person.id, "reaches_production", proven is not None, steps=steps)
        yield Mark(person.id, "production_environments", environments, steps=steps)
    yield _demanded(scan, person, caller, found, lost)


def _demanded(
    scan: _Scan, person: Resource, caller: Caller, found: list[Reached], lost: tuple[Gap, ...]
) -> Mark:
    """Whether nothing of production is left without MFA."""
    if not found and not lost:
        return Mark(person.id, "mfa_demanded", None)
    left = _ways(scan, scan.without, caller)
    proven = next((item for item in left if item.state is Tri.YES), None)
    if proven is not None:
        return Mark(person.id, "mfa_demanded", False, steps=proven.steps)
    if left or lost:
        gaps = tuple(sorted({*_gaps(left), *lost}))
        return Mark(person.id, "mfa_demanded", unknown=True, gaps=gaps, steps=left[0].steps if left else ())
    return Mark(person.id, "mfa_demanded", True)


def _ways(scan: _Scan, open_to: _Open, caller: Caller) -> list[Reached]:
    """Ways into production, at home first, then by assuming roles and by stores; proven ones first."""
    found = []
    if caller.place in scan.production:
        home = foothold(scan.world, caller, open_to.graph.ways)
        found += [home] if home is not None else []
    found += _elsewhere(scan, open_to, caller)
    return sorted(found, key=lambda item: (item.state is not Tri.YES, item.place, len(item.steps)))


def _elsewhere(scan: _Scan, open_to: _Open, caller: Caller) -> list[Reached]:
    """Ways into production from where a caller is: by becoming others, and by what its stores let them do."""
    ways = reached(open_to.graph, caller, scan.production)
    return ways + by_stores(open_to.graph, open_to.stores, caller, scan.production)


def _lost(scan: _Scan, callers: Iterable[Caller]) -> tuple[Gap, ...]:
    """Why stores of production that somebody may use are not known."""
    return hidden_stores(scan.freely.graph, scan.freely.stores, callers, scan.production)


def _gaps(found: list[Reached]) -> tuple[Gap, ...]:
    return tuple(sorted({gap for item in found for step in item.steps for gap in step.gaps}))
