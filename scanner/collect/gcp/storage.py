"""Buckets, who is let into them, and what is set for them (never an object).

- https://cloud.google.com/storage/docs/json_api/v1/buckets#resource (type ``storage.googleapis.com/Bucket``).
"""

from __future__ import annotations

from scanner.collect.calls import Call, Output
from scanner.collect.gcp._policies import policies
from scanner.collect.gcp._words import Assets

_BUCKET = "storage.googleapis.com/Bucket"

CALLS = (
    Call(
        Assets("storage", "Buckets", type=_BUCKET),
        (Output("storage.bucket", "assets[]", "{name}"),),
        bulk=policies(_BUCKET),
    ),
)
