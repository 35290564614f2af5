"""The least role for a set of calls: a custom role definition, as JSON for the Azure CLI or as Terraform.

What is read of the directory no role of Azure allows, but permissions of Microsoft Graph, which an
administrator consents to (https://learn.microsoft.com/graph/permissions-reference): they stand beside it.

https://learn.microsoft.com/azure/role-based-access-control/custom-roles (format),
https://registry.terraform.io/providers/hashicorp/azurerm/latest/docs/resources/role_definition.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from scanner.collect.calls import Entry

ROLE = "envsplit-audit"
DIRECTORY = "envsplit-directory"
_RESOURCE = "/"
"""Actions of Azure have one in their names, permissions of Microsoft Graph do not."""
_EVERY_READ = "*/read"
_DESCRIPTION = "What envsplit reads; no action that writes, none that hands out a key, no data."
_SCOPE = "/providers/Microsoft.Management/managementGroups/{management-group}"


def role_for(entries: Iterable[Entry]) -> dict[str, Mapping[str, Any]]:
    """Name -> the one role, with the fewest actions; every read there is covers the others.

    And the permissions of Microsoft Graph, where the directory is read.
    """
    wanted = {entry.permission for entry in entries}
    actions = sorted(each for each in wanted if _RESOURCE in each)
    consents = sorted(wanted - {*actions})
    beside = {DIRECTORY: {"Microsoft Graph": consents}} if consents else {}
    if not actions:
        return {**beside}
    kept = [_EVERY_READ] if _EVERY_READ in actions else actions
    role = {
        "Name": ROLE,
        "IsCustom": True,
        "Description": _DESCRIPTION,
        "Actions": kept,
        "NotActions": [],
        "DataActions": [],
        "NotDataActions": [],
        "AssignableScopes": [_SCOPE],
    }
    return {ROLE: role, **beside}


def as_json(found: Mapping[str, Mapping[str, Any]]) -> str:
    """The role as ``az role definition create`` takes it; nothing where nothing is needed.

    Where the directory is read both stand under their names.
    """
    role = found if DIRECTORY in found else found.get(ROLE, {})
    return orjson.dumps(role, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def as_terraform(found: Mapping[str, Mapping[str, Any]]) -> str:
    """The role as a Terraform resource, its scope a variable."""
    consents = found[DIRECTORY]["Microsoft Graph"] if DIRECTORY in found else ()
    asked = f"# Permissions of Microsoft Graph to consent to: {', '.join(consents)}\n" if consents else ""
    if ROLE not in found:
        return asked
    role = found[ROLE]
    actions = "\n".join(f'      "{action}",' for action in role["Actions"])
    return f"""{asked}variable "envsplit_scope" {{
  description = "Id of the management group (or subscription) that envsplit reads."
  type        = string
}}

resource "azurerm_role_definition" "envsplit_audit" {{
  name              = "{role["Name"]}"
  scope             = var.envsplit_scope
  description       = "{role["Description"]}"
  assignable_scopes = [var.envsplit_scope]

  permissions {{
    actions = [
{actions}
    ]
    not_actions = []
  }}
}}
"""
