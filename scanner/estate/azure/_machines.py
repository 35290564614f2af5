"""What virtual machines and scale sets say alike: how they were bought, and what they start from.

Shapes: Azure Compute REST API, ``VirtualMachineProperties``, ``VirtualMachineScaleSetVMProfile``,
``SecurityProfile``. A machine that says nothing of its priority is a regular one, and one that says nothing
of its security type is a standard one, unless it was made since a trusted launch is the default: Azure then
writes it down. https://learn.microsoft.com/azure/virtual-machines/trusted-launch
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_SPOT = frozenset({"spot", "low"})
_TRUSTED = frozenset({"trustedlaunch", "confidentialvm"})


def lifecycle(profile: Mapping[str, Any]) -> str:
    """Spot machines may be taken away, as were those of low priority before them."""
    return "spot" if str(profile.get("priority", "")).lower() in _SPOT else "on_demand"


def boot(profile: Mapping[str, Any]) -> str:
    """Whether only signed code starts, and what started can be measured: both, or nothing is said of it."""
    security = profile.get("securityProfile") or {}
    firmware = security.get("uefiSettings") or {}
    typed = str(security.get("securityType", "")).lower() in _TRUSTED
    both = firmware.get("secureBootEnabled") is True and firmware.get("vTpmEnabled") is True
    return "verified" if typed and both else "unverified"


def image(profile: Mapping[str, Any]) -> str | None:
    """The id of an image, or ``publisher:offer:sku:version`` of one of the marketplace."""
    named = (profile.get("storageProfile") or {}).get("imageReference") or {}
    own = named.get("id") or named.get("communityGalleryImageId") or named.get("sharedGalleryImageId")
    if own:
        return str(own).lower()
    parts = [str(named.get(each) or "") for each in ("publisher", "offer", "sku", "version")]
    return ":".join(parts) if parts[0] else None
