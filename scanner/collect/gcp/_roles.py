"""The least role for a set of calls: a custom role, as gcloud takes it (JSON is YAML too) or as Terraform.

https://cloud.google.com/iam/docs/creating-custom-roles (``gcloud iam roles create --file``),
https://registry.terraform.io/providers/hashicorp/google/latest/docs/resources/google_organization_iam_custom_role.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from scanner.collect.calls import Entry

ROLE = "envsplit_audit"
_TITLE = "envsplit audit"
_DESCRIPTION = (
    "What envsplit reads: configuration, policies and metadata; no data, no secret, nothing that writes."
)


def role_for(entries: Iterable[Entry]) -> dict[str, Mapping[str, Any]]:
    """Name -> the one role."""
    permissions = sorted({entry.permission for entry in entries})
    if not permissions:
        return {}
    role = {
        "title": _TITLE,
        "description": _DESCRIPTION,
        "stage": "GA",
        "includedPermissions": permissions,
    }
    return {ROLE: role}


def as_json(found: Mapping[str, Mapping[str, Any]]) -> str:
    """The role as ``gcloud iam roles create`` takes it; nothing where nothing is needed."""
    role = found.get(ROLE, {})
    return orjson.dumps(role, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def as_terraform(found: Mapping[str, Mapping[str, Any]]) -> str:
    """The role as a Terraform resource, its organization a variable."""
    if ROLE not in found:
        return ""
    role = found[ROLE]
    permissions = "\n".join(f'    "{each}",' for each in role["includedPermissions"])
    return f"""variable "envsplit_organization" {{
  description = "Number of the organization that envsplit reads."
  type        = string
}}

resource "google_organization_iam_custom_role" "envsplit_audit" {{
  org_id      = var.envsplit_organization
  role_id     = "{ROLE}"
  title       = "{role["title"]}"
  description = "{role["description"]}"
  permissions = [
{permissions}
  ]
}}
"""
