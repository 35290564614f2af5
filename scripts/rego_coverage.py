"""Runs the unit tests of the policies with coverage, and demands that they reach the rules.

``python scripts/rego_coverage.py [POLICIES] [--minimum PERCENT]``: exit code 1 if a test fails or a
rule or library has less of its lines reached than the minimum (95). Needs ``opa`` on the path, or in
the environment variable ``OPA``.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


def measure(policies: Path, opa: str) -> Mapping[str, Any]:
    """What ``opa test --coverage`` says of each file; `RuntimeError` if a test fails."""
    run = subprocess.run(
        [opa, "test", "--coverage", "--format=json", str(policies)],
        capture_output=True,
        text=True,
        check=False,
    )
    answer = json.loads(run.stdout) if run.stdout.startswith("{") else {}
    if run.returncode or "files" not in answer:
        raise RuntimeError(run.stdout + run.stderr)
    return answer["files"]  # type: ignore[no-any-return]


def shortfalls(files: Mapping[str, Any], policies: Path, minimum: float) -> Iterator[str]:
    """A line for each file below the minimum, and for each that no test loads at all."""
    reached = {path: report.get("coverage", 0.0) for path, report in files.items()}
    for path in sorted(policies.rglob("*.rego")):
        if path.name.endswith("_test.rego"):
            continue
        percent = reached.get(str(path), 0.0)
        if percent < minimum:
            lines = [str(part["start"]["row"]) for part in files.get(str(path), {}).get("not_covered", [])]
            yield f"{path}: {percent:.1f} % of lines reached, not {', '.join(lines) or 'at all'}"


def main() -> int:
    """Measure, and say what falls short."""
    parser = argparse.ArgumentParser(description="coverage of the policies by their unit tests")
    parser.add_argument("policies", type=Path, nargs="?", default=ROOT / "policies" / "rego")
    parser.add_argument("--minimum", type=float, default=95.0)
    options = parser.parse_args()
    try:
        files = measure(options.policies, os.environ.get("OPA", "opa"))
    except FileNotFoundError:
        print("opa is not on the path; set OPA to where it is", file=sys.stderr)
        return 1
    except RuntimeError as error:
        print(error, file=sys.stderr)
        return 1
    found = list(shortfalls(files, options.policies, options.minimum))
    print("\n".join(found) or f"every rule and library: at least {options.minimum:g} % of lines reached")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
