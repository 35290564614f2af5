"""Projects with what they stand in, bindings of tags, and every asset of a type that no other file reads.

- https://cloud.google.com/resource-manager/reference/rest/v3/projects#Project, tagBindings, tagValues;
- ``ancestors``, the nearest first: https://cloud.google.com/asset-inventory/docs/reference/rest/v1/assets.

The labels and tags of every resource tell which environments a project holds, so that all of them are listed.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._policies import policies
from scanner.collect.gcp._words import Assets

_MANAGER = "cloudresourcemanager.googleapis.com"
PROJECTS = Assets("resources", "Projects", type=f"{_MANAGER}/Project")
"""Also tells which projects are seen at all."""

CALLS = (
    Call(PROJECTS, (Output("resources.project", "assets[]", "{name}"),), bulk=policies(str(PROJECTS.type))),
    Call(
        Assets("resources", "TagBindings", type=f"{_MANAGER}/TagBinding"),
        (Output("resources.tagbinding", "assets[]", "{name}"),),
    ),
    Call(
        Assets("resources", "TagValues", type=f"{_MANAGER}/TagValue"),
        (Output("resources.tagvalue", "assets[]", "{name}"),),
    ),
    Call(
        Assets("resources", "OtherAssets"),
        (Output("resources.other", "assets[]", "{name}"),),
    ),
)
