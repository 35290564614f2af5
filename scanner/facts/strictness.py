"""Where production signs people in less strictly than another environment does (ACC-007).

Compared are password policies, respect by respect; the longest sessions of the roles that people take, and
of permission sets; and second factors, of which hardware is stronger than an application. The root user of an
account is for what nothing else can do: used within 90 days, it was used for something else.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_passwords_account-policy.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-settings.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/root-user-best-practices.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from scanner.facts.identity.ci import by_workloads
from scanner.model.estate import Estate, Resource, apart
from scanner.model.facts import Facts, Mark
from scanner.model.snapshot import Gap

NEEDS = (
    "assignment.permission_set",
    "identity.service_linked",
    "identity.session_seconds",
    "identity.trust",
    "password_policy.classes",
    "password_policy.max_age_days",
    "password_policy.minimum_length",
    "password_policy.reuse_prevention",
    "permission_set.session_seconds",
    "person.mfa_kind",
    "person.mfa_registered",
    "person.root",
    "person.used_at",
)
ROOT_DAYS = 90
_LAXER, _WEAKER = "less_strict_than", "weaker_factor_than"
_NEVER = 10**6
_RESPECTS: Mapping[str, Callable[[Any], int]] = {
    "minimum_length": int,
    "classes": int,
    "reuse_prevention": int,
    "max_age_days": lambda days: -int(days or _NEVER),
}
"""Attributes of a password policy, each as a number that is larger where it is stricter."""
_SIGNED_IN = ("service_linked", "trust", "type")
_FACTORS = {None: 0, "application": 1, "hardware": 2}


@dataclass(frozen=True, slots=True)
class Measure:
    """How strict one thing is, in numbers; ``None`` where it was not read, for the reason in ``gaps``."""

    resource: Resource
    environment: str
    values: tuple[int, ...] | None
    gaps: tuple[Gap, ...] = ()


def derive(estate: Estate) -> Facts:
    """Marks: ``less_strict_than`` of what signs people in, ``weaker_factor_than`` of them, ``root_used``."""
    measured = (
        (_passwords(estate), ("password_policy",)),
        (_roles(estate), ("identity",)),
        (_assignments(estate), ("assignment", "permission_set")),
    )
    marks = [mark for found, kinds in measured for mark in _compared(estate, list(found), kinds, _LAXER)]
    marks += _rest(estate, {mark.resource for mark in marks})
    for root in (False, True):
        marks += _compared(estate, list(_factors(estate, root=root)), ("person",), _WEAKER)
    return Facts(marks=(*marks, *_roots(estate)))


def _rest(estate: Estate, told: set[str]) -> Iterator[Mark]:
    """Identities that nobody signs in as: nothing of them is less strict."""
    for item in estate.of("identity"):
        if item.id not in told and item.provider == "aws" and _told(item):
            yield Mark(item.id, _LAXER, [])


def _told(identity: Resource) -> bool:
    """Whether it was read who signs in as an identity, and for how long."""
    role = identity.attrs.get("type") == "role" and identity.attrs.get("service_linked") is not True
    return set(_SIGNED_IN) <= set(identity.attrs) and not (
        role and _by_people(identity) and "session_seconds" not in identity.attrs
    )


def _compared(estate: Estate, measures: list[Measure], kinds: Iterable[str], attr: str) -> Iterator[Mark]:
    """The other environments of which every such thing is stricter in some respect.

    What of an environment was not read may be laxer than what was: it leaves open what is stricter, and
    nothing else. An environment of which nothing was read may be stricter in any respect.
    """
    least: dict[str, list[tuple[int, ...]]] = defaultdict(list)
    hidden: dict[str, set[Gap]] = defaultdict(set)
    unread: set[str] = set()
    for item in measures:
        if item.values is None:
            unread.add(item.environment)
            hidden[item.environment].update(item.gaps)
        else:
            least[item.environment].append(item.values)
    for name, why in _unlisted(estate, kinds):
        unread.add(name)
        hidden[name].update(why)
    weakest = {name: tuple(map(min, zip(*held, strict=True))) for name, held in least.items()}
    for item in measures:
        others = [
            name for name in sorted({*weakest, *unread}) if apart(estate.environments, name, item.environment)
        ]
        if item.values is None:
            yield Mark(item.resource.id, attr, unknown=True, gaps=item.gaps)
            continue
        stricter = [
            name
            for name in others
            if name in weakest and any(a < b for a, b in zip(item.values, weakest[name], strict=True))
        ]
        sure = [name for name in stricter if name not in unread]
        undecided = [name for name in others if name in unread and (name in stricter or name not in weakest)]
        if sure or not undecided:
            yield Mark(item.resource.id, attr, sure)
        else:
            gaps = {gap for name in undecided for gap in hidden[name]}
            yield Mark(item.resource.id, attr, unknown=True, gaps=tuple(sorted(gaps)))


def _unlisted(estate: Estate, kinds: Iterable[str]) -> Iterator[tuple[str, tuple[Gap, ...]]]:
    """Environments in which something of some kinds could not be listed, and why."""
    for item in (missing for kind in kinds for missing in estate.missing(kind)):
        if item.scope.provider == "aws" and not item.closed:
            for place in estate.places_of(item) & estate.environments.keys():
                yield place, item.gaps


def _measure(item: Resource, attrs: Mapping[str, Callable[[Any], int]]) -> Iterator[Measure]:
    if item.environment is None:
        return
    if any(attr in item.unknown for attr in attrs):
        gaps = tuple(sorted({gap for attr in attrs for gap in item.unknown.get(attr, ())}))
        yield Measure(item, item.environment, None, gaps)
    elif all(attr in item.attrs for attr in attrs):
        values = tuple(number(item.attrs[attr]) for attr, number in attrs.items())
        yield Measure(item, item.environment, values)


def _passwords(estate: Estate) -> Iterator[Measure]:
    for item in estate.of("password_policy"):
        yield from _measure(item, _RESPECTS)


def _roles(estate: Estate) -> Iterator[Measure]:
    for item in estate.of("identity"):
        hidden = [attr for attr in _SIGNED_IN if attr in item.unknown]
        if hidden and item.environment is not None:
            gaps = tuple(sorted({gap for attr in hidden for gap in item.unknown[attr]}))
            yield Measure(item, item.environment, None, gaps)
        elif (
            item.attrs.get("type") == "role"
            and item.attrs.get("service_linked") is False
            and _by_people(item)
        ):
            yield from _measure(item, {"session_seconds": lambda seconds: -int(seconds)})


def _by_people(role: Resource) -> bool:
    """Whether somebody other than a service, a pod, or a run of a pipeline takes it."""
    document = role.attrs.get("trust")
    statements = document.get("Statement") if isinstance(document, dict) else None
    listed: Iterable[Any] = statements if isinstance(statements, list) else [statements]
    for statement in listed:
        principal = statement.get("Principal") if isinstance(statement, dict) else None
        if principal == "*" or (isinstance(principal, dict) and "AWS" in principal):
            return True
        named = principal.get("Federated") if isinstance(principal, dict) else None
        if any(one and not by_workloads(str(one)) for one in (named if isinstance(named, list) else [named])):
            return True
    return False


def _assignments(estate: Estate) -> Iterator[Measure]:
    sets = {item.id: item for item in estate.of("permission_set")}
    for item in estate.of("assignment"):
        if item.environment is None:
            continue
        held = sets.get(str(item.attrs.get("permission_set")))
        if held is None or "session_seconds" in held.unknown:
            gaps = held.unknown["session_seconds"] if held else ()
            yield Measure(item, item.environment, None, tuple(gaps))
        else:
            yield Measure(item, item.environment, (-int(held.attrs["session_seconds"]),))


def _factors(estate: Estate, *, root: bool) -> Iterator[Measure]:
    """Root users are measured by root users: one that is left without a factor excuses nobody else."""
    for item in estate.of("person"):
        if item.provider == "aws" and (item.attrs.get("root") is True) is root:
            yield from _measure(item, {"mfa_kind": _FACTORS.__getitem__})


def _roots(estate: Estate) -> Iterator[Mark]:
    """Whether the root user of an account was used of late."""
    roots = {
        item.scope.boundary: item
        for item in estate.of("person")
        if item.provider == "aws" and item.attrs.get("root") is True
    }
    for boundary in sorted(estate.of("boundary"), key=lambda found: found.id):
        root = roots.get(boundary.id)
        if root is None or "used_at" in root.unknown or "used_at" not in root.attrs:
            gaps = root.unknown.get("used_at", ()) if root else ()
            why = {*gaps, *(gap for item in estate.missing("person") for gap in item.gaps if not root)}
            yield Mark(boundary.id, "root_used", unknown=True, gaps=tuple(sorted(why)))
        else:
            yield Mark(boundary.id, "root_used", _recent(root.attrs["used_at"], estate.as_of))


def _recent(used_at: str | None, as_of: str) -> bool:
    if used_at is None:
        return False
    return _time(as_of) - _time(used_at) <= timedelta(days=ROOT_DAYS)


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)
