"""What the demo lacks, so that every call of the table is made: stores and roads, in the CI account."""

from __future__ import annotations

from typing import Any

import demo_estate
from tests.faults import roads


def build(url: str) -> None:
    """Add it to the estate on a server."""
    wire = demo_estate.Wire(url, demo_estate.CI)

    def client(service: str) -> Any:
        return wire.client(service, demo_estate.REGION)

    roads.stores(client, "ci", f"arn:aws:iam::{demo_estate.CI}:role/worker")
    roads.roads(client, "ci", demo_estate.CI, demo_estate.DEV)
