"""Normalising records: ``python tests/bench/normalise.py [RESOURCES]`` (10,000 by default), and a tenth.

Buckets and roles, two of five and three of five, and a gap for every bucket's policy.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "tests" / "bench")]

from growth import grow  # noqa: E402

from estate.native import BOSS, CONFIG, DEV, PROD, bucket, estate, gap, role  # noqa: E402


def records(size: int) -> tuple[list[Any], list[Any]]:
    """Records and gaps."""
    buckets = [bucket(f"b{number}") for number in range(2 * size // 5)]
    roles = [role(f"r{number}") for number in range(3 * size // 5)]
    gaps = [gap("s3:GetBucketPolicy", "s3.bucket", each.id) for each in buckets]
    return [*buckets, *roles], gaps


def run(made: tuple[list[Any], list[Any]]) -> str:
    """Make the estate of them."""
    many, gaps = made
    made_of = estate(*many, gaps=gaps, config=CONFIG, asked=[DEV, PROD, BOSS])
    return f"{len(made_of.by_id):,} resources"


if __name__ == "__main__":
    grow("normalise", int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, records, run)
