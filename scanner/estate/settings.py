"""What settings of containers say, whatever the provider: images, and plain settings by name and looks.

Values of settings are classifications (`scanner.collect.concealment`): a value that looks like a secret, or
that stands in plain under a name like ``DB_PASSWORD``, is a secret outside a vault. One that is merely
random (a commit, a checksum) is none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Container = Mapping[str, Any]

_HARMLESS = frozenset({"plain", "reference", "empty", "high_entropy"})
_VAULTED = frozenset({"reference", "empty"})


def images(containers: Iterable[Container]) -> list[str]:
    """The images, sorted."""
    return sorted({each["image"] for each in containers if each.get("image")})


def settings(containers: Iterable[Container], key: str = "environment") -> list[dict[str, Any]]:
    """Plain settings of containers: names, and what their values look like."""
    return _sorted(
        _setting(each.get("name", ""), each.get("value"))
        for container in containers
        for each in container.get(key) or ()
    )


def mapped(variables: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The same of a mapping from name to value."""
    return _sorted(_setting(name, value) for name, value in (variables or {}).items())


def commands(containers: Iterable[Container], *keys: str) -> list[dict[str, Any]]:
    """Words of commands as settings without a name of their own."""
    return _sorted(
        _setting(key, word) for container in containers for key in keys for word in _words(container.get(key))
    )


def plain_secrets(found: Iterable[Mapping[str, Any]]) -> list[str]:
    """Names of settings that hold a secret in plain, sorted."""
    return sorted({str(each["name"]) for each in found if holds_secret(each)})


def holds_secret(value: Any) -> bool:
    """Whether a classified value is a secret, or is named like one and in no vault."""
    if not isinstance(value, Mapping):
        return False
    looks = value.get("looks", "plain")
    named = bool(value.get("named_like_secret")) and looks not in _VAULTED
    return looks not in _HARMLESS or named or bool(value.get("holds"))


def _setting(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return {"name": name, **{key: said for key, said in value.items() if key != "concealed"}}
    return {"name": name, "looks": "empty" if value in (None, "") else ""}


def _words(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else () if value is None else (value,)


def _sorted(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(found, key=lambda each: (each["name"], str(each)))
