"""How long records of calls are kept, and which boundaries hold keys: what trails of every provider share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scanner.facts.answers import OPEN, Answer, ask, some
from scanner.facts.watch.holdings import Holding, hidden_in
from scanner.model.estate import Estate, Resource
from scanner.model.logic import Tri

_DEFAULT_DAYS = 365


def held_keys(estate: Estate) -> dict[str, Answer]:
    """Boundary -> whether an active key or secret is in it; NO where it is not named."""
    parts: dict[str, list[Answer]] = {}
    for kind in ("credential", "secret", "key"):
        for item in estate.of(kind):
            parts.setdefault(item.scope.boundary, []).append(ask(item, "active"))
        for boundary, gaps in hidden_in(estate, kind).items():
            parts.setdefault(boundary, []).append(Answer(Tri.UNKNOWN, gaps))
    return {boundary: some(answers) for boundary, answers in parts.items()}


def declared_days(estate: Estate, holding: Holding) -> int:
    """The longest that an environment of production in a boundary declares to keep records."""
    declared = [
        (estate.environments[name].settings.get("keys") or {}).get("log_retention_days")
        for name in holding.of_tier(estate, "production")
    ]
    return max((days for days in declared if isinstance(days, int)), default=_DEFAULT_DAYS)


def kept_in_store(estate: Estate, trail: Resource, files: str, days: int) -> Answer:
    """Whether the store of a trail keeps its files that long; ``files`` is how their names begin."""
    named = ask(trail, "store", lambda found: found is not None)
    if named.state is not Tri.YES:
        return named
    store = estate.by_id.get(str(trail.attrs["store"]))
    if store is None:
        return OPEN

    def keeps(rules: Iterable[Mapping[str, object]]) -> bool:
        return all(int(str(rule["days"])) >= days for rule in rules if _reaches(rule, files))

    return ask(store, "expirations", keeps)


def kept_in_log(estate: Estate, trail: Resource, days: int) -> Answer:
    """Whether the log that a trail writes to keeps it that long."""
    named = ask(trail, "log_group", lambda found: found is not None)
    if named.state is not Tri.YES:
        return named
    log = estate.by_id.get(str(trail.attrs["log_group"]))
    return OPEN if log is None else ask(log, "retention_days", lambda found: found is None or found >= days)


def _reaches(rule: Mapping[str, object], files: str) -> bool:
    """Whether a rule deletes files of a trail: they carry no tags."""
    prefix = str(rule["prefix"])
    return not rule["tagged"] and (prefix.startswith(files) or files.startswith(prefix))
