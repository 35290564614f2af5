"""Everything that is checked of the policies: opa check --strict, opa fmt, opa test with coverage, regal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from get_tools import TOOLS, found

ROOT = Path(__file__).parent.parent
REGO = "policies/rego"


def main() -> int:
    """Run every step; the number of steps that failed."""
    tools = {tool.name: found(tool) for tool in TOOLS}
    missing = [name for name, path in tools.items() if path is None]
    if missing:
        print(f"SKIPPED: the policies were not checked, since there is no {' and no '.join(missing)}")
        return 1 if os.environ.get("ENVSPLIT_REQUIRE_OPA") == "1" else 0
    opa, regal = str(tools["opa"]), str(tools["regal"])
    steps = {
        "opa check --strict": [opa, "check", "--strict", "--schema", "policies/schema/input.json", REGO],
        "opa fmt": [opa, "fmt", "--fail", "--diff", REGO],
        "opa test, coverage": [sys.executable, "scripts/rego_coverage.py", REGO, "--minimum", "95"],
        "regal lint": [regal, "lint", "--format", "compact", REGO],
    }
    failed = 0
    for name, command in steps.items():
        done = subprocess.run(
            command, cwd=ROOT, env=os.environ | {"OPA": opa}, check=False, capture_output=True, text=True
        )
        print(f"{'ok' if done.returncode == 0 else 'FAILED':7} {name}")
        if done.returncode:
            failed += 1
            print(done.stdout + done.stderr)
    return failed


if __name__ == "__main__":
    sys.exit(main())
