"""Identities that only a provider's service can take on: what they do is the work of what runs there.

https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_terms-and-concepts.html
"""

from __future__ import annotations

from scanner.facts.identity.callers import Caller


def for_services_only(caller: Caller) -> bool:
    """Whether nobody but AWS services may assume a role, by its trust policy."""
    if caller.kind != "role" or caller.trust is None:
        return False
    allowing = [item for item in caller.trust.document.statements if item.effect != "deny"]
    return bool(allowing) and all(
        item.principals is not None
        and not item.principals.excluded
        and all(entry.kind == "service" for entry in item.principals.entries)
        for item in allowing
    )
