"""Whether changes in a subscription, and the use of its keys, are recorded and kept (KEY-005, HRD-003).

The activity log records what is changed, and a setting of the subscription sends it somewhere. What is read
or used in a key vault is recorded by a setting of that vault alone, so that each vault of production has to
have one. It is kept where it is sent: a workspace keeps it for a set time, a storage account until its
rules delete it. A managed HSM is a vault of another sort, whose settings are not collected.

https://learn.microsoft.com/azure/key-vault/general/logging
https://learn.microsoft.com/azure/azure-monitor/platform/activity-log
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from scanner.facts.answers import NO, OPEN, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.facts.watch.records import declared_days, held_keys, kept_in_log, kept_in_store
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    *READS,
    *(f"trail.{attr}" for attr in ("type", "logging", "covers", "management_events", "data_events")),
    *("trail.store", "trail.prefix", "trail.log_group"),
    *("store.expirations", "log.retention_days", "other_resource.type"),
    *("credential.active", "secret.active", "key.active"),
)
_VAULT, _HSM = "microsoft.keyvault/vaults", "microsoft.keyvault/managedhsms"
_SHOWN = 5


def derive(estate: Estate) -> Facts:
    """Marks ``calls_recorded``, ``key_use_recorded``, ``key_use_kept`` and ``keys_held`` on subscriptions."""
    watch = _Watch(estate)
    return Facts(marks=tuple(made for holding in holdings(estate) for made in watch.marks(holding)))


class _Watch:
    """Trails by what they record, and vaults by subscription."""

    def __init__(self, estate: Estate) -> None:
        self._estate = estate
        self._activity: dict[str, list[Resource]] = {}
        self._of_vault: dict[str, list[Resource]] = {}
        self._vaults: dict[str, list[Resource]] = {}
        for trail in estate.of("trail"):
            for boundary in trail.attrs.get("covers", ()):
                self._activity.setdefault(boundary, []).append(trail)
            for event in trail.attrs.get("data_events", ()):
                self._of_vault.setdefault(event.partition(" ")[2], []).append(trail)
        for item in estate.of("other_resource"):
            if item.attrs.get("type") in (_VAULT, _HSM):
                self._vaults.setdefault(item.scope.boundary, []).append(item)
        self._trails = hidden_in(estate, "trail")
        self._others = hidden_in(estate, "other_resource")
        self._keys = held_keys(estate)

    def marks(self, holding: Holding) -> Iterator[Mark]:
        """The four marks of a subscription."""
        boundary = holding.boundary
        hidden = self._trails.get(boundary.id)
        changes = some(
            every((ask(trail, "logging"), ask(trail, "management_events", lambda word: word != "none")))
            for trail in self._activity.get(boundary.id, ())
        )
        yield mark(boundary, "calls_recorded", unless_hidden(changes, hidden))
        days = declared_days(self._estate, holding)
        recorded, kept = self._each(holding, None, hidden), self._each(holding, days, hidden)
        yield mark(
            boundary, "key_use_recorded", every(recorded.values()), self._steps(boundary, recorded, "")
        )
        left = f" and kept for {days} days"
        yield mark(boundary, "key_use_kept", every(kept.values()), self._steps(boundary, kept, left))
        yield mark(boundary, "keys_held", self._keys.get(boundary.id, NO))

    def _each(
        self, holding: Holding, days: int | None, hidden: tuple[Gap, ...] | None
    ) -> Mapping[str, Answer]:
        """Vault -> whether its use is recorded, and where ``days`` are given kept as long."""
        boundary = holding.boundary.id
        found: dict[str, Answer] = {}
        if boundary in self._others:
            found[boundary] = Answer(Tri.UNKNOWN, self._others[boundary])
        for vault in self._vaults.get(boundary, ()):
            if not self._may_serve_production(vault):
                continue
            if vault.attrs["type"] == _HSM:
                found[vault.id] = OPEN
                continue
            trails = self._of_vault.get(vault.id, ())
            answers = (self._keeps(trail, days) for trail in trails)
            found[vault.id] = unless_hidden(some(answers), hidden)
        return found

    def _may_serve_production(self, vault: Resource) -> bool:
        """Whether a vault is of production, or of nobody or a service, whose keys production may use."""
        environment = self._estate.environments.get(vault.environment or "")
        return environment is None or environment.tier == "production"

    def _keeps(self, trail: Resource, days: int | None) -> Answer:
        sent = some(ask(trail, where, lambda found: found is not None) for where in ("store", "log_group"))
        if days is None:
            # A stream that others read from (an event hub) is no record: nothing tells what becomes of it.
            return every((ask(trail, "logging"), sent))
        files = str(trail.attrs.get("prefix") or "")
        kept = some((kept_in_store(self._estate, trail, files, days), kept_in_log(self._estate, trail, days)))
        return every((ask(trail, "logging"), kept))

    def _steps(self, boundary: Resource, found: Mapping[str, Answer], how: str) -> Iterator[Step]:
        lacking = [vault for vault, answer in sorted(found.items()) if answer.state is not Tri.YES]
        for vault in lacking[:_SHOWN]:
            item = self._estate.by_id.get(vault, boundary)
            state = Tri.YES if found[vault].state is Tri.NO else Tri.UNKNOWN
            words = f"the use of {item.name} is not recorded{how}"
            unread = "" if state is Tri.YES else "not known whether: "
            yield Step(boundary.id, item.id, unread + words, item.source, state, found[vault].gaps)
