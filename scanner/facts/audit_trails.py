"""Whether calls in an account, and the use of its keys, are recorded and kept (KEY-005, KEY-007, HRD-003).

Decrypt and GetSecretValue are management events: a trail records them if it records reads, and KMS's only
where its selectors do not leave them out. What is changed in KMS (who may use a key, that one is deleted)
is part of what is changed in the account. Access keys work in every region, so that a trail of every region
is what counts. What is recorded is kept where it is written, the bucket or the log group, until their rules
delete it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-management-events-with-cloudtrail.html
https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
https://docs.aws.amazon.com/secretsmanager/latest/userguide/cloudtrail_log_entries.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from scanner.facts.answers import NO, Answer, ask, every, mark, some, unless_hidden
from scanner.facts.watch.holdings import READS, Holding, hidden_in, holdings
from scanner.facts.watch.records import declared_days, held_keys, kept_in_log, kept_in_store
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap

NEEDS = (
    *READS,
    *(f"trail.{attr}" for attr in ("logging", "delivers", "multi_region", "organization", "covers")),
    *(f"trail.{attr}" for attr in ("management_events", "excluded", "excluded_changes")),
    *(f"trail.{attr}" for attr in ("store", "prefix", "log_group")),
    *("store.expirations", "log.retention_days", "boundary.organization"),
    *("credential.active", "secret.active", "key.active"),
)
_USES = ("kms.amazonaws.com", "secretsmanager.amazonaws.com")
_SHOWN = 5
_PROBLEMS = {
    "logging": "it does not record now",
    "delivers": "what it recorded last could not be delivered",
    "multi_region": "it records one region only",
    "management_events": "it does not record all management events",
    "excluded": "it leaves out the use of keys",
    "excluded_changes": "it leaves out what is changed in keys",
}


def derive(estate: Estate) -> Facts:
    """Marks ``calls_recorded``, ``key_use_recorded``, ``key_use_kept`` and ``keys_held`` on boundaries."""
    watch = _Watch(estate, _covering(estate), hidden_in(estate, "trail"), held_keys(estate))
    return Facts(marks=tuple(made for holding in holdings(estate) for made in _marks(watch, holding)))


@dataclass(frozen=True, slots=True)
class _Watch:
    """Trails by the account they record, why some may be missing, and whether an account holds keys."""

    estate: Estate
    trails: Mapping[str, tuple[Resource, ...]]
    hidden: Mapping[str, tuple[Gap, ...]]
    keys: Mapping[str, Answer]


def _covering(estate: Estate) -> dict[str, tuple[Resource, ...]]:
    """Account -> its trails; an organization's trail records every account of it, whoever lists it."""
    members: dict[str, list[str]] = {}
    organizations: dict[str, str] = {}
    for boundary in estate.of("boundary"):
        if organization := boundary.attrs.get("organization"):
            members.setdefault(organization, []).append(boundary.id)
            organizations[boundary.id] = organization
    found: dict[str, list[Resource]] = {}
    for trail in estate.of("trail"):
        accounts = set(trail.attrs.get("covers", ()))
        if trail.attrs.get("organization") is True:
            accounts.update(members.get(organizations.get(trail.id.split(":")[4], ""), ()))
        for account in accounts:
            found.setdefault(account, []).append(trail)
    return {account: tuple(trails) for account, trails in found.items()}


def _marks(watch: _Watch, holding: Holding) -> Iterator[Mark]:
    boundary = holding.boundary
    trails = watch.trails.get(boundary.id, ())
    hidden = watch.hidden.get(boundary.id)
    calls = {trail.id: _calls(trail, ("write", "all"), "excluded_changes") for trail in trails}
    uses = {trail.id: _calls(trail, ("all",), "excluded") for trail in trails}
    days = declared_days(watch.estate, holding)
    kept = {trail.id: {**uses[trail.id], "kept": _kept(watch.estate, trail, days)} for trail in trails}
    for attr, tests in (("calls_recorded", calls), ("key_use_recorded", uses), ("key_use_kept", kept)):
        answer = unless_hidden(some(every(each.values()) for each in tests.values()), hidden)
        yield mark(boundary, attr, answer, _steps(boundary, trails, tests, answer, days))
    yield mark(boundary, "keys_held", watch.keys.get(boundary.id, NO))


def _calls(trail: Resource, events: tuple[str, ...], left_out: str) -> dict[str, Answer]:
    """``left_out`` is the attribute that names services whose calls would be missed."""
    return {
        **{attr: ask(trail, attr) for attr in ("logging", "delivers", "multi_region")},
        "management_events": ask(trail, "management_events", lambda found: found in events),
        left_out: ask(trail, left_out, lambda found: not set(found) & set(_USES)),
    }


def _kept(estate: Estate, trail: Resource, days: int) -> Answer:
    prefix = str(trail.attrs.get("prefix") or "")
    files = f"{prefix}/AWSLogs/" if prefix else "AWSLogs/"
    return some((kept_in_store(estate, trail, files, days), kept_in_log(estate, trail, days)))


def _steps(
    boundary: Resource,
    trails: tuple[Resource, ...],
    tests: Mapping[str, Mapping[str, Answer]],
    answer: Answer,
    days: int,
) -> Iterator[Step]:
    """The trail that proves it, or what each of the first few lacks."""
    if answer.state is Tri.YES:
        proof = next(trail for trail in trails if every(tests[trail.id].values()).state is Tri.YES)
        yield Step(boundary.id, proof.id, f"trail {proof.name} records it", proof.source)
        return
    if not trails:
        yield Step(boundary.id, boundary.id, "no trail that records it was found", boundary.source)
    for trail in trails[:_SHOWN]:
        for attr, found in tests[trail.id].items():
            if found.state is not Tri.YES:
                problem = _PROBLEMS.get(attr, f"its files are not kept for {days} days")
                unread = "" if found.state is Tri.NO else "not known whether: "
                state = Tri.YES if found.state is Tri.NO else Tri.UNKNOWN
                source = trail.source if attr == "kept" else trail.where(attr)
                yield Step(
                    boundary.id, trail.id, f"trail {trail.name}: {unread}{problem}", source, state, found.gaps
                )
