"""Networks. Shapes: Compute Engine API v1, ``Network``; networks have no labels."""

from __future__ import annotations

from scanner.estate.gcp._native import labels_of, made, name_of
from scanner.estate.normaliser import UNTOLD, Normaliser

NETWORK = Normaliser(
    native="compute.network",
    kind="network",
    listed=(("compute:Networks",),),
    tags=labels_of("Networks"),
    name=name_of,
    attrs={
        "cidrs": UNTOLD,
        # https://cloud.google.com/vpc/docs/vpc#default-network
        "default": made("Networks", lambda network: network.get("name") == "default"),
        # Policies of firewalls that come before those of the network, and hubs, are not read yet.
        "admin_rules": UNTOLD,
        "grouped": UNTOLD,
    },
)
