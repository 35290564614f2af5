"""Who may read production's secrets, push its images, launch its pipelines and promote into it, undeclared.

Also who may write stores that are declared read-only. What counts is effective access, at first hand or by
becoming somebody who has it. Not counted are root users, who may do anything in their account, and roles
that a service of AWS made for itself alone. An identity that only services of the provider can take on is
a workload's: what it writes is production's own work and no promotion; who may start it is asked of
pipelines. Principals of outside count as soon as a policy admits them: their own side is theirs to grant.
(KEY-004, IMG-005, ACC-003, ACC-004, DAT-003)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from scanner.facts.crossings import names
from scanner.facts.identity.access import Access
from scanner.facts.identity.approved import approved_by
from scanner.facts.identity.callers import Caller
from scanner.facts.identity.declared import Declared, principals, setting
from scanner.facts.identity.holders import Answer, Found, Holders
from scanner.facts.identity.shared import PATHS, shared
from scanner.facts.identity.stores import Store
from scanner.facts.identity.witness import assumed
from scanner.facts.identity.workloads import for_services_only
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark
from scanner.model.logic import Tri

KINDS = ("model", "pipeline", "registry", "schedule", "secret", "store")
LEVELS = ("read", "write", "delete", "admin", "run", "promote")
NEEDS = (
    *PATHS,
    "key.grants",
    "key.manager",
    "key.policy",
    "model.policy",
    "registry.policy",
    "registry.registry_policy",
    "schedule.targets",
    "schedule.type",
    "secret.key",
    "secret.policy",
    "secret.secure",
    "store.encryption",
    "store.key",
    "store.policy",
    "store.public_access",
    "store.region",
)
_RUNNING = frozenset(
    (
        *("batch", "codebuild", "codepipeline", "datasync", "ecs", "elasticmapreduce", "emr-serverless"),
        *("glue", "lambda", "sagemaker", "ssm", "states"),
    )
)
"""Services that run code, or move data, when a schedule starts something of theirs."""
_STILL = frozenset(("autoscaling", "cloudwatch", "ec2", "logs", "sns"))
"""Services of which schedules start nothing that runs code of its own; what others do, nobody here knows."""
_UNIVERSAL = ":aws-sdk:"
_CALLED = {"sfn": "states", "emr": "elasticmapreduce", "emrserverless": "emr-serverless"}
"""Services that universal targets name otherwise than ARNs do."""
LISTED = 20
"""How many principals a mark names; their number stands beside."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which undeclared principals may do something to things of a kind.

    ``key`` is what declares them; ``chained``: also by becoming somebody else; ``workloads``: also
    identities that only services take on.
    """

    kind: str
    attr: str
    levels: tuple[str, ...]
    key: str
    chained: bool = True
    workloads: bool = True


QUESTIONS = (
    Question("secret", "undeclared_readers", ("read",), "keys.readers"),
    Question("registry", "undeclared_publishers", ("write",), "images.publishers"),
    Question("pipeline", "undeclared_launchers", ("run",), "launchers"),
    Question("schedule", "undeclared_launchers", ("write",), "launchers"),
    *(
        Question(kind, "undeclared_promoters", levels, "promoters", chained=False, workloads=False)
        for kind, levels in (
            ("model", ("promote",)),
            ("pipeline", ("write",)),
            ("registry", ("write",)),
            ("store", ("write",)),
        )
    ),
)


def derive(estate: Estate) -> Facts:
    """Marks of undeclared principals on what belongs to production, and of writers on read-only stores."""
    held = shared(estate)
    production = {name for name, item in estate.environments.items() if item.tier == "production"}

    def asked(resource: Resource) -> bool:
        return (
            resource.environment in production
            or (resource.kind == "registry" and bool(approved_by(estate, resource)))
            or (resource.kind == "store" and bool(_read_only_in(estate, resource)))
        )

    access = Access(held.world, KINDS, LEVELS, asked)
    holders = Holders(access, held.upstream)
    marks: list[Mark] = []
    for store in access.stores.values():
        for question in QUESTIONS:
            if question.kind == store.resource.kind:
                marks += _undeclared(estate, holders, store, question)
    for resource in estate.of("store"):
        marks += _own_writers(estate, holders, access.stores.get(resource.id), resource)
    return Facts(marks=tuple(marks))


def _undeclared(estate: Estate, holders: Holders, store: Store, question: Question) -> Iterator[Mark]:
    environments = _judging(estate, store.resource, question)
    listed = [principals(estate.environments[name], question.key) for name in environments]
    if not listed or any(item is None for item in listed):
        return
    if question.kind == "schedule" and (idle := _launching(store.resource)) is not Tri.YES:
        yield from _of_no_launch(store.resource, question.attr, idle)
        return
    patterns = tuple(pattern for item in listed for pattern in item or ())
    declared = Declared(estate, patterns)

    def wanted(caller: Caller) -> bool:
        return not declared.covers(caller) and (question.workloads or not for_services_only(caller))

    key = (patterns, question.workloads)
    answer = holders.of(store, question.levels, wanted, key, chained=question.chained)
    yield from _marks(
        holders,
        store,
        question.attr,
        question.levels,
        Answer(
            tuple(item for item in answer.proven if not declared.names(item.principal)),
            tuple(item for item in answer.possible if not declared.names(item.principal)),
            answer.gaps,
        ),
    )


def _launching(schedule: Resource) -> Tri:
    """Whether a schedule starts something that runs code or moves data: itself, or by a call it makes."""
    if "targets" in schedule.unknown or "targets" not in schedule.attrs:
        return Tri.UNKNOWN
    started = {_started(str(target)) for target in schedule.attrs["targets"] or ()}
    if started & _RUNNING:
        return Tri.YES
    harmless = schedule.attrs.get("type") == "scaling_action" or started <= _STILL
    return Tri.NO if harmless else Tri.UNKNOWN


def _started(target: str) -> str:
    """The service that a target is of; a universal target's is that of the call it makes."""
    if _UNIVERSAL in target:
        service, _, call = target.split(_UNIVERSAL, 1)[1].lower().partition(":")
        return "" if (service, call) == ("ec2", "runinstances") else _CALLED.get(service, service)
    parts = target.split(":")
    return parts[2] if len(parts) > 2 else ""  # noqa: PLR2004 - the service's place in an ARN


