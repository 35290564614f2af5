"""One estate on one AWS server for the whole session, scanned over the wire."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import demo_estate
from e2e import more, more_keys, more_people, more_roads
from faults.faulty_server import FaultyServer

ROOT = Path(__file__).parent.parent.parent
CONFIG = ROOT / "fixtures" / "demo" / "envsplit.yaml"


@dataclass(frozen=True)
class Estate:
    """The running server, and the ids it gave out."""

    server: FaultyServer
    names: dict[str, str]

    def environ(self) -> dict[str, str]:
        """The shell of a user whose AWS command speaks to this server."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        return kept | {
            "AWS_ENDPOINT_URL": self.server.url,
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": "tester",
            "AWS_DEFAULT_REGION": demo_estate.REGION,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }


@pytest.fixture(scope="session")
def estate() -> Iterator[Estate]:
    """The guide's estate with its planted faults."""
    os.environ["MOTO_EC2_LOAD_DEFAULT_AMIS"] = "false"
    with FaultyServer() as server:
        server.reset()
        names = demo_estate.build(server.url)
        more.build(server.url)
        more_keys.build(server.url)
        more_people.build(server.url)
        more_roads.build(server.url)
        yield Estate(server, names)


@pytest.fixture
def healthy(estate: Estate) -> Iterator[Estate]:
    """The estate with no fault injected, whatever the test before left."""
    estate.server.clear()
    yield estate
    estate.server.clear()


@dataclass(frozen=True)
class Run:
    """A finished command."""

    code: int
    stdout: str
    stderr: str
    out: Path

    @property
    def findings(self) -> dict:
        """The findings.json it wrote."""
        return json.loads((self.out / "findings.json").read_bytes())


def envsplit(*arguments: str, out: Path, environ: dict[str, str] | None = None) -> Run:
    """Run the command as a user does."""
    done = subprocess.run(
        [sys.executable, "-m", "scanner", *arguments],
        env=environ if environ is not None else dict(os.environ),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return Run(done.returncode, done.stdout, done.stderr, out)
