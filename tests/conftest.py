"""Finds the real OPA. Without it, tests marked ``opa`` skip aloud, or fail with ENVSPLIT_REQUIRE_OPA=1."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
OLDEST = (1, 20)


def _go_bin() -> Path | None:
    go = shutil.which("go")
    if go is None:
        return None
    done = subprocess.run([go, "env", "GOPATH"], capture_output=True, text=True, timeout=30, check=False)
    return Path(done.stdout.strip(), "bin") if done.returncode == 0 and done.stdout.strip() else None


def _fits(binary: str) -> bool:
    try:
        done = subprocess.run([binary, "version"], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.search(r"^Version: (\d+)\.(\d+)", done.stdout, re.MULTILINE)
    return found is not None and (int(found[1]), int(found[2])) >= OLDEST


def _find() -> str | None:
    """An OPA of 1.20 or newer in .tools/bin, on the path, or where Go installs; in this order."""
    for place in (ROOT / ".tools" / "bin", None, _go_bin() or None):
        binary = shutil.which("opa", path=None if place is None else str(place))
        if binary is not None and _fits(binary):
            return binary
    return None


def pytest_configure(config: pytest.Config) -> None:
    """Put the folder of the OPA that was found first on the path, for all tests and their children."""
    binary = _find()
    config.stash[_OPA] = binary
    if binary is not None:
        os.environ["PATH"] = os.pathsep.join([str(Path(binary).parent), os.environ.get("PATH", "")])


_OPA = pytest.StashKey[str | None]()


@pytest.fixture(scope="session")
def opa(request: pytest.FixtureRequest) -> str:
    """The OPA binary; a test that takes it is marked ``opa``."""
    binary = request.config.stash[_OPA]
    if binary is None:
        _without()
    assert binary is not None
    return binary


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("opa") is not None and item.config.stash[_OPA] is None:
        _without()


def _without() -> None:
    if os.environ.get("ENVSPLIT_REQUIRE_OPA") == "1":
        pytest.fail("ENVSPLIT_REQUIRE_OPA=1, but no opa 1.20 or newer: run `make tools`", pytrace=False)
    pytest.skip("no opa 1.20 or newer in .tools/bin, on the path or in GOPATH/bin: run `make tools`")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    skipped = [report for report in terminalreporter.stats.get("skipped", []) if "opa" in report.keywords]
    if skipped and config.stash.get(_OPA, None) is None:
        terminalreporter.section("no OPA", sep="!")
        terminalreporter.line(
            f"{len(skipped)} tests that need a real OPA were skipped. This run proves less."
        )
