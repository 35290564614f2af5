"""Which runs of a CI service a role accepts: what its trust policy demands of the token's subject.

A subject is as good as declared if it names one repository and a declared branch, a declared release tag,
or the environment of the CI service that is called as production is. Forms of services that are not known
here are not judged.

https://docs.github.com/en/actions/reference/security/oidc
https://docs.gitlab.com/ci/secrets/id_token_authentication/
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc_secure-by-default.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from scanner.facts.identity.actions import WITH_TOKEN
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.conditions import Test
from scanner.facts.identity.issuers import cluster_region, issuer
from scanner.facts.identity.patterns import wild
from scanner.facts.identity.statements import Statement, acting
from scanner.model.logic import Tri

_CI = (
    *("app.terraform.io", "agent.buildkite.com", "api.bitbucket.org", "gitlab", "oidc.circleci.com"),
    *("token.actions.", "vstoken.dev.azure.com", "oidc.codefresh.io", "scalr.io"),
)
"""Beginnings of the issuers of CI services."""
_NOT_CI = (
    *("accounts.google.com", "cognito-identity.", "graph.facebook.com", "www.amazon.com"),
    *("login.microsoftonline.com/", "sts.windows.net/"),
)
"""Beginnings of the issuers of people's tokens."""
_IGNORECASE = "stringequalsignorecase"
_EQUAL = frozenset(("stringequals", "stringlike", _IGNORECASE))
_REFERENCE = re.compile(r"(.*?:ref:(?:refs/heads/|refs/tags/)?)(.*)")
_FORMS = (
    re.compile(r"repo:(?P<project>[^:]+):(?P<kind>ref|environment):(?P<value>.+)"),
    re.compile(r"project_path:(?P<project>[^:]+):ref_type:(?P<kind>branch|tag):ref:(?P<value>.+)"),
)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What one statement accepts: ``subject`` is a pattern (``*``: any)."""

    issuer: str
    subject: str
    declared: Tri
    statement: Statement


def trusts_ci(role: Caller) -> Tri:
    """Whether runs of a CI service may take a role at all; an issuer that nobody here knows may be one."""
    if role.trust is None:
        return Tri.NO
    statements = acting(role.trust.document, WITH_TOKEN)
    if any(_issuer(statement) for statement in statements if statement.effect == "allow"):
        return Tri.YES
    return Tri.UNKNOWN if any(_may_be_ci(statement) for statement in statements) else Tri.NO


def _may_be_ci(statement: Statement) -> bool:
    if statement.effect != "allow" or statement.principals is None:
        return statement.effect == "either"
    issuers = (
        issuer(entry.value)
        for entry in statement.principals.entries
        if entry.kind == "federated" and ":saml-provider/" not in entry.value
    )
    return statement.principals.everyone or any(
        not (each.startswith(_NOT_CI) or cluster_region(each)) for each in issuers
    )


def by_workloads(provider: str) -> bool:
    """Whether a token issuer vouches for runs of a known CI service or for pods, and so for nobody."""
    address = issuer(provider)
    return _is_ci(address) or cluster_region(address) is not None


def _is_ci(address: str) -> bool:
    return address.startswith(_CI) or ".gitlab." in address


def accepted(role: Caller, environment: str, settings: Mapping[str, Any]) -> Iterator[Accepted]:
    """Every subject that a role accepts, judged by what an environment declares."""
    if role.trust is None:
        return
    for statement in acting(role.trust.document, WITH_TOKEN):
        address = _issuer(statement) if statement.effect == "allow" else None
        if address is None:
            continue
        subjects = _subjects(statement, address)
        if not subjects:
            yield Accepted(address, "*", Tri.NO, statement)
        for subject in subjects:
            yield Accepted(address, subject, _declared(subject, environment, settings), statement)


def _issuer(statement: Statement) -> str | None:
    for entry in statement.principals.entries if statement.principals else ():
        address = issuer(entry.value)
        if entry.kind == "federated" and _is_ci(address):
            return address
    return None


def _subjects(statement: Statement, address: str) -> tuple[str, ...]:
    """The values of a condition on the subject: of several all hold, so that the narrowest will do."""
    found: list[tuple[str, ...]] = [
        tuple(_ignoring_case(value) if test.operator == _IGNORECASE else value for value in test.values)
        for test in statement.tests
        if test.key == f"{address.lower()}:sub" and _demands(test)
    ]
    return min(found, key=lambda values: (any(wild(one) for one in values), len(values)), default=())


def _ignoring_case(subject: str) -> str:
    """A subject whatever its case, as a pattern: branches and tags that differ in case are others."""
    found = _REFERENCE.fullmatch(subject)
    return f"{found[1]}{re.sub('[a-zA-Z]', '?', found[2])}" if found else subject


def _demands(test: Test) -> bool:
    """Whether a condition holds only for tokens with one of its values: also tokens without one fail it."""
    return test.operator in _EQUAL and not test.if_exists and test.quantifier != "all"


def _declared(subject: str, environment: str, settings: Mapping[str, Any]) -> Tri:
    match = next((found for form in _FORMS if (found := form.fullmatch(subject))), None)
    if match is None:
        return Tri.NO if subject.startswith(("repo:", "project_path:")) or wild(subject) else Tri.UNKNOWN
    project, kind, value = match["project"], match["kind"], match["value"]
    if wild(project):
        return Tri.NO
    if kind == "environment":
        return Tri.of(value.casefold() in (environment.casefold(), "production"))
    name, listed = _reference(kind, value, settings)
    return Tri.of(any(_within(name, str(pattern)) for pattern in listed))


def _reference(kind: str, value: str, settings: Mapping[str, Any]) -> tuple[str, Sequence[Any]]:
    """A branch or tag, and what is declared of its sort."""
    if kind == "tag" or value.startswith("refs/tags/"):
        return value.removeprefix("refs/tags/"), settings.get("release_tags") or ()
    return value.removeprefix("refs/heads/"), settings.get("branches") or ()


def _within(name: str, pattern: str) -> bool:
    """Whether every branch that a name stands for is one of a pattern."""
    return pattern in (name, "*") or (not wild(name) and fnmatchcase(name, pattern))
