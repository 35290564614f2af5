"""Web and function apps, and the image that each runs if it runs one.

- https://learn.microsoft.com/rest/api/appservice/web-apps/get;
- https://learn.microsoft.com/rest/api/appservice/web-apps/get-configuration.

Their settings are told with their values or not at all, by a POST: they are not asked for.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

CALLS = (
    Call(
        Rows(
            "web",
            "Sites",
            "Microsoft.Web/sites/read",
            type="microsoft.web/sites",
            columns=(
                "id",
                "name",
                "type",
                "location",
                "subscriptionId",
                "resourceGroup=tolower(resourceGroup)",
                "tags",
                "kind",
                "identity",
                "state=tostring(properties.state)",
            ),
        ),
        (Output("web.site", "rows[]", "{id}"),),
        follows=(
            Follow(
                Get(
                    "web",
                    "SiteConfiguration",
                    "Microsoft.Web/sites/config/read",
                    path="{id}/config/web",
                    version="2023-12-01",
                ),
                {"id": "{id}"},
                "{linuxFxVersion: properties.linuxFxVersion || '', "
                "windowsFxVersion: properties.windowsFxVersion || ''}",
            ),
        ),
    ),
)
