"""Web and function apps with their slots, and the image that each runs if it runs one.

- https://learn.microsoft.com/rest/api/appservice/web-apps/get;
- https://learn.microsoft.com/rest/api/appservice/web-apps/get-configuration.

Their settings are told with their values or not at all, by a POST: they are not asked for.
"""

from __future__ import annotations

from scanner.collect.azure._words import Get, Rows
from scanner.collect.calls import Call, Follow, Output

_COLUMNS = (
    *("id", "name", "type", "location", "subscriptionId"),
    *("resourceGroup=tolower(resourceGroup)", "tags", "kind", "identity", "state=tostring(properties.state)"),
)


def _listed(operation: str, configuration: str, noun: str, kind: str) -> Call:
    return Call(
        Rows(
            "web",
            operation,
            f"Microsoft.Web/{noun}/read",
            type=f"microsoft.web/{noun}",
            columns=_COLUMNS,
        ),
        (Output(kind, "rows[]", "{id}"),),
        follows=(
            Follow(
                Get(
                    "web",
                    configuration,
                    f"Microsoft.Web/{noun}/config/read",
                    path="{id}/config/web",
                    version="2023-12-01",
                ),
                {"id": "{id}"},
                "{linuxFxVersion: properties.linuxFxVersion || '', "
                "windowsFxVersion: properties.windowsFxVersion || ''}",
            ),
        ),
    )


CALLS = (
    _listed("Sites", "SiteConfiguration", "sites", "web.site"),
    _listed("Slots", "SlotConfiguration", "sites/slots", "web.slot"),
)
