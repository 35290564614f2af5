"""How many calls Azure and Google Cloud are asked for an estate, counted at our servers of them.

``python tests/bench/clouds.py [RESOURCES]`` (10,000 by default): machines, disks by type alone, and one data
store in five hundred, in five subscriptions or projects. A row for a tenth and one for all: the calls that
answer for many resources at once (the only ones that grow with machines), and those that are made for each
boundary, vault or store. At most 60 of the former are accepted for 10,000 resources.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from scanner import pipeline  # noqa: E402
from scanner.collect import azure as azure_table  # noqa: E402
from scanner.collect.azure._words import Rows  # noqa: E402
from scanner.config import load  # noqa: E402
from tests.faults.azure import makers as azure_makers  # noqa: E402
from tests.faults.azure.machines import machine  # noqa: E402
from tests.faults.azure.server import AzureServer  # noqa: E402
from tests.faults.gcp import makers as gcp_makers  # noqa: E402
from tests.faults.gcp.makers_more import instance  # noqa: E402
from tests.faults.gcp.server import GcpServer  # noqa: E402
from tests.silent import Silent  # noqa: E402

BOUNDARIES = 5
STORES = 500
"""One resource in this many is a data store."""
MOST = 60
GRAPH = frozenset(
    read.name for call in azure_table.calls() for read, _, _ in call.all_reads() if isinstance(read, Rows)
)
"""The calls of Azure that are queries of Resource Graph, for all subscriptions together."""


def in_bulk(call: str) -> bool:
    """Whether a call answers for many resources at once."""
    return call in GRAPH or call.startswith("assets:")


def azure(folder: Path, resources: int) -> Counter[str]:
    """The calls of Azure that a collection of everything makes."""
    with AzureServer(folder) as server:
        cloud = server.cloud
        homes = [cloud.subscription(f"sub-{number}") for number in range(BOUNDARIES)]
        groups = [cloud.group(home, "rg") for home in homes]
        for number in range(resources):
            group = groups[number % BOUNDARIES]
            if number % STORES == 0:
                azure_makers.storage(cloud, group, f"store{number}")
            elif number % 2:
                machine(cloud, group, f"vm-{number}")
            else:
                cloud.resource(group, "Microsoft.Compute/disks", f"disk-{number}", {"diskSizeGB": 64})
        matches = [{"azure": {"subscriptions": some}} for some in (homes[:1], homes[1:])]
        return collected(folder, matches, {"azure": {"endpoint": server.url}}, server)


def gcp(folder: Path, resources: int) -> Counter[str]:
    """The calls of Google Cloud."""
    with GcpServer(folder) as server:
        cloud = server.cloud
        homes = [cloud.project(f"project-{number}") for number in range(BOUNDARIES)]
        for number in range(resources):
            home = homes[number % BOUNDARIES]
            if number % STORES == 0:
                gcp_makers.bucket(cloud, home, f"store-{number}")
            elif number % 2:
                instance(cloud, home, f"vm-{number}")
            else:
                gcp_makers.topic(cloud, home, f"topic-{number}")
        server.begin()
        matches = [{"gcp": {"projects": some}} for some in (homes[:1], homes[1:])]
        source = {"endpoint": server.url, "calls_per_minute": 60_000}
        return collected(folder, matches, {"gcp": source}, server)


def collected(
    folder: Path,
    matches: Sequence[Mapping[str, object]],
    source: Mapping[str, object],
    server: AzureServer | GcpServer,
) -> Counter[str]:
    """Collect everything, as the command does."""
    os.environ.update(server.environment())
    path = folder / "envsplit.yaml"
    environments = {
        name: {"tier": tier, "match": match}
        for name, tier, match in zip(("prod", "dev"), ("production", "nonproduction"), matches, strict=True)
    }
    file = {"version": 1, "environments": environments, "sources": source}
    path.write_text(json.dumps(file))
    server.calls.clear()
    pipeline.collect(load(path), folder / "snapshot", Silent())
    assert server.mistakes == [], server.mistakes[:3]
    return Counter(server.calls)


def main() -> int:
    """Print a row for each size of each provider; 1 if one asks too often."""
    whole = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    failed = False
    measures: dict[str, Callable[[Path, int], Counter[str]]] = {"azure": azure, "gcp": gcp}
    for name, measure in measures.items():
        for resources in (whole // 10, whole):
            with tempfile.TemporaryDirectory() as folder:
                calls = measure(Path(folder), resources)
            rest = Counter({call: count for call, count in calls.items() if not in_bulk(call)})
            bulk = calls.total() - rest.total()
            print(f"{name:>6}  {resources:>7,} resources  {bulk:4} calls in bulk, {rest.total():5} besides")
            for call, count in rest.most_common(4):
                print(f"{count:>44} {call}")
        failed |= bulk * 10_000 > MOST * whole
    print(f"in bulk for 10,000 resources at most {MOST}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
