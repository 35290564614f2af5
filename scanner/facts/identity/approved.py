"""Registries that serve production: its own, and those whose images it approves (``images.approved``)."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

from scanner.facts.identity.declared import setting
from scanner.model.estate import Environment, Estate, Resource

_ARN = re.compile(
    r"arn:(?P<partition>[^:]+):ecr:(?P<region>[^:]+):(?P<account>\d{12}):repository/(?P<name>.+)"
)
_SUFFIX = {"aws-cn": "amazonaws.com.cn"}


def address(registry: Resource) -> str | None:
    """Where images of a repository are pulled from (``1234.dkr.ecr.eu-west-1.amazonaws.com/name``)."""
    found = _ARN.fullmatch(registry.id)
    if found is None:
        return None
    host = _SUFFIX.get(found["partition"], "amazonaws.com")
    return f"{found['account']}.dkr.ecr.{found['region']}.{host}/{found['name']}"


def approved_by(estate: Estate, registry: Resource) -> list[str]:
    """The environments of production that a registry serves, sorted."""
    where = address(registry)
    return sorted(
        name
        for name, environment in estate.environments.items()
        if environment.tier == "production"
        and (registry.environment == name or (where is not None and _approves(environment, where)))
    )


def _approves(environment: Environment, where: str) -> bool:
    return any(matches(pattern, where) for pattern in setting(environment, "images.approved") or ())


def matches(pattern: str, where: str) -> bool:
    """Whether a pattern over images covers a repository, or some image in it."""
    bare = re.sub(r"(@[^/]*|:[^/:]*)$", "", pattern)
    return fnmatchcase(where, bare) or fnmatchcase(where, f"{bare}/*")
