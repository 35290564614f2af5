"""Acceptance: two scans of an unchanged estate give the same bytes, whatever order the server answers in."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from e2e.conftest import CONFIG, Estate, envsplit

pytestmark = pytest.mark.xdist_group("e2e-same")
AS_OF = ("--as-of", "2030-01-01T00:00:00Z")


def scan(estate: Estate, out: Path) -> dict[str, str]:
    """Scan, and the hash of every file but the manifest and what changes by looking."""
    run = envsplit(
        "scan",
        "-c",
        str(CONFIG),
        "-o",
        str(out),
        "--engine",
        "embedded",
        *AS_OF,
        out=out,
        environ=estate.environ(),
    )
    assert run.code == 10, run.stderr
    return {
        str(path.relative_to(out)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.name != "manifest.json" and "observed" not in path.parts
        if path.parent != out
    }


def told(out: Path) -> list[dict]:
    """The findings, but for those about when keys were last used, which is what changes."""
    found = json.loads((out / "findings.json").read_bytes())["findings"]
    return [item for item in found if item["rule"] != "KEY-006"]


def test_same_bytes_whatever_the_order(
    healthy: Estate, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    first = scan(healthy, tmp_path / "first")
    healthy.server.shuffle = True
    request.addfinalizer(healthy.server.use_everything())
    second = scan(healthy, tmp_path / "second")
    assert first == second
    assert told(tmp_path / "first") == told(tmp_path / "second")
    observed = [
        {
            path.relative_to(out): path.read_bytes()
            for path in (out / "snapshot" / "observed").rglob("*.jsonl")
        }
        for out in (tmp_path / "first", tmp_path / "second")
    ]
    assert observed[0] != observed[1], "last-used times did not change: the test shows nothing"
