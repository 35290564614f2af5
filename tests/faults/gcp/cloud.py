"""What stands in the tests' Google Cloud: an organization with folders, projects and assets, natively."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

ORGANIZATION = "600000000001"
MANAGER = "//cloudresourcemanager.googleapis.com/"
PLACE = "europe-west4"
UPDATED = "2026-01-02T03:04:05Z"
EVERYTHING = "*"
ACTIVITIES = "/locations/global/activityTypes/serviceAccountKeyLastAuthentication/activities:query"
"""What Policy Analyzer saw of a project's keys."""
Json = dict[str, Any]

_NUMBERS = itertools.count(700000000001)


def fresh() -> str:
    """A number that no other object of this process has."""
    return str(next(_NUMBERS))


@dataclass(frozen=True)
class TypeShape:
    """The schema that an asset's own data is held to."""

    document: str
    name: str


TYPES: Mapping[str, TypeShape] = {
    "apikeys.googleapis.com/Key": TypeShape("apikeys.v2", "V2Key"),
    "artifactregistry.googleapis.com/Repository": TypeShape("artifactregistry.v1", "Repository"),
    "bigquery.googleapis.com/Dataset": TypeShape("bigquery.v2", "Dataset"),
    "bigquery.googleapis.com/Table": TypeShape("bigquery.v2", "Table"),
    "cloudbilling.googleapis.com/ProjectBillingInfo": TypeShape("cloudbilling.v1", "ProjectBillingInfo"),
    "cloudkms.googleapis.com/CryptoKey": TypeShape("cloudkms.v1", "CryptoKey"),
    "cloudkms.googleapis.com/CryptoKeyVersion": TypeShape("cloudkms.v1", "CryptoKeyVersion"),
    "cloudresourcemanager.googleapis.com/Folder": TypeShape("cloudresourcemanager.v3", "Folder"),
    "cloudresourcemanager.googleapis.com/Organization": TypeShape("cloudresourcemanager.v3", "Organization"),
    "cloudresourcemanager.googleapis.com/Project": TypeShape("cloudresourcemanager.v3", "Project"),
    "cloudresourcemanager.googleapis.com/TagBinding": TypeShape("cloudresourcemanager.v3", "TagBinding"),
    "cloudresourcemanager.googleapis.com/TagValue": TypeShape("cloudresourcemanager.v3", "TagValue"),
    "compute.googleapis.com/Instance": TypeShape("compute.v1", "Instance"),
    "compute.googleapis.com/Network": TypeShape("compute.v1", "Network"),
    "compute.googleapis.com/ResourcePolicy": TypeShape("compute.v1", "ResourcePolicy"),
    "compute.googleapis.com/Subnetwork": TypeShape("compute.v1", "Subnetwork"),
    "container.googleapis.com/Cluster": TypeShape("container.v1", "Cluster"),
    "iam.googleapis.com/ServiceAccount": TypeShape("iam.v1", "ServiceAccount"),
    "iam.googleapis.com/ServiceAccountKey": TypeShape("iam.v1", "ServiceAccountKey"),
    "logging.googleapis.com/LogSink": TypeShape("logging.v2", "LogSink"),
    "pubsub.googleapis.com/Topic": TypeShape("pubsub.v1", "Topic"),
    "secretmanager.googleapis.com/Secret": TypeShape("secretmanager.v1", "Secret"),
    "secretmanager.googleapis.com/SecretVersion": TypeShape("secretmanager.v1", "SecretVersion"),
    "serviceusage.googleapis.com/Service": TypeShape("serviceusage.v1", "GoogleApiServiceusageV1Service"),
    "storage.googleapis.com/Bucket": TypeShape("storage.v1", "Bucket"),
}
"""Type of an asset -> its API's own shape, https://cloud.google.com/asset-inventory/docs/asset-types."""


