"""Names of KMS keys: other services write a key as its ARN, its id, or an alias of either form.

https://docs.aws.amazon.com/kms/latest/developerguide/concepts-key-id.html
"""

from __future__ import annotations

from scanner.estate.normaliser import Attr, Reading, inside
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Scope

ALIAS = "kms.alias"
ALIASES = "kms:ListAliases"


def key_named(reading: Reading, name: str | None, pointer: str = "", region: str = "") -> Value:
    """The ARN of a key named in any form, in ``region`` (default: the reading's); ``None`` for no name.

    An alias that leads nowhere, or is another account's, stays an alias's ARN; one that was not read hides
    the key.
    """
    if not name:
        return Known(None, pointer)
    scope, world = reading.scope, reading.world
    if not name.startswith("arn:"):
        prefix = f"arn:{world.partition(scope.boundary)}:kms:{region or scope.region}:{scope.boundary}"
        name = f"{prefix}:{name}" if name.startswith("alias/") else f"{prefix}:key/{name}"
    if ":alias/" not in name:
        return Known(name, pointer)
    alias = world.identified(ALIAS, name)
    if alias is not None and "ListAliases" in alias.data:
        target = alias.data["ListAliases"].get("TargetKeyId")
        return Known(f"{name.partition(':alias/')[0]}:key/{target}" if target else name, pointer)
    home = Scope(scope.provider, *name.split(":")[4:2:-1])
    gaps = world.hiding_any(ALIASES, home)
    if alias is not None or gaps or not world.listed(home.boundary, ALIAS):
        return Unknown(gaps)
    return Known(name, pointer)


def key_at(operation: str, *path: str) -> Attr:
    """The key that an answer names at a path; an answer without it says that the provider's own is used."""

    def read(reading: Reading) -> Value:
        named = inside(reading.answer(operation), *path, absent=None)
        if isinstance(named, Unknown):
            return named
        return key_named(reading, named.value, named.pointer)

    return Attr(read, (operation,), (ALIASES,))
