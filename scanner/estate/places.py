"""Where things belong: boundary selectors first, then tags; and what tags say on their own.

A resource inherits the place of its boundary; a boundary that nothing names inherits that of the one it lies
in (``subscription/group``: of the subscription). In a boundary that has none, the tag selectors of the
environment file assign it, if those of exactly one place match. Everything is three-valued: where tags were
not read and could decide, nothing is assigned and ``assigned_by`` is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import translate
from typing import TYPE_CHECKING

from scanner.config.boundaries import EVERYTHING, containing, is_pattern, matched, outermost
from scanner.estate.values import Known, Unknown, Value

if TYPE_CHECKING:
    from scanner.config import EnvironmentFile
    from scanner.config.selectors import Match

_SERVICE = "service:"


class Places:
    """The selectors of an environment file for one provider, compiled once."""

    def __init__(self, provider: str, config: EnvironmentFile, *, folded_tags: bool = False) -> None:
        """``folded_tags``: names of tags are the same whatever their case."""
        self.pattern: str = config.pattern
        self._folded = folded_tags
        self._groups: dict[str, set[str]] = {}
        self._containers: Mapping[str, tuple[str, ...]] = {}
        self._boundaries: dict[str, set[str]] = {}
        self._patterns: list[tuple[re.Pattern[str], str]] = []
        self._claims: dict[str, frozenset[str]] = {}
        self._selectors: list[tuple[str, list[tuple[str, re.Pattern[str]]]]] = []
        self._keys = frozenset(key.casefold() for key in config.tag_key)
        self._names = {name.casefold(): name for name in config.environments}
        for place, declared in _declared(config):
            match = getattr(declared, provider)
            for boundary in matched(match):
                if boundary == EVERYTHING:
                    continue
                if is_pattern(boundary):
                    self._patterns.append((re.compile(translate(boundary)), place))
                else:
                    self._boundaries.setdefault(boundary, set()).add(place)
            for container in containing(match):
                self._groups.setdefault(container, set()).add(place)
            if match.tags:
                wanted = [(self._key(key), _either(values)) for key, values in match.tags.items()]
                self._selectors.append((place, wanted))

    def stand_in(self, containers: Mapping[str, tuple[str, ...]]) -> None:
        """Take note of what boundaries stand in, the nearest first: it places those that nothing names."""
        self._containers = containers

    @property
    def declared(self) -> Iterable[str]:
        """The outermost boundaries that some selector names."""
        return sorted({outermost(boundary) for boundary in self._boundaries})

    @property
    def by_tags(self) -> frozenset[str]:
        """The environments that tags may put a resource in, where its boundary has no place."""
        return frozenset(place for place, _ in self._selectors if not place.startswith(_SERVICE))

    def claims(self, boundary: str) -> list[str]:
        """The places whose selectors name a boundary itself, sorted."""
        if boundary not in self._claims:
            by_pattern = {place for pattern, place in self._patterns if pattern.match(boundary)}
            self._claims[boundary] = frozenset(by_pattern | self._boundaries.get(boundary, set()))
        return sorted(self._claims[boundary])

    def of_boundary(self, boundary: str) -> str | None:
        """The one place of a boundary, or of what it lies in if none names it; two that claim it are none."""
        claims = self.claims(boundary)
        if not claims and outermost(boundary) != boundary:
            return self.of_boundary(outermost(boundary))
        for container in self._containers.get(boundary, ()):
            claims = claims or sorted(self._groups.get(container, ()))
        return claims[0] if len(claims) == 1 else None

    def environment_of(self, boundary: str) -> str | None:
        """The place of a boundary if it is an environment."""
        place = self.of_boundary(boundary)
        return None if place is None or place.startswith(_SERVICE) else place

    def of_tags(self, tags: Value) -> Value:
        """The place that tag selectors assign: of exactly one that matches."""
        if not self._selectors:
            return Known(None)
        if isinstance(tags, Unknown):
            return tags
        found = set(self._selected(tags.value))
        return Known(found.pop() if len(found) == 1 else None)

    def named_by(self, tags: Mapping[str, str]) -> list[str]:
        """Every place that tags name: by an environment's own name, or by a selector; sorted."""
        named = {
            self._names[value.casefold()]
            for key, value in tags.items()
            if key.casefold() in self._keys and value.casefold() in self._names
        }
        return sorted(named.union(self._selected(tags)))

    def environments_named_by(self, tags: Mapping[str, str]) -> list[str]:
        """As `named_by`, environments alone."""
        return [place for place in self.named_by(tags) if not place.startswith(_SERVICE)]

    def _key(self, name: str) -> str:
        return name.casefold() if self._folded else name

    def _selected(self, tags: Mapping[str, str]) -> Iterator[str]:
        tags = {self._key(name): value for name, value in tags.items()}
        for place, wanted in self._selectors:
            if all(key in tags and pattern.match(tags[key]) for key, pattern in wanted):
                yield place


def _declared(config: EnvironmentFile) -> Iterator[tuple[str, Match]]:
    for name, environment in config.environments.items():
        yield name, environment.match
    for name, service in config.services.items():
        yield f"{_SERVICE}{name}", service.match


def _either(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(translate(pattern) for pattern in patterns))


def split(place: str | None) -> tuple[str | None, str | None]:
    """A place as (environment, service)."""
    if place is None:
        return None, None
    return (None, place.removeprefix(_SERVICE)) if place.startswith(_SERVICE) else (place, None)
