"""EKS: clusters with their node groups, Fargate profiles, access entries and pod identities.

Amazon EKS API, version 2017-11-01. What runs in a cluster is for its own API to say, not for this one.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

_ARN = "arn:{partition}:eks:{region}:{account}:"

_NODE_GROUPS = Call(
    Read("eks", "ListNodegroups", page=100),
    (
        Output(
            "eks.nodegroup",
            "nodegroups[].{nodegroupName: @}",
            _ARN + "nodegroup/{name}/{nodegroupName}",
        ),
    ),
    Span.REGION,
    params={"clusterName": "{name}"},
    follows=(
        Follow(
            Read("eks", "DescribeNodegroup"),
            {"clusterName": "{name}", "nodegroupName": "{nodegroupName}"},
            "nodegroup",
            volatile=("modifiedAt", "health"),
        ),
    ),
)

_FARGATE_PROFILES = Call(
    Read("eks", "ListFargateProfiles", page=100),
    (
        Output(
            "eks.fargate_profile",
            "fargateProfileNames[].{fargateProfileName: @}",
            _ARN + "fargateprofile/{name}/{fargateProfileName}",
        ),
    ),
    Span.REGION,
    params={"clusterName": "{name}"},
    follows=(
        Follow(
            Read("eks", "DescribeFargateProfile"),
            {"clusterName": "{name}", "fargateProfileName": "{fargateProfileName}"},
            "fargateProfile",
        ),
    ),
)

_ACCESS_ENTRIES = Call(
    Read("eks", "ListAccessEntries", page=100),
    (
        Output(
            "eks.access_entry",
            "accessEntries[].{principalArn: @}",
            _ARN + "access-entry/{name}/{principalArn}",
        ),
    ),
    Span.REGION,
    params={"clusterName": "{name}"},
    follows=(
        Follow(
            Read("eks", "DescribeAccessEntry"),
            {"clusterName": "{name}", "principalArn": "{principalArn}"},
            "accessEntry",
        ),
        Follow(
            Read("eks", "ListAssociatedAccessPolicies", page=100),
            {"clusterName": "{name}", "principalArn": "{principalArn}"},
            "associatedAccessPolicies",
        ),
    ),
)

_POD_IDENTITIES = Call(
    Read("eks", "ListPodIdentityAssociations", page=100),
    (Output("eks.pod_identity", "associations[]", "{associationArn}"),),
    Span.REGION,
    params={"clusterName": "{name}"},
    follows=(
        Follow(
            Read("eks", "DescribePodIdentityAssociation"),
            {"clusterName": "{name}", "associationId": "{associationId}"},
            "association",
        ),
    ),
)

CALLS = (
    Call(
        Read("eks", "ListClusters", page=100),
        (Output("eks.cluster", "clusters[].{name: @}", _ARN + "cluster/{name}"),),
        Span.REGION,
        follows=(
            Follow(
                Read("eks", "DescribeCluster"),
                {"name": "{name}"},
                "cluster",
                volatile=("health",),
                drop=("certificateAuthority", "clientRequestToken"),
            ),
        ),
        children=(_NODE_GROUPS, _FARGATE_PROFILES, _ACCESS_ENTRIES, _POD_IDENTITIES),
    ),
)
