"""Amazon EKS: access entries and pod identities, which moto lacks.

Shapes: Amazon EKS API Reference, ListAccessEntries, DescribeAccessEntry, ListAssociatedAccessPolicies,
ListPodIdentityAssociations, DescribePodIdentityAssociation. Every cluster has one
of each, for roles of the account.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import unquote

from tests.faults.wire import Request

ADMIN = "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy"


def _parts(request: Request) -> list[str]:
    """The names in ``/clusters/{name}/...``, unescaped."""
    parts = [unquote(part) for part in request.path.partition("?")[0].strip("/").split("/")]
    if parts[0] != "clusters":
        raise ValueError(request.path)
    return parts[1:]


def _role(request: Request, name: str) -> str:
    return f"arn:aws:iam::{request.account}:role/{name}"


def _said(answer: dict[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def _access_entries(request: Request) -> bytes:
    return _said({"accessEntries": [_role(request, "worker")]})


def _access_entry(request: Request) -> bytes:
    cluster, _, principal = _parts(request)
    arn = f"arn:aws:eks:{request.region}:{request.account}:access-entry/{cluster}/role/{request.account}/x/1"
    return _said(
        {
            "accessEntry": {
                "clusterName": cluster,
                "principalArn": principal,
                "kubernetesGroups": [],
                "accessEntryArn": arn,
                "createdAt": 1700000000.0,
                "modifiedAt": 1700000000.0,
                "tags": {},
                "username": principal,
                "type": "STANDARD",
            }
        }
    )


def _access_policies(request: Request) -> bytes:
    cluster, _, principal, _ = _parts(request)
    policy = {
        "policyArn": ADMIN,
        "accessScope": {"type": "cluster", "namespaces": []},
        "associatedAt": 1700000000.0,
        "modifiedAt": 1700000000.0,
    }
    return _said({"clusterName": cluster, "principalArn": principal, "associatedAccessPolicies": [policy]})


def _association(request: Request, cluster: str) -> dict[str, Any]:
    arn = f"arn:aws:eks:{request.region}:{request.account}:podidentityassociation/{cluster}/a-1"
    return {
        "clusterName": cluster,
        "namespace": "ml",
        "serviceAccount": "trainer",
        "associationArn": arn,
        "associationId": "a-1",
    }


def _pod_identities(request: Request) -> bytes:
    (cluster, _) = _parts(request)
    return _said({"associations": [_association(request, cluster)]})


def _pod_identity(request: Request) -> bytes:
    cluster, _, identity = _parts(request)
    if identity != "a-1":
        raise ValueError(identity)
    return _said(
        {"association": {**_association(request, cluster), "roleArn": _role(request, "worker"), "tags": {}}}
    )


ANSWERS = {
    "eks:ListAccessEntries": _access_entries,
    "eks:DescribeAccessEntry": _access_entry,
    "eks:ListAssociatedAccessPolicies": _access_policies,
    "eks:ListPodIdentityAssociations": _pod_identities,
    "eks:DescribePodIdentityAssociation": _pod_identity,
}
