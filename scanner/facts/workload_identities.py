"""Which environments' workloads act as a role (ISO-005): by themselves, their starter, or their machines.

A role is used by a workload that names it, by an instance or a pool of machines through an instance
profile, and by the pods of a cluster whose token issuer it trusts, also across accounts. Service-linked
roles are the provider's own and nobody's choice.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_switch-role-ec2_instance-profiles.html
https://docs.aws.amazon.com/eks/latest/userguide/iam-roles-for-service-accounts.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from scanner.facts.compute.hidden import Hidden, environment_gaps
from scanner.facts.identity.callers import without_path
from scanner.facts.identity.issuers import cluster_region, issuer
from scanner.facts.identity.statements import Statement, parse
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark, Step
from scanner.model.snapshot import Gap

NEEDS = (
    *("identity.trust", "identity.instance_profiles", "identity.service_linked", "identity.type"),
    *("workload.identity", "workload.execution_identity", "workload.assigned_by"),
    *("instance.profile", "instance.assigned_by"),
    *("node_pool.identity", "node_pool.assigned_by"),
    *("cluster.issuer", "cluster.assigned_by"),
)
_ASKED_BY = {
    "lambda": ("lambda.",),
    "ecs": ("ecs-tasks.", "ecs."),
    "eks": ("pods.eks.", "eks.", "eks-fargate-pods.", "ec2."),
    "batch": ("ecs-tasks.", "ec2.", "batch."),
    "sagemaker": ("sagemaker.",),
    "ec2": ("ec2.",),
    "autoscaling": ("ec2.",),
}
"""Service of a failed call -> the services that what it hides would have a role trust; others, any."""


def derive(estate: Estate) -> Facts:
    """Marks ``workload_identity`` and ``used_by_environments`` on every role."""
    uses = _Uses(estate)
    marks = [mark for role in estate.of("identity") if _is_role(role) for mark in uses.marks(role)]
    others = [role for role in estate.of("identity") if not _is_role(role)]
    for each in others:
        marks += [Mark(each.id, "workload_identity", False), Mark(each.id, "used_by_environments", [])]
    return Facts(marks=tuple(marks))


def _is_role(identity: Resource) -> bool:
    known = "service_linked" not in identity.unknown and identity.attrs.get("service_linked") is True
    return identity.attrs.get("type", "role") == "role" and not known


class _Uses:
    """Who acts as which role, worked out once."""

    def __init__(self, estate: Estate) -> None:
        self._hidden = Hidden(estate, "workload", "instance", "node_pool")
        self._by_id: dict[str, dict[str, Resource]] = defaultdict(dict)
        self._clusters: dict[str, Resource] = {}
        self._issuers_hidden = _gaps_of_clusters(estate)
        for kind, attrs in _NAMING.items():
            for item in estate.of(kind):
                for attr in attrs:
                    self._use(item, attr)
        for cluster in estate.of("cluster"):
            if cluster.attrs.get("issuer"):
                self._clusters[str(cluster.attrs["issuer"])] = cluster

    def _use(self, item: Resource, attr: str) -> None:
        service = item.id.split(":", 3)[2]
        if attr in item.unknown:
            self._hidden.add(item.scope.boundary, service, item.unknown[attr])
            self._hidden.add(item.scope.boundary, service, environment_gaps(item) or ())
            return
        named = item.attrs.get(attr)
        if not named:
            return
        hidden = environment_gaps(item)
        if hidden is not None:
            self._hidden.add(item.scope.boundary, service, hidden)
        elif item.environment is not None:
            self._by_id[without_path(str(named))].setdefault(item.environment, item)
        else:
            self._by_id[without_path(str(named))].setdefault("", item)

    def marks(self, role: Resource) -> Iterator[Mark]:
        """What is known of one role's use."""
        users = self._users(role)
        environments = sorted(name for name in users if name)
        gaps = self._gaps(role)
        steps = tuple(
            Step(users[name].id, role.id, f"acts as {role.name}", users[name].source) for name in environments
        )
        if users:
            yield Mark(role.id, "workload_identity", True, steps=steps)
        else:
            yield Mark(role.id, "workload_identity", None if gaps else False, unknown=bool(gaps), gaps=gaps)
        undecided = bool(gaps) and len(environments) < 2  # noqa: PLR2004 - two are shared, whatever else
        yield Mark(
            role.id,
            "used_by_environments",
            None if undecided else environments,
            unknown=undecided,
            gaps=gaps if undecided else (),
            steps=steps,
        )

    def _users(self, role: Resource) -> Mapping[str, Resource]:
        found: dict[str, Resource] = {}
        names = [role.id, *(role.attrs.get("instance_profiles") or ())]
        for name in names:
            for environment, item in self._by_id.get(without_path(str(name)), {}).items():
                found.setdefault(environment, item)
        for address in _issuers(role):
            cluster = self._clusters.get(address)
            if cluster is not None:
                found.setdefault(cluster.environment or "", cluster)
        return found

    def _gaps(self, role: Resource) -> tuple[Gap, ...]:
        """What may hide a use: of services that the role trusts, and of clusters whose tokens it takes."""
        trusted = _services(role) if "trust" not in role.unknown else None
        unable = [
            service
            for service, prefixes in _ASKED_BY.items()
            if trusted is not None and not any(name.startswith(prefixes) for name in trusted)
        ]
        gaps = set(self._hidden.within(role.scope.boundary, without=unable))
        gaps.update(role.unknown.get("trust", ()), role.unknown.get("instance_profiles", ()))
        if any(address not in self._clusters for address in _issuers(role)):
            gaps.update(self._issuers_hidden)
        return tuple(sorted(gaps))


_NAMING = {
    "workload": ("identity", "execution_identity"),
    "instance": ("profile",),
    "node_pool": ("identity",),
}


def _gaps_of_clusters(estate: Estate) -> set[Gap]:
    found = {gap for item in estate.missing("cluster") for gap in item.gaps}
    for cluster in estate.of("cluster"):
        found.update(cluster.unknown.get("issuer", ()))
    return found


def _letting_in(role: Resource) -> list[Statement]:
    """The statements of its trust policy that let somebody in, or may; none where it was not read."""
    trust = role.attrs.get("trust")
    statements = parse(trust, attached=True).statements if trust is not None else ()
    return [statement for statement in statements if statement.effect != "deny"]


def _services(role: Resource) -> set[str] | None:
    """The services that a role trusts; ``None``: any, as far as its trust policy was understood."""
    found: set[str] = set()
    for statement in _letting_in(role):
        if statement.principals is None or statement.principals.everyone:
            return None
        found |= {entry.value for entry in statement.principals.entries if entry.kind == "service"}
    return found


def _issuers(role: Resource) -> set[str]:
    """The EKS clusters whose tokens a role takes, by issuer."""
    principals = (statement.principals for statement in _letting_in(role))
    named = {
        issuer(entry.value) for one in principals if one for entry in one.entries if entry.kind == "federated"
    }
    return {each for each in named if cluster_region(each)}
