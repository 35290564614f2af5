"""Which environments a key or a secret serves: its own, and those of what uses it (KEY-001).

Things of a boundary that could not be read may use a key too. They matter only where they would be of
another environment and the key's policy or grants may admit their account.
https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-modifying-external-accounts.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.facts.crossings import SERVICE
from scanner.facts.watch.holdings import hidden_in
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.snapshot import Gap

NEEDS = (
    *("key.policy", "key.grants", "secret.policy", "secret.key", "store.key", "log.key", "trail.key"),
    "workload.secrets",
)
_USERS = {"key": ("secret", "store", "log", "trail"), "secret": ("workload",)}
_ATTRS = {"secret": "key", "store": "key", "log": "key", "trail": "key", "workload": "secrets"}
_ACCOUNT = re.compile(r"(?<!\d)\d{12}(?!\d)")


def derive(estate: Estate) -> Facts:
    """Marks ``used_by_environments`` on keys and secrets."""
    marks: list[Mark] = []
    for kind, users in _USERS.items():
        used = _used(estate, users)
        hidden = _hidden(estate, users)
        marks += (_mark(estate, item, used.get(item.id, {}), hidden) for item in estate.of(kind))
    return Facts(marks=tuple(marks))


def _used(estate: Estate, users: tuple[str, ...]) -> dict[str, dict[str, Step]]:
    """Key or secret -> environment -> a step to the first thing of that environment that uses it."""
    found: dict[str, dict[str, Step]] = {}
    for kind in users:
        for user in estate.of(kind):
            if user.environment is None:
                continue
            for identity in _named(user.attrs.get(_ATTRS[kind])):
                step = Step(identity, user.id, f"used by {kind} {user.name}", user.where(_ATTRS[kind]))
                found.setdefault(identity, {}).setdefault(user.environment, step)
    return found


def _named(value: Any) -> Iterator[str]:
    yield from (str(one) for one in (value if isinstance(value, list | tuple) else [value]) if one)


def _hidden(estate: Estate, users: tuple[str, ...]) -> dict[str, tuple[Gap, ...]]:
    """Boundary -> what hides uses in it."""
    found: dict[str, set[Gap]] = {}
    for kind in users:
        for account, gaps in hidden_in(estate, kind).items():
            found.setdefault(account, set()).update(gaps)
        for user in estate.of(kind):
            if _ATTRS[kind] in user.unknown:
                found.setdefault(user.scope.boundary, set()).update(user.unknown[_ATTRS[kind]])
    return {account: tuple(sorted(gaps)) for account, gaps in found.items()}


def _mark(
    estate: Estate, item: Resource, used: Mapping[str, Step], hidden: Mapping[str, tuple[Gap, ...]]
) -> Mark:
    served = sorted({*used, *([item.environment] if item.environment else [])})
    steps = tuple(used[name] for name in sorted(used))
    if len(served) > 1:
        return Mark(item.id, "used_by_environments", served, steps=steps)
    gaps: set[Gap] = set()
    open_ = False
    for account, why in hidden.items():
        place = estate.places.get(account)
        elsewhere = place not in served and not (place or "").startswith(SERVICE)
        if elsewhere and (account == item.scope.boundary or _may_admit(item, account)):
            open_ = True
            gaps.update(why)
    return Mark(item.id, "used_by_environments", None if open_ else served, open_, tuple(sorted(gaps)), steps)


def _may_admit(item: Resource, account: str) -> bool:
    """Whether a policy or a grant may let another account in: it names it, everybody, or was not read."""
    if "policy" in item.unknown or "grants" in item.unknown:
        return True
    text = f"{item.attrs.get('policy')} {item.attrs.get('grants')}"
    if account in _ACCOUNT.findall(text):
        return True
    return any(mark in text for mark in ("'*'", "aws:PrincipalOrg", "kms:ViaService")) and _everyone(item)


def _everyone(item: Resource) -> bool:
    policy = item.attrs.get("policy") or {}
    statements = policy.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        values = principal.get("AWS") if isinstance(principal, dict) else principal
        if statement.get("Effect") == "Allow" and "*" in (values if isinstance(values, list) else [values]):
            return True
    return False
