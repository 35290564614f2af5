"""Cost Explorer: cost allocation tags of whoever pays for the organization.

Shape: AWS Cost Explorer API Reference, ``CostAllocationTag``.
"""

from __future__ import annotations

from scanner.estate.normaliser import Normaliser, field_of

_TAGS = "ListCostAllocationTags"

COST_TAG = Normaliser(
    native="ce.cost_allocation_tag",
    kind="cost_tag",
    listed=((f"ce:{_TAGS}",),),
    attrs={
        "key": field_of(_TAGS, "TagKey"),
        "active": field_of(_TAGS, "Status", convert=lambda status: status == "Active"),
    },
)