@dataclass
class Cloud:
    """An organization, as Cloud Asset Inventory knows it."""

    assets: list[Json] = field(default_factory=list)
    projects: dict[str, list[str]] = field(default_factory=dict)
    """Project id -> its ancestors, itself (by number) first."""
    folders: dict[str, list[str]] = field(default_factory=dict)
    granted: dict[str, set[str]] = field(default_factory=dict)
    """``projects/ID``, ``folders/N`` or ``organizations/N`` -> permissions that whoever scans holds there."""
    answers: dict[str, Any] = field(default_factory=dict)
    """Answers of other APIs: path -> the whole answer, or what each page is cut from."""

    def __post_init__(self) -> None:
        self.granted[f"organizations/{ORGANIZATION}"] = {EVERYTHING}
        self._asset(
            f"{MANAGER}organizations/{ORGANIZATION}",
            "cloudresourcemanager.googleapis.com/Organization",
            {"name": f"organizations/{ORGANIZATION}", "displayName": "example.com", "state": "ACTIVE"},
            [f"organizations/{ORGANIZATION}"],
        )

    def folder(self, name: str, *, parent: str = f"organizations/{ORGANIZATION}") -> str:
        """A folder; ``folders/N``. https://cloud.google.com/resource-manager/reference/rest/v3/folders#Folder."""
        identity = f"folders/{fresh()}"
        self.folders[identity] = [identity, *self.folders.get(parent, [parent])]
        self._asset(
            f"{MANAGER}{identity}",
            "cloudresourcemanager.googleapis.com/Folder",
            {"name": identity, "displayName": name, "parent": parent, "state": "ACTIVE"},
            self.folders[identity],
        )
        return identity

    def project(self, identity: str, *, parent: str = f"organizations/{ORGANIZATION}", **labels: str) -> str:
        """A project; its id. https://cloud.google.com/resource-manager/reference/rest/v3/projects#Project."""
        number = f"projects/{fresh()}"
        self.answers[f"/v1/projects/{identity}{ACTIVITIES}"] = []
        self.projects[identity] = [number, *self.folders.get(parent, [parent])]
        data = {
            "name": number,
            "parent": parent,
            "projectId": identity,
            "state": "ACTIVE",
            "displayName": identity,
        }
        self._asset(
            f"{MANAGER}{number}",
            "cloudresourcemanager.googleapis.com/Project",
            {**data, "labels": labels} if labels else data,
            self.projects[identity],
        )
        return identity

    def number(self, project: str) -> str:
        """The number of a project."""
        return self.projects[project][0].partition("/")[2]

    def asset(self, project: str, kind: str, name: str, data: Json, **more: Any) -> str:
        """An asset in a project; its full name. ``more`` goes into the asset itself."""
        self._asset(name, kind, data, self.projects[project], **more)
        return name

    def above(self, name: str, kind: str, data: Json) -> None:
        """An asset of the organization itself."""
        self._asset(name, kind, data, [f"organizations/{ORGANIZATION}"])

    def find(self, name: str) -> Json:
        """An asset's own data, that can be changed."""
        found: Json = next(each for each in self.assets if each["name"] == name)["resource"]["data"]
        return found

    def whole(self, name: str) -> Json:
        """An asset, that can be changed."""
        return next(each for each in self.assets if each["name"] == name)

    def below(self, parent: str) -> list[Json]:
        """The assets of an organization, a folder or a project (by id or number)."""
        sort, _, name = parent.partition("/")
        holder = self.projects[name][0] if sort == "projects" and name in self.projects else parent
        return [each for each in self.assets if holder in each["ancestors"]]

    def holds(self, parent: str, permission: str) -> bool:
        """Whether whoever scans has a permission at a parent, there or above."""
        sort, _, name = parent.partition("/")
        if sort == "projects":
            above = next((way for each, way in self.projects.items() if name in {each, way[0][9:]}), [])
            own = next((f"projects/{each}" for each, way in self.projects.items() if way is above), parent)
            way = [own, *above]
        else:
            way = self.folders.get(parent, [parent])
        return any({EVERYTHING, permission} & self.granted.get(each, set()) for each in way)

    def restrict(self, **held: set[str]) -> None:
        """Take what is held at the organization; ``held`` are permissions by project."""
        self.granted = {f"projects/{name.replace('_', '-')}": found for name, found in held.items()}

    def _asset(self, name: str, kind: str, data: Json, ancestors: list[str], **more: Any) -> None:
        shape = TYPES.get(kind)
        resource: Json = {"version": "v1", "data": data, "parent": f"{MANAGER}{ancestors[0]}"}
        if shape is not None:
            resource |= {
                "version": shape.document.rpartition(".")[2],
                "discoveryDocumentUri": f"https://{kind.partition('/')[0]}/$discovery/rest",
                "discoveryName": shape.name,
            }
        if location := more.pop("location", None):
            resource["location"] = location
        self.assets.append(
            {
                "name": name,
                "assetType": kind,
                "updateTime": UPDATED,
                "ancestors": ancestors,
                "resource": resource,
                **more,
            }
        )
