"""Compute Engine: networks.

- https://cloud.google.com/compute/docs/reference/rest/v1/networks.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._words import Assets

_API = "compute.googleapis.com"

CALLS = (
    Call(
        Assets("compute", "Networks", type=f"{_API}/Network"),
        (Output("compute.network", "assets[]", "{name}"),),
    ),
)
