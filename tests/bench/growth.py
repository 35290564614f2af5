"""How time grows with size: seconds of processor time in full and at a tenth, and their ratio."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

ROUNDS = 3


def grow(
    name: str, size: int, prepare: Callable[[int], Any], run: Callable[[Any], str], rounds: int = ROUNDS
) -> float:
    """Print a line for ``run`` on what ``prepare`` makes of a tenth of a size, and one for all of it.

    Each is a process of its own; the fastest of some rounds counts. ``run`` says what came of it. Returns
    what the whole costs against ten times the tenth: 1.00 is linear.
    """
    tenth, whole = (_row(name, each, prepare, run, rounds) for each in (size // 10, size))
    growth = whole / tenth / 10
    print(f"{name}: growth {growth:.2f}", flush=True)
    return growth


def _row(
    name: str, size: int, prepare: Callable[[int], Any], run: Callable[[Any], str], rounds: int
) -> float:
    with ProcessPoolExecutor(max_workers=1) as process:
        seconds, said = process.submit(_measure, size, prepare, run, rounds).result()
    print(f"{name}: {size:>9,}  {seconds:8.3f} s  {said}", flush=True)
    return seconds


def _measure(
    size: int, prepare: Callable[[int], Any], run: Callable[[Any], str], rounds: int
) -> tuple[float, str]:
    made, best, said = prepare(size), float("inf"), ""
    for _ in range(rounds):
        begin = time.process_time()
        said = run(made)
        best = min(best, time.process_time() - begin)
    return best, said
