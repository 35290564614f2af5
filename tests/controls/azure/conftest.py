"""Controls over the wire: Azure answers, envsplit collects, and one rule judges.

::

    def test_it(lab):
        account = storage(lab.cloud, lab.prod, "models")
        assert lab.judge("DAT-006")["versioning", account] == "pass"
        lab.server.fault("denied", "storage:BlobServiceProperties")
        assert lab.judge("DAT-006")["versioning", account] == "unknown"
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
from tests.faults.azure.cloud import Cloud
from tests.faults.azure.server import AzureServer
from tests.silent import Silent


@cache
def _catalogue() -> Catalogue:
    """The rules, read once for all tests."""
    return pipeline.catalogue(pipeline.Judging())


@dataclass
class Lab:
    """Two subscriptions, each with a resource group: ``dev`` and ``prod`` are those groups.

    ``file`` goes into the environment file. Each `judge` collects anew what the rule reads, faults included.
    """

    server: AzureServer
    folder: Path
    file: dict[str, Any] = field(default_factory=dict)
    environments: dict[str, Any] = field(default_factory=dict)
    as_of: str = ""
    _runs: int = 0

    def __post_init__(self) -> None:
        self.cloud: Cloud = self.server.cloud
        self.dev_subscription = self.cloud.subscription("ml-dev")
        self.prod_subscription = self.cloud.subscription("ml-prod")
        self.dev = self.cloud.group(self.dev_subscription, "rg-ml")
        self.prod = self.cloud.group(self.prod_subscription, "RG-ML")

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
                "dev": {
                    "tier": "nonproduction",
                    "match": {"azure": {"subscriptions": [self.dev_subscription]}},
                },
                "prod": {
                    "tier": "production",
                    "match": {"azure": {"subscriptions": [self.prod_subscription]}},
                },
            },
            "sources": {"azure": {"endpoint": self.server.url, "directory_endpoint": self.server.url}},
        }
        return {**base, **self.file}


@pytest.fixture(scope="session")
def azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureServer]:
    with AzureServer(tmp_path_factory.mktemp("azure")) as server:
        yield server


@pytest.fixture
def lab(azure: AzureServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """A lab in an empty tenant; whatever was asked of it amiss fails the test."""
    for name in [name for name in os.environ if name.startswith("AZURE_")]:
        monkeypatch.delenv(name)
    for name, value in azure.environment().items():
        monkeypatch.setenv(name, value)
    azure.clear()
    azure.cloud = Cloud()
    yield Lab(azure, tmp_path)
    mistakes, azure.mistakes = azure.mistakes, []
    assert mistakes == []
