"""How Google Cloud is asked: assets of Cloud Asset Inventory in bulk, GETs of other APIs.

- Assets: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets/list,
  types: https://cloud.google.com/asset-inventory/docs/asset-types;
- permissions of a listing, by content: https://cloud.google.com/asset-inventory/docs/access-control.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from scanner.collect.calls import Read

RESOURCE, IAM_POLICY, ORG_POLICY = "RESOURCE", "IAM_POLICY", "ORG_POLICY"
PERMISSIONS: Mapping[str, str] = {
    RESOURCE: "cloudasset.assets.listResource",
    IAM_POLICY: "cloudasset.assets.listIamPolicy",
    ORG_POLICY: "cloudasset.assets.listOrgPolicy",
}
"""Content of assets -> what lets it be listed, of every type."""

SEARCH = Read("resourcemanager", "SearchProjects", "resourcemanager.projects.get")
"""Finds the projects that the credentials see, where no organization or folder is named."""


@dataclass(frozen=True, slots=True)
class Assets(Read):
    """Assets of a type (``None``: of every type that no other read names), with one sort of content.

    The answer is ``{"assets": [...]}``, each as Cloud Asset Inventory gives it (JSON of the proto ``Asset``).
    Those of ``None`` are cut down to what tells their labels.
    """

    type: str | None = None
    content: str = RESOURCE

    @property
    def allowed_by(self) -> str:
        """The permission that lets it answer: of the content, unless the read names another."""
        return self.permission or PERMISSIONS[self.content]


@dataclass(frozen=True, slots=True)
class Get(Read):
    """A GET of an API: ``host`` (``policyanalyzer.googleapis.com``), ``path`` and ``query`` as templates.

    ``listed``: the member of the answer that comes in pages (``pageToken``), which are joined; JSON of
    Google's APIs leaves out a list that is empty. ``shared``: what is asked for is of no project, and asked
    for once in a run.
    """

    host: str = ""
    path: str = ""
    query: tuple[tuple[str, str], ...] = ()
    listed: str = ""
    shared: bool = False
