"""Pairs of environments, and which declared flow allows a crossing between them.

Flows do not compose: a flow without ``via`` allows direct crossings only, and one with it only those
that pass that service and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase

from scanner.model import estate as estates
from scanner.model.estate import Estate, Flow
from scanner.model.facts import Crossing

SERVICE = "service:"
"""What the places of declared services begin with; the name of one follows."""
EXTERNAL = "external"
"""The place of everything that is neither declared nor collected: the internet, other people's accounts."""

_PORTS = re.compile(r"(?:(?P<protocol>[a-z0-9-]+)/)?(?:(?P<first>\d+)(?:-(?P<last>\d+))?|\*|all)")


def pairs(estate: Estate) -> list[tuple[str, str]]:
    """All ordered pairs of environments that must be apart, sorted."""
    return estates.pairs(estate.environments)


def allowed_by(flows: Iterable[Flow], crossing: Crossing) -> str | None:
    """The first declared flow, by name, that allows the whole crossing, or ``None``.

    ``crossing.detail`` may carry ``ports`` (``tcp/443``, ``8000-8080``) for network crossings and
    ``through``, the places other than services that it passes: no flow allows those.
    """
    for flow in sorted(flows, key=lambda flow: flow.name):
        if (
            (flow.source, flow.target) == (crossing.source_env, crossing.target_env)
            and not crossing.detail.get("through")
            and covers(flow, crossing.targets, crossing.access, crossing.via)
            and _ports_within(crossing.detail.get("ports", ()), flow.ports)
        ):
            return flow.name
    return None


def covers(flow: Flow, targets: Iterable[str], access: Iterable[str], via: tuple[str, ...]) -> bool:
    """Whether a flow allows this access to all of these targets by this way, ports aside."""
    return (
        set(access) <= set(flow.access)
        and via == ((flow.via,) if flow.via else ())
        and (
            not flow.resources
            or all(any(names(pattern, target) for pattern in flow.resources) for target in targets)
        )
    )


def names(pattern: str, target: str) -> bool:
    """Whether a pattern of the environment file names a resource, or all that is in it (``bucket/*``)."""
    return fnmatchcase(target, pattern) or fnmatchcase(f"{target}/", pattern)


def _ports_within(used: Iterable[str], allowed: tuple[str, ...]) -> bool:
    """Whether every range used lies within one range that is allowed; no restriction allows all."""
    if not allowed:
        return True
    ranges = [_range(item) for item in allowed]
    wanted = [_range(item) for item in used]
    return bool(wanted) and all(any(_within(one, other) for other in ranges) for one in wanted)


def _range(text: str) -> tuple[str | None, int, int]:
    """``tcp/8000-8080`` as protocol (``None``: any), first and last port."""
    match = _PORTS.fullmatch(str(text).lower())
    if match is None:
        return ("?", 0, 0)
    if match["first"] is None:
        return (match["protocol"], 0, 65535)
    return (match["protocol"], int(match["first"]), int(match["last"] or match["first"]))


def _within(one: tuple[str | None, int, int], other: tuple[str | None, int, int]) -> bool:
    if "?" in (one[0], other[0]):
        return False
    return (other[0] is None or one[0] == other[0]) and other[1] <= one[1] and one[2] <= other[2]
