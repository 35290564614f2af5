"""Which people can reach production, and whether every way there demands MFA (ACC-005).

A person in an account of production reaches it by any action that is allowed there and is more than
managing their own MFA; a person elsewhere by assuming roles. The root user of a production account
always reaches it. AWS demands MFA of a root user exactly when one is registered for it, so there the
demand is the registration. For others the demand is real when nothing but self-service is left of
their access once they sign in without MFA, or with an access key. Whoever signs in at a SAML provider
reaches what the roles reach that trust it; which factors the provider demands is not for AWS to know.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa_configure-api-require.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/enable-virt-mfa-for-root.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from scanner.facts.identity.callers import Caller
from scanner.facts.identity.foothold import foothold
from scanner.facts.identity.graph import Graph
from scanner.facts.identity.reach import Reached, reached
from scanner.facts.identity.requests import Ways
from scanner.facts.identity.statements import acting
from scanner.facts.identity.witness import assumed
from scanner.facts.identity.world import READS, World
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    *READS,
    "person.identity",
    "person.mfa_registered",
    "person.root",
)


def derive(estate: Estate) -> Facts:
    """Marks ``reaches_production``, ``production_environments`` and ``mfa_demanded`` on every person."""
    world = World(estate)
    production = {name for name, item in estate.environments.items() if item.tier == "production"}
    scan = _Scan(
        world,
        production,
        Graph(world, become=False),
        Graph(world, Ways("without", estate.as_of), become=False),
    )
    people = sorted(estate.of("person"), key=lambda item: item.id)
    marks = (mark for person in people for mark in _marks(scan, person))
    return Facts(marks=tuple(replace(mark, assumed=assumed(mark.steps)) for mark in marks))


@dataclass(frozen=True, eq=False, slots=True)
class _Scan:
    """The world, the production environments, and who can become whom, with any sign-in and without MFA."""

    world: World
    production: set[str]
    freely: Graph
    without: Graph


def _marks(scan: _Scan, person: Resource) -> Iterator[Mark]:
    if person.provider != "aws":
        return
    if "root" not in person.unknown and person.attrs.get("root") is True:
        yield from _root(scan, person)
        return
    if ":saml-provider/" in person.id:
        yield from _federated(scan, person)
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
    """The root user of an account: everything there, nothing elsewhere."""
    reaches = person.environment in scan.production
    step = Step(person.id, person.id, "the account's root user may do anything", person.source)
    steps = (step,) if reaches else ()
    yield Mark(person.id, "reaches_production", reaches, steps=steps)
    yield Mark(person.id, "production_environments", [person.environment] if reaches else [], steps=steps)
    if not reaches:
        yield Mark(person.id, "mfa_demanded", None)
    elif "mfa_registered" in person.unknown:
        yield Mark(person.id, "mfa_demanded", unknown=True, gaps=tuple(person.unknown["mfa_registered"]))
    else:
        yield Mark(person.id, "mfa_demanded", person.attrs.get("mfa_registered") is True, steps=steps)


def _federated(scan: _Scan, person: Resource) -> Iterator[Mark]:
    """Everyone who signs in at a SAML provider: what the roles that trust it reach."""
    found: list[Reached] = []
    for role, step in _trusting(scan.world, person):
        if role.place in scan.production:
            found.append(Reached(str(role.place), step.state, (step,)))
        found += [
            Reached(item.place, step.state & item.state, (step, *item.steps))
            for item in reached(scan.freely, role, scan.production)
        ]
    unread = scan.world.unlisted.get(person.scope.boundary)
    proven = next((item for item in found if item.state is Tri.YES), None)
    if proven is not None:
        yield Mark(person.id, "reaches_production", True, steps=proven.steps)
        yield Mark(person.id, "production_environments", [proven.place], steps=proven.steps)
    else:
        hidden = bool(found) or unread is not None
        gaps = tuple(sorted({*_gaps(found), *(unread.gaps if unread else ())}))
        for attr, value in (("reaches_production", False), ("production_environments", [])):
            yield Mark(person.id, attr, None if hidden else value, unknown=hidden, gaps=gaps)
    yield Mark(person.id, "mfa_demanded", unknown=True, steps=proven.steps if proven else ())


def _trusting(world: World, person: Resource) -> Iterator[tuple[Caller, Step]]:
    """The roles that trust a SAML provider, and the statement by which; maybe, where trust was not read."""
    for role in sorted(world.callers.values(), key=lambda caller: caller.arn):
        if role.trust is None or role.account != person.scope.boundary:
            continue
        for statement in acting(role.trust.document, "sts:assumerolewithsaml"):
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
    if proven is None and found:
        gaps = _gaps(found)
        yield Mark(person.id, "reaches_production", unknown=True, gaps=gaps)
        yield Mark(person.id, "production_environments", unknown=True, gaps=gaps)
    else:
        steps = proven.steps if proven else ()
        yield Mark(person.id, "reaches_production", proven is not None, steps=steps)
        yield Mark(person.id, "production_environments", environments, steps=steps)
    yield _demanded(scan, person, caller, found)


def _demanded(scan: _Scan, person: Resource, caller: Caller, found: list[Reached]) -> Mark:
    """Whether nothing of production is left without MFA."""
    if not found:
        return Mark(person.id, "mfa_demanded", None)
    left = _ways(scan, scan.without, caller)
    proven = next((item for item in left if item.state is Tri.YES), None)
    if proven is not None:
        return Mark(person.id, "mfa_demanded", False, steps=proven.steps)
    if left:
        return Mark(person.id, "mfa_demanded", unknown=True, gaps=_gaps(left), steps=left[0].steps)
    return Mark(person.id, "mfa_demanded", True)


def _ways(scan: _Scan, graph: Graph, caller: Caller) -> list[Reached]:
    """Ways into production, at home first, then by assuming roles; proven ones first."""
    found = []
    if caller.place in scan.production:
        home = foothold(scan.world, caller, graph.ways)
        found += [home] if home is not None else []
    found += reached(graph, caller, scan.production)
    return sorted(found, key=lambda item: (item.state is not Tri.YES, item.place, len(item.steps)))


def _gaps(found: list[Reached]) -> tuple[Gap, ...]:
    return tuple(sorted({gap for item in found for step in item.steps for gap in step.gaps}))
