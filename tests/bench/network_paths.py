"""Network paths of whole estates: ``python tests/bench/network_paths.py [INTERFACES [NETWORKS]]``.

So many interfaces (3,000 by default) of three environments, peered and behind a transit gateway; and so many
networks a side (100 by default) on one transit gateway; and a tenth of both. Interfaces collapse into
classes, so that the first grows with nothing but reading them; in the second every network is told apart.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

from growth import grow  # noqa: E402

from facts.network.large_networks import on_one_gateway, peered_and_attached  # noqa: E402
from scanner.facts.network_paths import derive  # noqa: E402
from scanner.model.estate import Estate  # noqa: E402


def joined(size: int) -> Estate:
    """Interfaces of three environments."""
    return peered_and_attached(size).estate()


def plugged(size: int) -> Estate:
    """Networks of two environments."""
    return on_one_gateway(size).estate()


def run(estate: Estate) -> str:
    """All crossings of an estate."""
    found = derive(estate).crossings
    largest = max(len(one.sources) * len(one.targets) for one in found)
    return f"{len(found)} crossings, the largest of {largest:,} pairs of interfaces"


if __name__ == "__main__":
    interfaces = int(sys.argv[1]) if len(sys.argv) > 1 else 3_000
    networks = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    grow("interfaces", interfaces, joined, run, 1)
    grow("networks a side", networks, plugged, run, 1)
