"""What the demo lacks, so that every call of the table is made: a directory, assigned in the CI account."""

from __future__ import annotations

import demo_estate
from tests.faults import people


def build(url: str) -> None:
    """Add it to the estate on a server."""
    wire = demo_estate.Wire(url, demo_estate.MANAGEMENT)
    people.build(wire.client("sso-admin"), wire.client("identitystore"), demo_estate.CI)
