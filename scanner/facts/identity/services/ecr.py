"""Repositories: their own policy, and their registry's, which counts for all actions only in scope V2.

The scope is a setting that is not read. Images under a KMS key are read by grants that ECR holds itself.

https://docs.aws.amazon.com/AmazonECR/latest/userguide/repository-policies.html
https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry-permissions-create.html
"""

from __future__ import annotations

from dataclasses import replace

from scanner.facts.identity import levels
from scanner.facts.identity.attached import resource_policy
from scanner.facts.identity.provenance import Policy
from scanner.facts.identity.services import Service
from scanner.model.estate import Resource

_REGISTRY = ":registry/policy"


def _policies(resource: Resource) -> tuple[Policy, ...]:
    shared = (
        replace(policy, id=f"{resource.id.partition(':repository/')[0]}{_REGISTRY}")
        for policy in resource_policy(resource, "registry_policy", "registry policy")
    )
    return (*resource_policy(resource, "policy", "repository policy"), *shared)


SERVICE = Service(
    policies=_policies,
    split=lambda policy: policy.id.endswith(_REGISTRY),
    sure=levels.peculiar("registry", "always_registry"),
)
