"""BigQuery: datasets and the tables in them, with who is let into each (no row, and no schema).

- https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets#Dataset;
- https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._policies import policies
from scanner.collect.gcp._words import Assets

_API = "bigquery.googleapis.com"

CALLS = (
    Call(
        Assets("bigquery", "Datasets", type=f"{_API}/Dataset"),
        (Output("bigquery.dataset", "assets[]", "{name}"),),
        bulk=policies(f"{_API}/Dataset"),
    ),
    Call(
        Assets("bigquery", "Tables", type=f"{_API}/Table"),
        (
            Output(
                "bigquery.table",
                "assets[].{name: name, assetType: assetType, assetExceptions: assetExceptions, resource: "
                "{location: resource.location, data: resource.data && {labels: resource.data.labels}}}",
                "{name}",
            ),
        ),
        bulk=policies(f"{_API}/Table"),
    ),
)
