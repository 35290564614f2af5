"""EC2: which machine images an account allows in a region.

Shapes: Amazon EC2 API Reference, GetAllowedImagesSettings, ``ImageCriterion``.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-allowed-amis.html
"""

from __future__ import annotations

from scanner.estate.aws._launch import SETTINGS
from scanner.estate.normaliser import Normaliser, constant, field_of

_ALLOWED = "GetAllowedImagesSettings"
_STATES = {"enabled": "enforced", "audit-mode": "audited"}

IMAGE_SETTINGS = Normaliser(
    native=SETTINGS,
    kind="image_policy",
    listed=((f"ec2:{_ALLOWED}",),),
    regional=True,
    name=lambda reading: f"{reading.scope.boundary}/{reading.scope.region}",
    attrs={
        "type": constant("machine_images"),
        "state": field_of(_ALLOWED, "State", convert=lambda state: _STATES.get(state, "off")),
        "criteria": field_of(_ALLOWED, "ImageCriteria", absent=[], convert=list),
        "managed_by": field_of(
            _ALLOWED,
            "ManagedBy",
            absent="account",
            convert=lambda who: "declarative_policy" if who == "declarative-policy" else "account",
        ),
    },
)
