"""EKS: clusters, their pools of nodes, and the roles that pods are handed.

What runs in a cluster is told by its own API alone, so a cluster is opaque here. A pod identity stands for
the pods of a service account: which images they run is not for this API to say.

Shapes: Amazon EKS API Reference, ``Cluster``, ``Nodegroup``, ``FargateProfile``,
``PodIdentityAssociation``, ``AccessEntry``, ``AssociatedAccessPolicy``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._launch import TEMPLATES, machines, template
from scanner.estate.aws._native import mapped_tags_at, raw_id
from scanner.estate.aws._workloads import arn_at
from scanner.estate.aws.autoscaling import GROUPS, group_named, launched_from
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value, union
from scanner.estate.workloads import ELSEWHERE, of, workload
from scanner.model.snapshot import Record

CLUSTER_OF = "DescribeCluster"
_NODES, _PODS, _PROFILE = "DescribeNodegroup", "DescribePodIdentityAssociation", "DescribeFargateProfile"
_POLICIES = "ListAssociatedAccessPolicies"
_ENTRIES = ("eks:ListAccessEntries", "eks:DescribeAccessEntry", f"eks:{_POLICIES}")
_ADMIN = ":cluster-access-policy/AmazonEKSClusterAdminPolicy"
_EVERYWHERE = ("0.0.0.0/0",)


def _public(network: dict[str, Any]) -> list[str]:
    if not network.get("endpointPublicAccess"):
        return []
    return sorted(network.get("publicAccessCidrs") or _EVERYWHERE)


def _logging(logging: dict[str, Any]) -> list[str]:
    kept = (each for each in logging.get("clusterLogging") or () if each.get("enabled"))
    return sorted({kind for each in kept for kind in each.get("types") or ()})


def _entry_cluster(record: Record) -> str:
    return record.id.split(":access-entry/", 1)[-1].split("/", 1)[0]


def _administrators(reading: Reading) -> Value:
    """Identities whose access entries give them the whole cluster, by policy or by the group of masters."""
    gaps = [reading.world.hiding_any(call, reading.scope) for call in _ENTRIES]
    if any(gaps) or not reading.world.listed(reading.scope.boundary, "eks.access_entry"):
        return Unknown(union(gaps))
    found = set()
    for record in reading.world.indexed("eks.access_entry", reading.scope, _entry_cluster).get(
        raw_id(reading), ()
    ):
        if not {"DescribeAccessEntry", _POLICIES} <= record.data.keys():
            return Unknown(reading.world.hiding("eks:DescribeAccessEntry", record.scope, record.id))
        entry = record.data["DescribeAccessEntry"]
        whole = any(
            each.get("policyArn", "").endswith(_ADMIN)
            and (each.get("accessScope") or {}).get("type") == "cluster"
            for each in record.data.get(_POLICIES) or ()
        )
        if whole or "system:masters" in (entry.get("kubernetesGroups") or ()):
            found.add(entry["principalArn"])
    return Known(sorted(found))


_NETWORK = "resourcesVpcConfig"

CLUSTER = Normaliser(
    native="eks.cluster",
    kind="cluster",
    listed=(("eks:ListClusters",),),
    regional=True,
    tags=mapped_tags_at(CLUSTER_OF, "tags"),
    name=raw_id,
    attrs={
        "type": constant("eks"),
        "public_cidrs": field_of(CLUSTER_OF, _NETWORK, convert=_public),
        "logging": field_of(CLUSTER_OF, "logging", absent=[], convert=_logging),
        "identity": arn_at(CLUSTER_OF, "roleArn"),
        "issuer": field_of(
            CLUSTER_OF,
            "identity",
            "oidc",
            "issuer",
            absent=None,
            convert=lambda address: address.removeprefix("https://"),
        ),
        "subnets": field_of(CLUSTER_OF, _NETWORK, "subnetIds", absent=[], convert=sorted),
        "security_groups": field_of(
            CLUSTER_OF,
            _NETWORK,
            convert=lambda network: sorted(
                {
                    *(network.get("securityGroupIds") or ()),
                    *filter(None, [network.get("clusterSecurityGroupId")]),
                }
            ),
        ),
        "administrators": Attr(_administrators, calls=_ENTRIES),
        "opaque": constant(True),
    },
)


def _cluster_of(reading: Reading, sort: str) -> str:
    """The cluster in the id of something that belongs to it."""
    prefix, _, rest = reading.id.partition(f":{sort}/")
    return f"{prefix}:cluster/{rest.split('/', 1)[0]}"


def _launched(reading: Reading) -> Value:
    """The data of the template its machines are made from: its own, else that of the group EKS made."""
    nodes = reading.answer(_NODES)
    if isinstance(nodes, Unknown):
        return nodes
    for named in (nodes.value.get("resources") or {}).get("autoScalingGroups") or ():
        if record := group_named(reading, named["name"]):
            if GROUPS in record.data:
                return launched_from(reading, record.data[GROUPS])
            return Unknown(reading.world.hiding(f"autoscaling:{GROUPS}", record.scope, record.id))
    own = nodes.value.get("launchTemplate") or {}
    if not own:
        return Unknown(reading.world.hiding_any(f"autoscaling:{GROUPS}", reading.scope))
    return template(
        reading,
        {
            "LaunchTemplateId": own.get("id"),
            "LaunchTemplateName": own.get("name"),
            "Version": own.get("version"),
        },
    )


def _machine_types(reading: Reading) -> Value:
    """Its own sizes, or those of its launch template."""
    nodes = reading.answer(_NODES)
    if isinstance(nodes, Unknown):
        return nodes
    if named := nodes.value.get("instanceTypes"):
        return Known(sorted(named), nodes.pointer)
    data = _launched(reading)
    if isinstance(data, Unknown):
        return data
    return Known([data.value["InstanceType"]]) if data.value.get("InstanceType") else Unknown()


_LAUNCH = (f"autoscaling:{GROUPS}", TEMPLATES)


def _taints(taints: list[dict[str, str]]) -> list[str]:
    return sorted(f"{each['key']}={each.get('value', '')}:{each['effect']}" for each in taints)


NODE_GROUP = Normaliser(
    native="eks.nodegroup",
    kind="node_pool",
    listed=(("eks:ListClusters",), ("eks:ListNodegroups",)),
    regional=True,
    tags=mapped_tags_at(_NODES, "tags"),
    name=raw_id,
    attrs={
        "type": constant("eks_nodegroup"),
        "cluster": Attr(lambda reading: Known(_cluster_of(reading, "nodegroup"), "/id")),
        "lifecycle": field_of(
            _NODES,
            "capacityType",
            absent="on_demand",
            convert=lambda capacity: "spot" if capacity == "SPOT" else "on_demand",
        ),
        "machine_types": Attr(_machine_types, (_NODES,), _LAUNCH),
        "minimum": field_of(_NODES, "scalingConfig", "minSize", absent=None),
        "maximum": field_of(_NODES, "scalingConfig", "maxSize", absent=None),
        "identity": arn_at(_NODES, "nodeRole"),
        "taints": field_of(_NODES, "taints", absent=[], convert=_taints),
        "labels": field_of(_NODES, "labels", absent={}, convert=dict),
        "scaling_groups": field_of(
            _NODES,
            "resources",
            "autoScalingGroups",
            absent=[],
            convert=lambda groups: sorted(each["name"] for each in groups),
        ),
        **machines(_launched, (_NODES,), *_LAUNCH),
        "own": constant(True),
        "sized": constant(True),
        "subnets": field_of(_NODES, "subnets", absent=[], convert=sorted),
    },
)

FARGATE = Normaliser(
    native="eks.fargate_profile",
    kind="node_pool",
    listed=(("eks:ListClusters",), ("eks:ListFargateProfiles",)),
    regional=True,
    tags=mapped_tags_at(_PROFILE, "tags"),
    name=raw_id,
    attrs={
        "type": constant("eks_fargate_profile"),
        "cluster": Attr(lambda reading: Known(_cluster_of(reading, "fargateprofile"), "/id")),
        "lifecycle": constant("on_demand"),
        "machine_types": constant([]),
        "minimum": constant(None),
        "maximum": constant(None),
        "identity": arn_at(_PROFILE, "podExecutionRoleArn"),
        "taints": constant([]),
        "labels": constant({}),
        "template": constant(None),
        "scaling_groups": constant([]),
        "metadata_service": constant(None),
        "boot": constant(None),
        "user_data_secret": constant(False),
        "own": constant(True),
        "sized": constant(False),
        "subnets": field_of(_PROFILE, "subnets", absent=[], convert=sorted),
    },
)

POD_IDENTITY = Normaliser(
    native="eks.pod_identity",
    kind="workload",
    listed=(("eks:ListClusters",), ("eks:ListPodIdentityAssociations",)),
    regional=True,
    tags=mapped_tags_at(_PODS, "tags"),
    name=lambda reading: reading.id.split(":podidentityassociation/", 1)[-1],
    attrs=workload(
        "pod_identity",
        **ELSEWHERE,
        identity=of(_PODS, lambda pods: pods.get("targetRoleArn") or pods.get("roleArn")),
        execution_identity=arn_at(_PODS, "roleArn"),
        cluster=Attr(lambda reading: Known(_cluster_of(reading, "podidentityassociation"), "/id")),
        pools=Attr(lambda reading: Known([_cluster_of(reading, "podidentityassociation")], "/id")),
    ),
)
