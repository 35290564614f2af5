"""What must fit together across a file: names that refer, places that do not overlap.

These checks read the plain document, well-formed or not, so that all mistakes of a file come at once.
Each yields the path it is about and the message; what is no mapping or list is somebody else's mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.config.document import Path
from scanner.config.mistakes import shortened, unknown
from scanner.config.names import PORT_PATTERN

Found = Iterator[tuple[Path, str]]
FEWEST = 2
"""Environments in a file: with one there is nothing to keep apart."""
HIGHEST_PORT = 65_535
RESERVED = "external"
PRINCIPALS = ("people", "administrators", "launchers", "promoters")


def inconsistencies(document: Mapping[str, Any]) -> Found:
    """Every contradiction in a document."""
    yield from _environments(document)
    yield from _names(document)
    yield from _references(document)
    yield from _services(document)
    yield from _flows(document)
    yield from _people(document)
    yield from _attestations(document)
    yield from _sources(document)


def entries(value: Any, *steps: str) -> Mapping[str, Any]:
    """The mapping at ``steps`` below ``value``, empty when there is none."""
    for step in steps:
        value = value.get(step) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def items(value: Any) -> list[Any]:
    """A list, or the one text that stands for it; empty when it is neither."""
    if isinstance(value, str):
        return [value]
    return value if isinstance(value, list) else []


def _environments(document: Mapping[str, Any]) -> Found:
    environments = entries(document, "environments")
    # A list or a text in its place is reported as such, an empty value is not.
    if document.get("environments", ()) in (None, environments) and len(environments) < FEWEST:
        count = f"only {next(iter(environments))}" if environments else "none"
        yield ("environments",), f"at least two environments are needed to be kept apart, here is {count}"
    for name, environment in environments.items():
        if isinstance(environment, Mapping) and not _selects(environment.get("match")):
            yield ("environments", name), "nothing belongs to it: name its accounts or the like under match"


def _names(document: Mapping[str, Any]) -> Found:
    for section in ("environments", "services"):
        if RESERVED in entries(document, section):
            yield (section, RESERVED), f"{RESERVED} is the world outside; take another name"
    for name in entries(document, "services"):
        if name in entries(document, "environments"):
            yield ("services", name), f"{shortened(name)} is an environment already; take another name"


def _selects(match: Any) -> bool:
    """Whether a match says anything at all (also nonsense, which is somebody else's mistake)."""
    if isinstance(match, Mapping):
        return any(_selects(value) for value in match.values())
    return match not in (None, [])


def _known(path: Path, name: Any, environments: Mapping[str, Any], services: Mapping[str, Any]) -> Found:
    if not isinstance(name, str) or name in environments:
        return
    if name in services:
        yield path, f"{name} is a service, not an environment; say what it may do under services.{name}"
    elif environments:
        yield path, unknown("environment", name, list(environments))


def _references(document: Mapping[str, Any]) -> Found:
    environments, services = entries(document, "environments"), entries(document, "services")
    for name, environment in environments.items():
        for section, key in (("data", "readable_from"), ("images", "pulled_from")):
            for index, other in enumerate(items(entries(environment, section).get(key))):
                path: Path = ("environments", name, section, key, index)
                yield from _known(path, other, environments, services)
                if other == name:
                    yield path, f"{name} may always do this in itself; name other environments only"


def _services(document: Mapping[str, Any]) -> Found:
    environments, services = entries(document, "environments"), entries(document, "services")
    for name, service in services.items():
        for key in ("allows", "may"):
            for other in entries(service, key):
                yield from _known(("services", name, key, other), other, environments, services)


def _flows(document: Mapping[str, Any]) -> Found:
    environments, services = entries(document, "environments"), entries(document, "services")
    seen: dict[str, int] = {}
    for index, flow in enumerate(items(document.get("flows"))):
        if not isinstance(flow, Mapping):
            continue
        path: Path = ("flows", index)
        for key in ("from", "to"):
            yield from _known((*path, key), flow.get(key), environments, services)
        if isinstance(flow.get("from"), str) and flow.get("from") == flow.get("to"):
            yield (*path, "to"), f"a flow from {flow['to']} to itself allows nothing new"
        via = flow.get("via")
        if isinstance(via, str) and via not in services:
            if via in environments:
                yield (*path, "via"), f"{via} is an environment; a flow goes via a service"
            else:
                yield (*path, "via"), unknown("service", via, list(services))
        name = flow.get("name")
        if isinstance(name, str) and seen.setdefault(name, index) != index:
            yield (*path, "name"), f"{shortened(name)} is taken by flow {seen[name]}"
        for at, port in enumerate(items(flow.get("ports"))):
            yield from _port((*path, "ports", at), port)


def _port(path: Path, port: Any) -> Found:
    found = re.fullmatch(PORT_PATTERN, str(port))
    if found is None:
        return
    first, last = int(found[1]), int(found[3] or found[1])
    if max(first, last) > HIGHEST_PORT:
        yield path, f"port {max(first, last)} does not exist: the highest is {HIGHEST_PORT}"
    elif first > last:
        yield path, f"the range {first}-{last} is the wrong way round"


def _people(document: Mapping[str, Any]) -> Found:
    people = entries(document, "people")
    holders: dict[str, str] = {}
    for name, person in people.items():
        for index, identity in enumerate(items(entries(person).get("is"))):
            if isinstance(identity, str) and holders.setdefault(identity, name) != name:
                yield ("people", name, "is", index), f"{identity} is {holders[identity]}'s already"
    for path, listed in _principals(document):
        for index, principal in enumerate(items(listed)):
            named = isinstance(principal, str) and re.fullmatch(r"[\w-]+", principal)
            if named and principal not in people:
                yield (*path, index), _no_person(principal, list(people))


def _principals(document: Mapping[str, Any]) -> Iterator[tuple[Path, Any]]:
    for name, environment in entries(document, "environments").items():
        for key in PRINCIPALS:
            yield ("environments", name, key), entries(environment).get(key)
        yield ("environments", name, "images", "publishers"), entries(environment, "images").get("publishers")
        yield ("environments", name, "keys", "readers"), entries(environment, "keys").get("readers")


def _no_person(name: str, people: list[str]) -> str:
    return f"{unknown('person', name, people)} (a login belongs under people: NAME: {{is: [{name}]}})"


def _attestations(document: Mapping[str, Any]) -> Found:
    for index, attestation in enumerate(items(document.get("attestations"))):
        since, until = entries(attestation).get("date"), entries(attestation).get("expires")
        # Both are ISO 8601 dates once well-formed, which compare as text.
        if isinstance(since, str) and isinstance(until, str) and len(since) == len(until) and until <= since:
            yield ("attestations", index, "expires"), f"{until} is not after its date, {since}"


def _sources(document: Mapping[str, Any]) -> Found:
    aws = entries(document, "sources", "aws")
    regions, accounts = items(aws.get("regions")), items(aws.get("accounts"))
    if "enabled" in regions and len(regions) > 1:
        yield ("sources", "aws", "regions"), "enabled stands for all regions; name it alone, or name regions"
    organization = aws.get("organization")
    read = organization.get("read") if isinstance(organization, Mapping) else organization
    if aws.get("discover") is True and read is False:
        yield (
            ("sources", "aws", "discover"),
            "accounts are found in AWS Organizations, which organization: false leaves unread",
        )
    role = aws.get("role")
    if isinstance(role, str) and "{account}" not in role and len(accounts) > 1:
        yield (
            ("sources", "aws", "role"),
            "one role cannot read several accounts: write {account} for its account id",
        )
