"""Assets as Google's APIs describe them; each maker says which document its object follows."""

from __future__ import annotations

from typing import Any

from tests.faults.gcp.cloud import MANAGER, ORGANIZATION, PLACE, UPDATED, Cloud, Json, fresh

VIEWERS = "roles/storage.legacyBucketReader"


def bucket(cloud: Cloud, project: str, name: str, *, policy: list[Json] | None = None, **data: Any) -> str:
    """A bucket that is closed, versioned and logged. https://cloud.google.com/storage/docs/json_api/v1/buckets#resource."""
    whole = {
        "kind": "storage#bucket",
        "id": name,
        "name": name,
        "projectNumber": cloud.number(project),
        "location": PLACE.upper(),
        "storageClass": "STANDARD",
        "iamConfiguration": {
            "publicAccessPrevention": "enforced",
            "uniformBucketLevelAccess": {"enabled": True},
        },
        "versioning": {"enabled": True},
        "logging": {"logBucket": "logs", "logObjectPrefix": name},
        **data,
    }
    bindings = policy or [{"role": VIEWERS, "members": [f"projectViewer:{project}"]}]
    return cloud.asset(
        project,
        "storage.googleapis.com/Bucket",
        f"//storage.googleapis.com/{name}",
        {key: value for key, value in whole.items() if value is not None},
        location=PLACE,
        iamPolicy={"bindings": bindings},
    )


def network(cloud: Cloud, project: str, name: str) -> str:
    """https://cloud.google.com/compute/docs/reference/rest/v1/networks."""
    return cloud.asset(
        project,
        "compute.googleapis.com/Network",
        f"//compute.googleapis.com/projects/{project}/global/networks/{name}",
        {"name": name, "autoCreateSubnetworks": False},
        location="global",
    )


def topic(cloud: Cloud, project: str, name: str, **labels: str) -> str:
    """Of a type that nothing but its labels is told of. https://cloud.google.com/pubsub/docs/reference/rest/v1/projects.topics."""
    data: Json = {"name": f"projects/{project}/topics/{name}"}
    return cloud.asset(
        project,
        "pubsub.googleapis.com/Topic",
        f"//pubsub.googleapis.com/projects/{project}/topics/{name}",
        {**data, "labels": labels} if labels else data,
        location="global",
    )


def tag_value(cloud: Cloud, key: str, value: str) -> str:
    """A value of a tag of the organization; ``tagValues/N``.

    https://cloud.google.com/resource-manager/reference/rest/v3/tagValues#TagValue
    """
    identity = f"tagValues/{fresh()}"
    spelled = f"{ORGANIZATION}/{key}/{value}"
    cloud.above(
        f"{MANAGER}{identity}",
        "cloudresourcemanager.googleapis.com/TagValue",
        {"name": identity, "shortName": value, "namespacedName": spelled, "parent": f"tagKeys/{fresh()}"},
    )
    return identity


def bind(cloud: Cloud, project: str, value: str, to: str) -> str:
    """A tag's value at a resource. https://cloud.google.com/resource-manager/reference/rest/v3/tagBindings#TagBinding."""
    identity = f"tagBindings/{fresh()}/{value}"
    return cloud.asset(
        project,
        "cloudresourcemanager.googleapis.com/TagBinding",
        f"{MANAGER}{identity}",
        {"name": identity, "parent": to, "tagValue": value},
    )


def constraint(cloud: Cloud, node: str, name: str, *, enforced: bool | None = None, **policy: Any) -> None:
    """An organization policy at ``organizations/N``, ``folders/N`` or ``projects/N``.

    https://cloud.google.com/resource-manager/reference/rest/Shared.Types/Policy
    """
    found: Json = {"constraint": f"constraints/{name}", "updateTime": UPDATED, "etag": "abc=", **policy}
    if enforced is not None:
        found["booleanPolicy"] = {"enforced": enforced}
    cloud.whole(f"{MANAGER}{node}").setdefault("orgPolicy", []).append(found)


def audited(cloud: Cloud, node: str, service: str, *types: str, exempted: tuple[str, ...] = ()) -> None:
    """An audit configuration in the allow policy of a project, a folder or the organization.

    https://cloud.google.com/iam/docs/reference/rest/v1/Policy#AuditConfig
    """
    logs = [
        {"logType": each, "exemptedMembers": list(exempted)} if exempted else {"logType": each}
        for each in types
    ]
    policy = cloud.whole(f"{MANAGER}{node}").setdefault("iamPolicy", {"bindings": []})
    policy.setdefault("auditConfigs", []).append({"service": service, "auditLogConfigs": logs})
