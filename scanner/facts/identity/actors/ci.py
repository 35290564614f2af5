"""Runs of GitHub Actions in repositories and on branches of one environment that get a role of another.

Whose a run is the environment file says (`Repositories`). Runs of repositories that no environment names, and
of other CI services, are nobody's: how broad the trust of a role is at all is SRC-005's matter.

https://docs.github.com/en/actions/reference/security/oidc
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from scanner.facts.identity.actors.acting import TOKEN, Acting
from scanner.facts.identity.actors.repositories import Owner, Repositories, named_by_environment
from scanner.facts.identity.actors.tokens import Tokens, Trust
from scanner.facts.identity.edges import opened
from scanner.facts.identity.patterns import intersects, matches
from scanner.facts.identity.world import World
from scanner.model.estate import Resource
from scanner.model.logic import Tri
from scanner.model.snapshot import Scope

_ISSUER = re.compile(r"token\.actions\.(githubusercontent\.com|[\w-]+\.ghe\.com)(/.*)?")
"""GitHub's, an enterprise's own with its name behind that, and those of enterprises with data residency."""


def acting(world: World, tokens: Tokens) -> Iterator[Acting]:
    """Runs of each environment's repositories with the roles of other places that accept them."""
    owned = Repositories(world.estate)
    for trust in tokens.trusts:
        if _ISSUER.fullmatch(trust.issuer):
            for owner in owned.owners:
                if owner.name != trust.role.place:
                    yield from _of(tokens, trust, owned, owner)


def _of(tokens: Tokens, trust: Trust, owned: Repositories, owner: Owner) -> Iterator[Acting]:
    for repository in owner.repositories:
        for forms in owned.forms(owner, repository):
            if not trust.anyone and not any(intersects(one, forms[0]) for one in trust.patterns):
                continue
            found = _best(tokens, trust, owned, owner, forms)
            if found is not None:
                yield found


def _best(
    tokens: Tokens, trust: Trust, owned: Repositories, owner: Owner, forms: tuple[str, ...]
) -> Acting | None:
    """The surest run of one repository that gets the role: first of those that surely are the owner's."""
    subjects, exact = trust.subjects(forms[0], forms[1:])
    whose = {one: owned.whose(owner, one) for one in subjects}
    for state in (Tri.YES, Tri.UNKNOWN):
        # What a branch does says more than what an environment of GitHub's is called.
        mine = sorted((one for one in subjects if whose[one] is state), key=named_by_environment)
        for subject in mine:
            shown = _shown(trust, subject, forms)
            name = f"{trust.issuer}:{shown}"
            resource = Resource(name, TOKEN, shown, Scope("github", shown, "global"), {})
            found = tokens.acting(trust, owner.name, name, resource, (subject,), exact=True)
            if found is not None and state is Tri.UNKNOWN:
                why = f"admits runs of which it is not declared whether they are {owner.name}'s"
                found = replace(found, decision=opened(found.decision, "resource", why))
            if found is not None:
                return found
    if exact:
        return None
    shown = forms[0]
    resource = Resource(shown, TOKEN, shown, Scope("github", shown, "global"), {})
    return tokens.acting(trust, owner.name, f"{trust.issuer}:{shown}", resource, subjects[:1], exact=False)


def _shown(trust: Trust, subject: str, forms: tuple[str, ...]) -> str:
    """The narrowest of what the trust policy and the file write that includes a subject."""
    found = [one for one in (*trust.patterns, *forms) if matches(one, subject)]
    return max(found, key=lambda one: (len(one.replace("*", "")), one), default=subject)
