"""Azure: native records to resources, one module a service; found by path.

Boundaries are subscriptions (their GUID) and resource groups (``GUID/name``); ids are in lower case.
"""

ENTRY = "resources:Subscriptions"
"""The call that shows which subscriptions there are."""
NOTHING_OF: frozenset[str] = frozenset()
"""Kinds that stand for nothing here."""
