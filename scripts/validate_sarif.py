"""Validate SARIF files with Microsoft's multitool, an npm package that carries its own runtime.

    python scripts/validate_sarif.py out/findings.sarif

Exit code 0: no error and no warning, GitHub's rules included; 1: there are some, printed one a line;
3: the multitool cannot be had here (no npm, or no registry).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

VERSION = "5.7.0"
PACKAGES = {"linux": "linux", "darwin": "darwin", "win32": "win32"}
CACHE = (
    Path(os.environ.get("ENVSPLIT_TOOLS", Path.home() / ".cache" / "envsplit-tools")) / f"multitool-{VERSION}"
)
UNAVAILABLE = 3


def multitool() -> Path | None:
    """The program itself, installed on first use. Its npm wrapper goes through a shell, so it is not used."""
    package = f"@microsoft/sarif-multitool-{PACKAGES[sys.platform]}"
    program = (
        CACHE / "node_modules" / package / ("Sarif.Multitool.exe" if os.name == "nt" else "Sarif.Multitool")
    )
    npm = shutil.which("npm")
    if not program.exists() and npm:
        CACHE.mkdir(parents=True, exist_ok=True)
        wanted = [
            f"{package}@{VERSION}",
            "--prefix",
            str(CACHE),
            "--no-audit",
            "--no-fund",
            "--ignore-scripts",
        ]
        done = subprocess.run(
            [npm, "install", *wanted], capture_output=True, text=True, check=False, timeout=300
        )
        if done.returncode:
            print(done.stderr.strip(), file=sys.stderr)
    if not program.exists():
        return None
    program.chmod(0o755)
    return program


def complaints(program: Path, files: list[Path]) -> list[str]:
    """What the multitool's own rules and those for GitHub say, errors and warnings."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.sarif"
        # Notes are left out: one of their rules fetches every URL of the file.
        options = ["--rule-kind", "Sarif;Gh", "--level", "Error;Warning", "--output", str(report), "--quiet"]
        command = [str(program), "validate", *map(str, files), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
        if not report.exists():
            return [f"the multitool failed: {done.stdout}{done.stderr}"]
        log = json.loads(report.read_text(encoding="utf-8-sig"))
    found = [result for run in log["runs"] for result in run.get("results", ())]
    for run in log["runs"]:
        for invocation in run.get("invocations", ()):
            # A file that the multitool cannot read is no result but a notification.
            found += [
                note for note in invocation.get("toolExecutionNotifications", ()) if note["level"] == "error"
            ]
    return [
        f"{_where(item)}: {item.get('ruleId', 'unreadable')} {item['message'].get('text')}" for item in found
    ]


def _where(item: dict[str, Any]) -> str:
    physical = item.get("locations", [{}])[0].get("physicalLocation", {})
    line = physical.get("region", {}).get("startLine", "")
    return f"{physical.get('artifactLocation', {}).get('uri', '')}:{line}"


def main(files: list[str]) -> int:
    """Validate every file."""
    program = multitool()
    if program is None:
        print("the SARIF multitool is not here and npm cannot install it", file=sys.stderr)
        return UNAVAILABLE
    found = complaints(program, [Path(file) for file in files])
    print("\n".join(found) if found else "no errors, no warnings")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
