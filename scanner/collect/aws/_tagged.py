"""Tags in bulk: the Resource Groups Tagging API has those of all services in a region, 100 things a page.

It knows what is tagged, or ever was: a thing of a service that it covers, and that it leaves out, has no
tags. It follows a change with some delay. A service that it does not know in a region is refused.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/supported-services.html
"""

from __future__ import annotations

from scanner.collect.calls import Bulk, Read

TAGS = Read("resourcegroupstaggingapi", "GetResources", "tag:GetResources", page=100)


def tagged(resources: str, region: str = "") -> Bulk:
    """The tags of a listing's records, whose ids are ARNs; one without any has an empty list, or none.

    ``resources``: which to ask for, as their ARNs name them (``kms:key``; a whole service where they name no
    type). ``region``: a template for where a record lies, if it was not listed there.
    """
    return Bulk(
        TAGS,
        "ResourceTypeFilters",
        resources,
        items="ResourceTagMappingList",
        match="{ResourceARN}",
        keep="Tags || `[]`",
        region=region,
        refused=("InvalidParameterException",),
    )
