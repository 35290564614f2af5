"""Machine sizes that an environment does not allow (CST-004): they fit no pattern of ``costs.types``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scanner.facts.compute.references import approved
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Facts, Mark

PROVIDERS = ("aws", "azure", "gcp")
NEEDS = ("instance.type", "node_pool.machine_types", "workload.machine_types")
_SIZES = {"instance": "type", "node_pool": "machine_types", "workload": "machine_types"}


def derive(estate: Estate) -> Facts:
    """Marks ``types_not_allowed`` where the environment declares which are."""
    marks = (mark for kind in _SIZES for item in estate.of(kind) for mark in _marks(estate, item))
    return Facts(marks=tuple(marks))


def _marks(estate: Estate, item: Resource) -> Iterator[Mark]:
    environment = estate.environments.get(item.environment or "")
    costs: Any = (environment.settings.get("costs") if environment else None) or {}
    allowed = costs.get("types")
    if allowed is None:
        return
    attr = _SIZES[item.kind]
    if attr in item.unknown:
        yield Mark(item.id, "types_not_allowed", unknown=True, gaps=tuple(item.unknown[attr]))
        return
    named = item.attrs.get(attr)
    sizes = [str(named)] if isinstance(named, str) else [str(each) for each in named or ()]
    yield Mark(item.id, "types_not_allowed", sorted(size for size in sizes if not approved([size], allowed)))
