"""What runs with a role of another environment, in an account that environments share by tags.

A service hands a role to what runs there if the role's trust policy admits the service; a role is passed
within its own account alone. An EKS pod identity hands a role to the pods of a service account, and from
there, if it says so, one of another account. Roles by which a provider only starts things are not handed
to what runs.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
https://docs.aws.amazon.com/eks/latest/userguide/pod-id-assign-target-role.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from scanner.facts.compute.hidden import service_of
from scanner.facts.identity.actions import ASSUME
from scanner.facts.identity.actors.acting import WORKLOAD, Acting, Unseen, actor, said
from scanner.facts.identity.callers import Caller, without_path
from scanner.facts.identity.edges import Ask, Made
from scanner.facts.identity.provenance import Grant
from scanner.facts.identity.requests import Target
from scanner.facts.identity.serving import serves
from scanner.facts.identity.statements import acting as stating
from scanner.facts.identity.world import World
from scanner.model.estate import Resource, Unlisted
from scanner.model.facts import Step
from scanner.model.logic import Tri, any_of
from scanner.model.snapshot import Gap

_SETTINGS = {
    "workload": "identity",
    "instance": "profile",
    "node_pool": "identity",
    "pipeline": "identity",
    "schedule": "identity",
    "job": "identity",
}
"""Kinds of what runs as a role, and the setting that names it, or an instance profile that holds it."""
READS = (
    *(f"{kind}.{attr}" for kind, attr in _SETTINGS.items()),
    *(f"{kind}.assigned_by" for kind in _SETTINGS),
    *("workload.type", "workload.cluster", "workload.execution_identity", "cluster.assigned_by"),
    *("identity.assigned_by", "identity.instance_profiles"),
)
_PODS = "pod_identity"
_SERVICES = {
    "lambda": ("lambda.amazonaws.com",),
    "ecs": ("ecs-tasks.amazonaws.com",),
    "batch": ("ecs-tasks.amazonaws.com", "ec2.amazonaws.com"),
    "sagemaker": ("sagemaker.amazonaws.com",),
    "ec2": ("ec2.amazonaws.com",),
    "autoscaling": ("ec2.amazonaws.com",),
    "eks": ("pods.eks.amazonaws.com", "ec2.amazonaws.com", "eks-fargate-pods.amazonaws.com"),
    "codebuild": ("codebuild.amazonaws.com",),
    "codepipeline": ("codepipeline.amazonaws.com",),
    "datasync": ("datasync.amazonaws.com",),
    "states": ("states.amazonaws.com",),
    "events": ("events.amazonaws.com",),
    "scheduler": ("scheduler.amazonaws.com",),
}
"""Service of an ARN, or of a call -> the service principals that take the roles of what runs there."""
_ELSEWHERE = {"stepfunctions": "states"}
"""Names of services in calls that differ from those in ARNs."""


def acting(world: World) -> Iterator[Acting | Unseen]:
    """Everything that runs with a role of a place that is not its own."""
    yield from _Runs(world).all()


@dataclass(frozen=True, eq=False, slots=True)
class _Runs:
    world: World
    roles: dict[str, Caller] = field(default_factory=dict)
    """By account and name, and by instance profile."""
    places: dict[str, dict[str | None, list[Caller]]] = field(default_factory=dict)
    """Account -> place -> roles there that nothing but a service's own trust keeps to itself."""
    unseen: dict[tuple[str, str, frozenset[str | None]], set[Gap]] = field(
        default_factory=lambda: defaultdict(set)
    )
    """By environment, account and services: why something there was not read."""

    def __post_init__(self) -> None:
        for caller in self.world.callers.values():
            if caller.kind != "role" or caller.service_linked:
                continue
            for name in (caller.arn, *(caller.resource.attrs.get("instance_profiles") or ())):
                self.roles[without_path(str(name))] = caller
            self.places.setdefault(caller.account, defaultdict(list))[caller.place].append(caller)

    def all(self) -> Iterator[Acting | Unseen]:
        """Per environment, role and certainty all that runs so, and what may."""
        found: dict[tuple[str, str, Tri], list[Resource]] = defaultdict(list)
        for kind, attr in _SETTINGS.items():
            for item in self.world.estate.of(kind):
                if item.provider == "aws":
                    yield from self._look(item, attr, found)
            for scope in self.world.estate.missing(kind):
                self._hide(scope, scope.gaps)
        yield from self._hidden()
        for (home, arn, state), items in sorted(found.items()):
            yield self._acting(home, self.world.callers[arn], state, items)

    def _look(
        self, item: Resource, attr: str, found: dict[tuple[str, str, Tri], list[Resource]]
    ) -> Iterator[Acting | Unseen]:
        if attr in item.unknown:
            self._hide(item, item.unknown[attr])
            return
        role = self.roles.get(without_path(str(item.attrs.get(attr))))
        if role is None or not self._handed(item, role):
            return
        home = self._home(item)
        if home is None:
            gaps = tuple(item.unknown.get("assigned_by", ()))
            for place in self._maybe(item) - {role.place}:
                yield Unseen(place, role.account, (role.arn,), gaps)
        elif home != role.place:
            if item.attrs.get("type") == _PODS:
                yield from self._pods(home, item, role)
            else:
                found[home, role.arn, self._served(item, role)].append(item)

    def _home(self, item: Resource) -> str | None:
        """The environment of what runs; a pod identity without a place of its own is its cluster's."""
        if item.environment is None and item.attrs.get("type") == _PODS:
            cluster = self.world.estate.by_id.get(str(item.attrs.get("cluster")))
            return cluster.environment if cluster else None
        return item.environment

    def _maybe(self, item: Resource | Unlisted) -> frozenset[str]:
        places = self.world.estate.places_of(item)
        return frozenset(places & self.world.estate.environments.keys())

    def _handed(self, item: Resource, role: Caller) -> bool:
        return role.account == item.scope.boundary or item.attrs.get("type") == _PODS

    def _served(self, item: Resource, role: Caller) -> Tri:
        """Whether a service that runs it may take the role."""
        return _serving(item.id.split(":")[2], role)

    def _acting(self, home: str, role: Caller, state: Tri, items: list[Resource]) -> Acting:
        members = tuple(_caller(item, home) for item in sorted(items, key=lambda item: item.id))
        closed = None
        if state is Tri.NO and role.trust is not None:
            words = f"the trust policy of {role.name} does not admit the service that runs it"
            closed = Step(members[0].arn, role.arn, words, role.trust.source, Tri.NO)
        gaps = role.trust.gaps if role.trust and state is Tri.UNKNOWN else ()
        made = _made(home, role, state, gaps)
        told = Tri.YES if closed else state
        return Acting(home, members, role, _aim(role), said(told), made=made, closed=closed)

    def _pods(self, home: str, item: Resource, role: Caller) -> Iterator[Acting | Unseen]:
        """The pods of a service account: of the role that EKS hands them, or of one that this one assumes."""
        first = self.roles.get(without_path(str(item.attrs.get("execution_identity"))))
        if first is role or first is None:
            state = _serving("eks", role) if first else Tri.UNKNOWN
            yield self._acting(home, role, state, [item])
            return
        aim = self.world.as_target(role)
        decision = self.world.ask(first, ASSUME, aim)
        if decision.state is not Tri.NO:
            state = _serving("eks", first)
            made = _made(home, role, Tri.YES, ())
            more = (Ask(ASSUME, aim, decision, "", first),)
            if state is not Tri.NO:
                yield Acting(
                    home, (_caller(item, home),), role, _aim(role), said(state), more=more, made=made
                )

    def _hide(self, item: Resource | Unlisted, gaps: tuple[Gap, ...]) -> None:
        """Something is not known of an account: what hides it, and of which services."""
        services = frozenset(service_of(gap) for gap in gaps) or frozenset((None,))
        for home in self._maybe(item):
            self.unseen[home, item.scope.boundary, services].update(gaps)

    def _hidden(self) -> Iterator[Unseen]:
        """What was not read may run with any role of its account that its service may take."""
        for (home, account, services), gaps in self.unseen.items():
            here = self.places.get(account, {})
            foreign = (role for place, roles in here.items() if place != home for role in roles)
            names = tuple(sorted(role.arn for role in foreign if _may_serve(services, role)))
            if names:
                yield Unseen(home, account, names, tuple(sorted(gaps)))


