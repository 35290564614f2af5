"""The guarded fixpoint on random graphs: seconds for a million edges and 64 atoms, and how it grows.

From edges to what reaches every node: the graph is made, and spread over.

``python tests/bench/network.py [EDGES]`` (1,000,000 by default). Each row is a process of its own, asked
five times; the least processor time counts. The last line is what all edges cost against ten times a tenth of
them: 1.00 is linear, and 1.20 the most that is accepted.
"""

from __future__ import annotations

import multiprocessing
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from scanner.facts.network.fixpoint import Graph, spread  # noqa: E402

ATOMS = 64
SECONDS = 5.0
GROWTH = 1.2
ROUNDS = 5


def made(edges: int) -> tuple[list[tuple[int, int, int]], dict[int, int]]:
    """Five edges a node at random, each guarded by half of the atoms; one node in a hundred is a start."""
    chance = random.Random(edges)
    nodes = edges // 5
    found = [
        (node, chance.randrange(nodes), chance.getrandbits(ATOMS) | 1)
        for node in range(nodes)
        for _ in range(5)
    ]
    return found, dict.fromkeys(range(0, nodes, 100), (1 << ATOMS) - 1)


def measure(edges: int, answer: multiprocessing.Queue[tuple[float, float, int]]) -> None:
    """Seconds of the fastest round, megabytes at most, and how many nodes are reached."""
    given, starts = made(edges)
    best, reached = float("inf"), 0
    for _ in range(ROUNDS):
        begin = time.process_time()
        graph = Graph(edges // 5)
        for edge in given:
            graph.add(*edge)
        reached = len(spread(graph, starts).bits)
        best = min(best, time.process_time() - begin)
        del graph
    answer.put((best, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, reached))


def row(edges: int) -> float:
    """Measure in a process of its own, and say what came of it."""
    answer: multiprocessing.Queue[tuple[float, float, int]] = multiprocessing.Queue()
    process = multiprocessing.Process(target=measure, args=(edges, answer))
    process.start()
    seconds, megabytes, reached = answer.get()
    process.join()
    print(
        f"{edges:>10,} edges  {seconds:7.2f} s  {megabytes:7.0f} MB  {reached:>9,} nodes reached", flush=True
    )
    return seconds


def main() -> int:
    """Print both rows and the ratios; 1 if either bound is not held."""
    edges = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    tenth, whole = row(edges // 10), row(edges)
    growth = whole / tenth / 10
    print(f"growth {growth:.2f} of {GROWTH:.2f}, {whole:.2f} s of {SECONDS:.1f}")
    return int(growth > GROWTH or whole > SECONDS)


if __name__ == "__main__":
    sys.exit(main())
