"""Whose a run of GitHub Actions is, by its token's subject and by what the environment file says.

An environment names repositories, and branches where it shares one (``match.github``). Where it names no
branch there, the branches and release tags that it declares tell it from others that share the repository.
What neither tells is not known: it may be of any of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from scanner.model.estate import Environment, Estate
from scanner.model.logic import Tri

_SUBJECT = re.compile(r"repo:(?P<repository>[^:]+):(?P<rest>.+)", re.DOTALL)
_NUMBER = re.compile(r"@[^/:]*")
"""The number of an owner or a repository, in subjects that hold it besides the name."""
_BRANCH, _TAG, _ENVIRONMENT = "ref:refs/heads/", "ref:refs/tags/", "environment:"
_PULL = "pull_request"
_PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class Owner:
    """An environment that names repositories; ``None``: it does not say."""

    name: str
    tier: str
    repositories: tuple[str, ...]
    only: tuple[str, ...]
    """The branches that alone are its own."""
    branches: tuple[str, ...] | None
    tags: tuple[str, ...] | None

    def has(self, repository: str) -> bool:
        """Whether it names a repository."""
        return any(fnmatchcase(repository, pattern) for pattern in self.repositories)

    def says(self, rest: str) -> bool | None:
        """Whether a run is its own by what it declares: ``None`` where it declares nothing of the sort."""
        if rest.startswith(_BRANCH):
            return _listed(rest.removeprefix(_BRANCH), self.only or self.branches)
        if rest.startswith(_TAG):
            return _listed(rest.removeprefix(_TAG), self.tags)
        if rest.startswith(_ENVIRONMENT):
            named = rest.removeprefix(_ENVIRONMENT).casefold()
            own = {self.name.casefold(), *([_PRODUCTION] if self.tier == _PRODUCTION else [])}
            return True if named in own else None
        # A pull request is opened from any branch, and so from those where work goes on.
        if rest == _PULL and self.tier != _PRODUCTION:
            return True
        return None


class Repositories:
    """The repositories of every environment that names some."""

    def __init__(self, estate: Estate) -> None:
        found = (_owner(item) for _, item in sorted(estate.environments.items()))
        self.owners = tuple(owner for owner in found if owner.repositories)

    def whose(self, owner: Owner, subject: str) -> Tri:
        """Whether a run with a subject is of an environment."""
        match = _SUBJECT.fullmatch(subject)
        if match is None:
            return Tri.NO
        repository, rest = _NUMBER.sub("", match["repository"]), match["rest"]
        if not owner.has(repository):
            return Tri.NO
        said = owner.says(rest)
        others = [one for one in self.owners if one is not owner and one.has(repository)]
        if not others and not owner.only:
            return Tri.YES
        if said is None:
            return Tri.NO if any(one.says(rest) for one in others) else Tri.UNKNOWN
        return Tri.of(said)

    def forms(self, owner: Owner, repository: str) -> Iterator[tuple[str, ...]]:
        """Patterns of subjects of a repository: of all, then of those that are told apart."""
        rest = [f"{_ENVIRONMENT}{name}" for name in (owner.name, _PRODUCTION)]
        rest += [f"{_BRANCH}{one}" for one in owner.only or owner.branches or ()]
        rest += [f"{_TAG}{one}" for one in owner.tags or ()]
        start, _, name = repository.partition("/")
        for written in (repository, f"{start}@*/{name}@*"):
            yield tuple(f"repo:{written}:{one}" for one in ("*", _PULL, *rest))


def named_by_environment(subject: str) -> bool:
    """Whether a subject names an environment of GitHub's, and so no branch."""
    return f":{_ENVIRONMENT}" in subject


def _listed(name: str, patterns: tuple[str, ...] | None) -> bool | None:
    return None if patterns is None else any(fnmatchcase(name, pattern) for pattern in patterns)


def _owner(environment: Environment) -> Owner:
    settings = environment.settings
    named = settings.get("github") or {}
    only = tuple(named.get("branches") or ())
    repositories = tuple(named.get("repositories") or ()) or (("*/*",) if only else ())
    branches, tags = settings.get("branches"), settings.get("release_tags")
    return Owner(
        environment.name,
        environment.tier,
        repositories,
        only,
        None if branches is None else tuple(branches),
        None if tags is None else tuple(tags),
    )