def _may_serve(services: frozenset[str | None], role: Caller) -> bool:
    """Whether something of some services, ``None`` for any, may be handed a role."""
    keys = (_ELSEWHERE.get(service, service) if service else None for service in services)
    return any(_serving(key, role) is not Tri.NO for key in keys)


def _any_service(role: Caller) -> bool:
    """Whether any service at all may take a role."""
    if role.trust is None:
        return False
    return any(
        statement.effect != "deny"
        and (
            statement.principals is None
            or statement.principals.everyone
            or any(entry.kind == "service" for entry in statement.principals.entries)
        )
        for statement in stating(role.trust.document, ASSUME)
    )


def _serving(service: str | None, role: Caller) -> Tri:
    """Whether a role admits a service; of one that no table knows it is not known."""
    if service not in _SERVICES:
        return Tri.UNKNOWN if _any_service(role) else Tri.NO
    return any_of(serves(role, name) for name in _SERVICES[service])


def _caller(item: Resource, home: str) -> Caller:
    return actor(WORKLOAD, item.id, home, item, item.scope.boundary)


def _aim(role: Caller) -> Target:
    return Target(role.arn, role.account, "role")


def _made(home: str, role: Caller, state: Tri, gaps: Iterable[Gap]) -> Made:
    """The settings by which what runs in an environment has a role: closed by giving it another."""
    held = tuple(gaps)
    told = Tri.UNKNOWN if state is Tri.UNKNOWN else Tri.YES
    words = "runs as it" if told is Tri.YES else "runs as it, if it admits the service that runs this"

    def tell(caller: Caller) -> tuple[Step, ...]:
        item = caller.resource
        source = item.where(_SETTINGS[item.kind])
        by = f"{words}, by its instance profile" if item.kind == "instance" else words
        return (Step(caller.arn, role.arn, by, source, told, held),)

    grant = Grant(f"{role.arn} (run as by workloads of {home})", words, role.resource.source)
    return Made(grant, tell)
