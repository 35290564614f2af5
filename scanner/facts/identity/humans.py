"""Which identities are one human's, and whom a declaration names: only what the environment file says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scanner.model.estate import Estate, Resource


class Humans:
    """The people of an estate as the environment file joins them."""

    def __init__(self, estate: Estate) -> None:
        self._name_of = {one: name for name, held in estate.people.items() for one in held}
        self._identities: Mapping[str, tuple[str, ...]] = estate.people

    def name(self, person: Resource) -> str:
        """The declared human, else the person's own id: joins are never made on similar names."""
        for one in known_by(person):
            if one in self._name_of:
                return self._name_of[one]
        return person.id

    def declared(self, person: Resource, principals: Iterable[Any], also: Iterable[str] = ()) -> bool:
        """Whether a list of principals names a person, by an identity of theirs or ``also`` by others."""
        name = self.name(person)
        ids = {*known_by(person), *self._identities.get(name, ()), *also}
        return any(
            entry == name or any(fnmatchcase(one, str(entry)) for one in sorted(ids)) for entry in principals
        )


def known_by(person: Resource) -> tuple[str, ...]:
    """Everything that a person is known by."""
    return (person.id, str(person.attrs.get("identity") or person.id), *(person.attrs.get("logins") or ()))
