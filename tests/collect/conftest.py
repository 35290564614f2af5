from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest

from scanner.collect import collect
from scanner.config import EnvironmentFile, parse
from scanner.model.snapshot import Gap, Record, Scope
from tests.faults.estate import REGIONS, ROLE, SmallEstate, build
from tests.faults.faulty_server import FaultyServer

ACCESS_KEY, SECRET_KEY = "AKIAMANAGEMENT000000", "nobody-may-ever-read-this-in-a-snapshot"


@dataclass
class Seen:
    """A sink and a progress that keep everything."""

    parts: dict[tuple[Scope, str], list[Record]] = field(default_factory=dict)
    gaps: list[Gap] = field(default_factory=list)
    asked: list[Scope] = field(default_factory=list)
    reached: list[Scope] = field(default_factory=list)
    unasked: list[Scope] = field(default_factory=list)
    calls: dict[str, int] = field(default_factory=dict)
    planned: Counter[Scope] = field(default_factory=Counter)
    called_for: list[tuple[Scope, str, Gap | None]] = field(default_factory=list)
    completed: list[tuple[Scope, str, tuple[str, ...], dict[str, int]]] = field(default_factory=list)
    lock: Any = field(default_factory=threading.Lock)

    def part(self, scope: Scope, kind: str, records: list[Record]) -> None:
        with self.lock:
            assert (scope, kind) not in self.parts
            self.parts[scope, kind] = records

    def kept(self, scope: Scope, name: str) -> dict[str, int] | None:  # noqa: ARG002 - a sink's
        return None

    def complete(self, scope: Scope, name: str, kinds: tuple[str, ...], calls: dict[str, int]) -> None:
        with self.lock:
            self.completed.append((scope, name, kinds, dict(calls)))

    def gap(self, gap: Gap) -> None:
        with self.lock:
            self.gaps.append(gap)

    def count(self, calls: dict[str, int]) -> None:
        self.calls = calls

    def coverage(self, asked: list[Scope], reached: list[Scope], unasked: list[Scope]) -> None:
        self.asked, self.reached, self.unasked = asked, reached, unasked

    def plan(self, scope: Scope, calls: int) -> None:
        with self.lock:
            self.planned[scope] += calls

    def called(self, scope: Scope, call: str, gap: Gap | None) -> None:
        with self.lock:
            self.called_for.append((scope, call, gap))

    def of(self, kind: str, account: str = "", region: str = "") -> list[Record]:
        return [
            record
            for (scope, found), records in sorted(self.parts.items())
            for record in records
            if found == kind and account in {"", scope.boundary} and region in {"", scope.region}
        ]

    def kinds(self, account: str) -> set[str]:
        return {kind for (scope, kind) in self.parts if scope.boundary == account}


@pytest.fixture(scope="module")
def server() -> Iterator[FaultyServer]:
    with FaultyServer() as running:
        running.reset()
        yield running


@pytest.fixture(scope="module")
def estate(server: FaultyServer) -> SmallEstate:
    return build(server.url)


@contextmanager
def shell(server: FaultyServer, home: Path) -> Iterator[None]:
    """A user's shell with credentials for the server, and nothing of the machine's own."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_RETRY_MODE", "AWS_CA_BUNDLE"):
            patch.delenv(name, raising=False)
        patch.setenv("AWS_CONFIG_FILE", str(home / "config"))
        patch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        patch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
        patch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
        patch.setenv("AWS_MAX_ATTEMPTS", "1")
        patch.setenv("AWS_ENDPOINT_URL", server.url)
        yield


@pytest.fixture(autouse=True)
def cloud(server: FaultyServer, tmp_path: Path) -> Iterator[FaultyServer]:
    """The server as the shell's cloud, without faults."""
    server.clear()
    with shell(server, tmp_path):
        yield server


def config_of(estate: SmallEstate, **aws: Any) -> EnvironmentFile:
    """An environment file for dev and prod; ``aws`` overrides the source's entries."""
    source = {
        "role": f"arn:aws:iam::{{account}}:role/{ROLE}",
        "regions": list(REGIONS),
        "aggregator": False,
        **aws,
    }
    lines = "\n".join(f"    {key}: {_yaml(value)}" for key, value in source.items() if value is not None)
    return parse(
        f"""
version: 1
environments:
  dev: {{tier: nonproduction, match: {{aws: {{accounts: ["{estate.dev}"]}}}}}}
  prod: {{tier: production, match: {{aws: {{accounts: ["{estate.prod}"]}}}}}}
sources:
  aws:
{lines}
""",
        "envsplit.yaml",
    )


def collected(config: EnvironmentFile, *only: str) -> Seen:
    """What a collection gives."""
    seen = Seen()
    collect(config, seen, seen, only=frozenset(only) or None)
    return seen


def _yaml(value: object) -> str:
    return orjson.dumps(value).decode()  # JSON is YAML
