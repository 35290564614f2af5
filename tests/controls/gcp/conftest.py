"""Controls over the wire: Google Cloud answers, envsplit collects, and one rule judges.

::

    def test_it(lab):
        models = bucket(lab.cloud, lab.prod, "models")
        assert lab.judge("DAT-006")["versioning", models] == "pass"
        lab.server.fault("denied", "assets:IAM_POLICY")
        assert lab.judge("DAT-006")["public_access", models] == "unknown"
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from scanner import pipeline, snapshot
from scanner.config import load
from scanner.evaluate import Catalogue
from scanner.model.rule import RuleVerdict
from tests.faults.gcp.cloud import Cloud
from tests.faults.gcp.server import GcpServer
from tests.silent import Silent


@cache
def _catalogue() -> Catalogue:
    """The rules, read once for all tests."""
    return pipeline.catalogue(pipeline.Judging())


@dataclass
class Lab:
    """Two projects, each in a folder of its own: ``dev`` and ``prod``.

    ``file`` goes into the environment file. Each `judge` collects anew what the rule reads, faults included.
    """

    server: GcpServer
    folder: Path
    file: dict[str, Any] = field(default_factory=dict)
    environments: dict[str, Any] = field(default_factory=dict)
    source: dict[str, Any] = field(default_factory=dict)
    as_of: str = ""
    _runs: int = 0

    def __post_init__(self) -> None:
        self.cloud: Cloud = self.server.cloud
        self.dev_folder, self.prod_folder = self.cloud.folder("dev"), self.cloud.folder("prod")
        self.dev = self.cloud.project("ml-dev", parent=self.dev_folder)
        self.prod = self.cloud.project("ml-prod", parent=self.prod_folder)

    def verdicts(self, rule: str) -> tuple[RuleVerdict, ...]:
        """Collect what one rule reads, and judge it."""
        return self.decide(rule).verdicts

    def decide(self, *rules: str) -> pipeline.Decided:
        """The same, with the estate and the facts; no rule: all that are."""
        self._runs += 1
        here = self.folder / str(self._runs)
        here.mkdir()
        path = here / "envsplit.yaml"
        path.write_text(json.dumps(self.environment_file()))
        judging = pipeline.Judging(engine="embedded", only=rules, as_of=self.as_of)
        config, loaded = load(path), _catalogue()
        wanted = list(pipeline.chosen_rules(loaded, rules).values()) if rules else None
        self.server.begin()
        pipeline.collect(config, here / "snapshot", Silent(), rules=wanted)
        return pipeline.decide_taken(config, snapshot.read(here / "snapshot"), judging, loaded)

    def judge(self, rule: str) -> dict[tuple[str, str], str]:
        """(check, subject) -> ``pass``, ``fail`` or ``unknown``."""
        return {(item.check, item.subject): item.verdict.value for item in self.verdicts(rule)}

    def environment_file(self) -> dict[str, Any]:
        """What is declared."""
        base = {
            "version": 1,
            "environments": self.environments
            or {
                "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [self.dev]}}},
                "prod": {"tier": "production", "match": {"gcp": {"projects": [self.prod]}}},
            },
            "sources": {"gcp": {"endpoint": self.server.url, "calls_per_minute": 60_000, **self.source}},
        }
        return {**base, **self.file}


@pytest.fixture(scope="session")
def gcp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpServer]:
    with GcpServer(tmp_path_factory.mktemp("gcp")) as server:
        yield server


@pytest.fixture
def lab(gcp: GcpServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab in an empty organization; whatever was asked of it amiss fails the test."""
    for name in [name for name in os.environ if name.startswith(("GOOGLE_", "CLOUDSDK_", "GCLOUD_"))]:
        monkeypatch.delenv(name)
    for name, value in gcp.environment().items():
        monkeypatch.setenv(name, value)
    gcp.clear()
    gcp.cloud = Cloud()
    yield Lab(gcp, tmp_path)
    mistakes, gcp.mistakes[:] = list(gcp.mistakes), []
    assert mistakes == []