def _of_no_launch(schedule: Resource, attr: str, launching: Tri) -> Iterator[Mark]:
    """What starts nothing launches nothing, whoever changes it."""
    hidden, gaps = launching is Tri.UNKNOWN, tuple(schedule.unknown.get("targets", ()))
    for name, value in ((attr, []), (f"{attr}_count", 0)):
        yield Mark(schedule.id, name, None if hidden else value, unknown=hidden, gaps=gaps)


def _judging(estate: Estate, resource: Resource, question: Question) -> list[str]:
    """The environments of production whose declaration counts for a thing."""
    if question.key == "images.publishers":
        return approved_by(estate, resource)
    place = resource.environment
    return [place] if place is not None and estate.environments[place].tier == "production" else []


def _own_writers(estate: Estate, holders: Holders, store: Store | None, resource: Resource) -> Iterator[Mark]:
    places = _read_only_in(estate, resource)
    yield Mark(resource.id, "read_only", bool(places))
    if store is None or not places:
        return

    def wanted(caller: Caller) -> bool:
        return caller.place in places

    answer = holders.of(store, ("write", "delete", "admin"), wanted, ("places", *places))
    yield from _marks(holders, store, "own_writers", ("write",), answer)


def _read_only_in(estate: Estate, resource: Resource) -> tuple[str, ...]:
    """The environments in which a store is declared read-only, sorted."""
    return tuple(
        name
        for name, environment in sorted(estate.environments.items())
        if any(names(pattern, resource.id) for pattern in setting(environment, "data.read_only") or ())
    )


def _marks(
    holders: Holders, store: Store, attr: str, levels: tuple[str, ...], answer: Answer
) -> Iterator[Mark]:
    """Known as soon as one is proven or nobody can be; unknown while somebody may.

    Also unknown where no policy decides about these levels at all, as of a database with users of its own.
    """
    proven, possible = answer.proven, answer.possible
    steps = holders.steps(proven[0], store) if proven else ()
    decided = any(ask[0] in levels for ask in store.asks)
    hidden = not proven and (bool(possible) or not decided)
    gaps = answer.gaps if hidden else ()
    leading = holders.steps(possible[0], store) if hidden and possible else steps
    for name, value in ((attr, _listed(proven)), (f"{attr}_count", len(proven))):
        yield Mark(
            store.id,
            name,
            None if hidden else value,
            unknown=hidden,
            gaps=gaps,
            steps=leading,
            assumed=assumed(leading),
        )
    yield Mark(store.id, f"possible_{attr}", _listed(possible))


def _listed(found: tuple[Found, ...]) -> list[str]:
    return [item.principal for item in found[:LISTED]]
