"""Tags in bulk: the Resource Groups Tagging API has those of a whole service in a region, 100 a page.

It knows what is tagged, or ever was: a thing that it leaves out has no tags.
https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
"""

from __future__ import annotations

from collections.abc import Iterable

from scanner.collect.calls import Data, Desk, Read, UnansweredError, required

TAGS = Read("resourcegroupstaggingapi", "GetResources", "tag:GetResources", page=100)


def add_tags(desk: Desk, kind: str, resources: str, found: Iterable[tuple[str, Data]]) -> None:
    """Put the tags of each (ARN, data) under ``GetResources``, or none anywhere if they were not read.

    ``resources``: which ones to ask for (``kms:key``, or a whole service).
    """
    try:
        answer = required(desk.ask(TAGS, {"ResourceTypeFilters": [resources]}), "ResourceTagMappingList")
    except UnansweredError as error:
        desk.miss(TAGS, kind, error)
        return
    tags = {item["ResourceARN"]: item.get("Tags", []) for item in answer}
    for arn, data in found:
        data[TAGS.operation] = tags.get(arn, [])
