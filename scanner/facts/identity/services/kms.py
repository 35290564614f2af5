"""Keys: the key policy must let a caller's own policies count; grants suffice alone.

Grants that were not read may allow anybody something, and deny nothing: they are no policy here, but leave
undecided whatever the rest keeps closed.

https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html
https://docs.aws.amazon.com/kms/latest/developerguide/grants.html
"""

from __future__ import annotations

from scanner.facts.identity import kms_grants
from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.services import Service
from scanner.model.estate import Resource


def _policies(resource: Resource) -> tuple[Policy, ...]:
    found = resource_policy(resource, "policy", "key policy")
    grants = resource.attrs.get("grants")
    if not grants:
        return found
    return (*found, kms_grants.policy(resource.id, grants, resource.where("grants"), ()))


SERVICE = Service(policies=_policies)
