"""What projects stand in, and what is set there: folders, organization policies, allow policies, tags.

- https://cloud.google.com/resource-manager/reference/rest/v3/folders#Folder, organizations#Organization;
- ``orgPolicy``: https://cloud.google.com/resource-manager/reference/rest/Shared.Types/Policy (version 1);
- https://cloud.google.com/resource-manager/reference/rest/v3/tagValues#TagValue.

Read once, at the organization that ``sources.gcp.organization`` names. Organization policies are those of
the organization, of every folder and every project; allow policies are those of the organization and its
folders (a project's come with it). Projects are listed so that one that nobody declared is seen to stand
where it does.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output, Span
from scanner.collect.gcp._policies import policies
from scanner.collect.gcp._words import ORG_POLICY, Assets

_MANAGER = "cloudresourcemanager.googleapis.com"

CALLS = (
    Call(
        Assets("organizations", "Organizations", type=f"{_MANAGER}/Organization"),
        (Output("organizations.organization", "assets[]", "{name}"),),
        Span.ORGANIZATION,
        bulk=policies(f"{_MANAGER}/Organization"),
    ),
    Call(
        Assets("organizations", "Folders", type=f"{_MANAGER}/Folder"),
        (Output("organizations.folder", "assets[]", "{name}"),),
        Span.ORGANIZATION,
        bulk=policies(f"{_MANAGER}/Folder"),
    ),
    Call(
        Assets("organizations", "Projects", type=f"{_MANAGER}/Project"),
        (Output("organizations.project", "assets[]", "{name}"),),
        Span.ORGANIZATION,
    ),
    Call(
        Assets("organizations", "TagValues", type=f"{_MANAGER}/TagValue"),
        (Output("organizations.tagvalue", "assets[]", "{name}"),),
        Span.ORGANIZATION,
    ),
    Call(
        Assets("organizations", "Policies", content=ORG_POLICY),
        (Output("organizations.policy", "assets[]", "{name}"),),
        Span.ORGANIZATION,
    ),
)
