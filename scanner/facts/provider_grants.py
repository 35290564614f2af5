"""Whether the identity providers of an environment are those that it declares (ACC-006)."""

from __future__ import annotations

from collections.abc import Iterator

from scanner.facts.identity_grants import provider_declared
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Mark

NEEDS = ("identity_provider.type",)


def derive(estate: Estate) -> Facts:
    """Mark ``declared_provider`` on every identity provider; of an environment that declares none, False."""
    return Facts(marks=tuple(_marks(estate)))


def _marks(estate: Estate) -> Iterator[Mark]:
    for item in sorted(estate.of("identity_provider"), key=lambda found: found.id):
        environment = estate.environments.get(item.environment or "")
        listed = environment.settings.get("identity_providers") if environment else None
        yield Mark(item.id, "declared_provider", provider_declared(item.id, listed or ()))
