"""Storage accounts, what is set for their blobs, and where access to those is logged (never a key or a blob).

- https://learn.microsoft.com/rest/api/storagerp/storage-accounts/get-properties (the row's properties);
- https://learn.microsoft.com/rest/api/storagerp/blob-services/get-service-properties;
- https://learn.microsoft.com/rest/api/storagerp/blob-containers/list;
- https://learn.microsoft.com/rest/api/monitor/diagnostic-settings/list;
- https://learn.microsoft.com/rest/api/storagerp/management-policies/get.

Of containers only those open to anonymous reads are kept, and only where the account lets them be: resource
metadata would name every data set otherwise.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

_VERSION = "2023-05-01"
_HAS_BLOBS = "kind != 'FileStorage'"

CALLS = (
    Call(
        Rows(
            "storage",
            "StorageAccounts",
            "Microsoft.Storage/storageAccounts/read",
            type="microsoft.storage/storageaccounts",
        ),
        (Output("storage.account", "rows[]", "{id}", volatile=("properties.statusOfPrimary",)),),
        follows=(
            Follow(
                Get(
                    "storage",
                    "BlobServiceProperties",
                    "Microsoft.Storage/storageAccounts/blobServices/read",
                    path="{id}/blobServices/default",
                    version=_VERSION,
                ),
                {"id": "{id}"},
                "properties",
                when=_HAS_BLOBS,
            ),
            Follow(
                Get(
                    "storage",
                    "BlobContainers",
                    "Microsoft.Storage/storageAccounts/blobServices/containers/read",
                    path="{id}/blobServices/default/containers",
                    version=_VERSION,
                    listed=True,
                ),
                {"id": "{id}"},
                "value[?properties.publicAccess && properties.publicAccess != 'None']"
                ".{name: name, publicAccess: properties.publicAccess}",
                # Not set: accounts of before August 2023 that nobody has closed.
                when=f"{_HAS_BLOBS} && properties.allowBlobPublicAccess != `false`",
            ),
            Follow(
                Get(
                    "storage",
                    "DiagnosticSettings",
                    "Microsoft.Insights/diagnosticSettings/read",
                    path="{id}/blobServices/default/providers/Microsoft.Insights/diagnosticSettings",
                    version="2021-05-01-preview",
                    listed=True,
                ),
                {"id": "{id}"},
                "value[].{name: name, logs: properties.logs || `[]`}",
                when=_HAS_BLOBS,
            ),
            Follow(
                Get(
                    "storage",
                    "ManagementPolicies",
                    "Microsoft.Storage/storageAccounts/managementPolicies/read",
                    path="{id}/managementPolicies/default",
                    version=_VERSION,
                ),
                {"id": "{id}"},
                "properties.policy.rules",
                absent=("ManagementPolicyNotFound",),
                when=_HAS_BLOBS,
            ),
        ),
    ),
)
