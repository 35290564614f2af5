"""File systems: without a policy, whoever reaches a mount target reads and writes, and no identity is asked.

Who reaches one over the network is for the facts about networks.

https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
"""

from __future__ import annotations

from scanner.facts.identity.services import Service
from scanner.model.estate import Resource


def _asked(resource: Resource, _level: str, action: str) -> bool:
    mounting = action.startswith("elasticfilesystem:client")
    return not (mounting and "policy" in resource.attrs and resource.attrs["policy"] is None)


SERVICE = Service(asked=_asked)
