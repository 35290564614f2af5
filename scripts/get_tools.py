"""Get `opa` and `regal` for the tests: from the path, else built by Go, else from the official release.

Each is looked for in ``.tools/bin``, on the path and where Go installs; then built into
``.tools/bin`` from ``tools/go.mod``, whose ``go.sum`` pins every module; then downloaded, if the
SHA-256 of the release for this machine is known here. Nothing is taken unchecked: where no hash is
known, that is said and nothing is downloaded. Needs the standard library only.

Exit status 1 if there is no opa in the end and ENVSPLIT_REQUIRE_OPA=1, else 0.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".tools" / "bin"
BUILD_SECONDS = 1800
DOWNLOAD_SECONDS = 300
LONGEST = 300 * 1024 * 1024


@dataclass(frozen=True)
class Tool:
    """A program: its Go module, the oldest version that will do, and what its releases are.

    ``releases``: (system, machine) -> (URL, SHA-256).
    """

    name: str
    module: str
    oldest: tuple[int, int] | None = None
    releases: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)


_OPA = "https://github.com/open-policy-agent/opa/releases/download/v1.20.2/"
# The hashes of OPA are those that several independent public projects pin for this release.
# Those of regal's releases, and of OPA for other machines, are not known to us: add them here.
TOOLS = (
    Tool(
        "opa",
        "github.com/open-policy-agent/opa",
        (1, 20),
        {
            ("linux", "x86_64"): (
                _OPA + "opa_linux_amd64_static",
                "69da5179ee403d10fa11bab6cfb4ffb0d23dba5f9b682fa977db772a1da5670f",
            ),
            ("linux", "aarch64"): (
                _OPA + "opa_linux_arm64_static",
                "431bed5a365578241ab06c7cc1c7d0cdff8c11dcbc6f12c3488590deb8b8d66d",
            ),
            ("darwin", "arm64"): (
                _OPA + "opa_darwin_arm64",
                "54e7008e696d39e8e4f96594e2b71bcbe45fd9a4f838102bcf1240638bf3fbe1",
            ),
        },
    ),
    Tool("regal", "github.com/open-policy-agent/regal"),
)


def main() -> int:
    """Get every tool, saying what was done for each."""
    missing = [tool.name for tool in TOOLS if get(tool) is None]
    for name in missing:
        print(f"{name}: NOT THERE. What needs it is skipped.")
    required = os.environ.get("ENVSPLIT_REQUIRE_OPA") == "1"
    if required and "opa" in missing:
        print("ENVSPLIT_REQUIRE_OPA=1 and there is no opa: install OPA 1.20 or newer, or Go 1.26 or newer")
        return 1
    return 0


def get(tool: Tool) -> Path | None:
    """The program, found or made; ``None`` if there is no way."""
    return found(tool) or built(tool) or downloaded(tool)


def found(tool: Tool) -> Path | None:
    """The program where it may be already."""
    for place in (str(BIN), None, gopath_bin()):
        program = shutil.which(tool.name, path=place)
        if program is None:
            continue
        said = version(program)
        if fits(tool, said):
            print(f"{tool.name}: {said or 'some version'} at {program}")
            return Path(program)
        print(f"{tool.name}: {program} is not used, it is {said or 'of no known version'}")
    return None


def built(tool: Tool) -> Path | None:
    """The program built by Go at the version that tools/go.mod pins."""
    go = shutil.which("go")
    if go is None:
        print(f"{tool.name}: not built, there is no Go")
        return None
    print(f"{tool.name}: building it from tools/go.mod, which takes minutes the first time", flush=True)
    BIN.mkdir(parents=True, exist_ok=True)
    target = BIN / tool.name
    command = [go, "build", "-mod=readonly", "-o", str(target), tool.module]
    try:
        done = subprocess.run(
            command, cwd=ROOT / "tools", capture_output=True, text=True, timeout=BUILD_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        print(f"{tool.name}: not built within {BUILD_SECONDS} s")
        return None
    if done.returncode != 0:
        print(f"{tool.name}: go build failed: {done.stderr.strip()[-500:]}")
        return None
    return checked(tool, target)


def downloaded(tool: Tool) -> Path | None:
    """The program of the official release, if its hash is known and right."""
    machine = (platform.system().lower(), platform.machine().lower())
    if machine not in tool.releases:
        print(f"{tool.name}: not downloaded, no SHA-256 of a release for {' '.join(machine)} is known here")
        return None
    url, expected = tool.releases[machine]
    print(f"{tool.name}: downloading {url}", flush=True)
    BIN.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BIN) as folder:
        part = Path(folder) / tool.name
        try:
            with urllib.request.urlopen(url, timeout=DOWNLOAD_SECONDS) as answer:
                content = answer.read(LONGEST)
        except (OSError, urllib.error.URLError) as error:
            print(f"{tool.name}: not downloaded: {error}")
            return None
        actual = hashlib.sha256(content).hexdigest()
        if actual != expected:
            print(f"{tool.name}: REFUSED, its SHA-256 is {actual} and not {expected}")
            return None
        part.write_bytes(content)
        part.chmod(0o755)
        part.replace(BIN / tool.name)
    return checked(tool, BIN / tool.name)


def checked(tool: Tool, program: Path) -> Path | None:
    """A program just made, if it runs and is new enough."""
    said = version(str(program))
    if not fits(tool, said):
        print(f"{tool.name}: {program} does not do, it is {said or 'of no known version'}")
        return None
    print(f"{tool.name}: {said or 'some version'} at {program}")
    return program


def version(program: str) -> str | None:
    """What a program says its version is; ``""`` if it runs but does not say, ``None`` if it does not run."""
    try:
        done = subprocess.run([program, "version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    match = re.search(r"^Version:\s+v?(\d\S*)", done.stdout, re.MULTILINE)
    return match[1] if match else "" if done.returncode == 0 else None


def fits(tool: Tool, said: str | None) -> bool:
    """Whether a version will do."""
    if said is None or tool.oldest is None:
        return said is not None
    match = re.match(r"(\d+)\.(\d+)", said)
    return match is not None and (int(match[1]), int(match[2])) >= tool.oldest


def gopath_bin() -> str:
    """Where Go installs programs, ``""`` without Go."""
    go = shutil.which("go")
    if go is None:
        return ""
    done = subprocess.run([go, "env", "GOPATH"], capture_output=True, text=True, timeout=60, check=False)
    return str(Path(done.stdout.strip()) / "bin") if done.stdout.strip() else ""


if __name__ == "__main__":
    sys.exit(main())
