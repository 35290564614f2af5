"""Repositories of Artifact Registry, and which APIs are enabled: one of them scans images.

- https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories#Repository;
- https://cloud.google.com/service-usage/docs/reference/rest/v1/services#Service.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._policies import policies
from scanner.collect.gcp._words import Assets

_REPOSITORY = "artifactregistry.googleapis.com/Repository"

CALLS = (
    Call(
        Assets("artifactregistry", "Repositories", type=_REPOSITORY),
        (
            Output(
                "artifactregistry.repository",
                "assets[]",
                "{name}",
                volatile=("resource.data.sizeBytes", "resource.data.updateTime", "updateTime"),
            ),
        ),
        bulk=policies(_REPOSITORY),
    ),
    Call(
        Assets("serviceusage", "Services", type="serviceusage.googleapis.com/Service"),
        (Output("serviceusage.service", "assets[]", "{name}"),),
    ),
)
