"""An organization with accounts for dev and prod, over the wire: controls read more than accounts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner import pipeline
from scanner.config import parse
from scanner.model.rule import RuleVerdict
from tests.collect.conftest import shell
from tests.faults.estate import ROLE, SmallEstate, _account, _client
from tests.faults.faulty_server import FaultyServer
from tests.silent import Silent

AS_OF = "2030-01-01T00:00:00Z"
REGION = "eu-west-1"
Verdicts = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Cloud:
    """The server, and the accounts of two environments."""

    server: FaultyServer
    estate: SmallEstate

    @property
    def dev(self) -> str:
        """The account of development."""
        return self.estate.dev

    @property
    def prod(self) -> str:
        """The account of production."""
        return self.estate.prod

    def client(self, service: str, account: str, region: str = REGION) -> Any:
        """A client as administrator of an account."""
        return self.estate.client(service, account, region)

    def management(self, service: str, region: str = REGION) -> Any:
        """A client of the management account."""
        return _client(self.server.url, service, region)

    def judge(self, rule: str, *, file: dict[str, Any] | None = None, **environments: Any) -> Verdicts:
        """(check, subject) -> verdict: collected for the rule alone, judged by the embedded engine.

        Keywords declare more of an environment (``prod={"people": ["ana"]}``), ``file`` of the whole file.
        """
        found = self.judged(rule, file, environments)
        return {(item.check, item.subject): str(item.verdict) for item in found}

    def judged(self, rule: str, file: dict[str, Any] | None, environments: Any) -> list[RuleVerdict]:
        """The whole verdicts."""
        declared = {
            name: {"tier": tier, "match": {"aws": {"accounts": [account]}}, **environments.get(name, {})}
            for name, tier, account in (
                ("dev", "nonproduction", self.dev),
                ("prod", "production", self.prod),
            )
        }
        role = f"arn:aws:iam::{{account}}:role/{ROLE}"
        source = {"role": role, "regions": [REGION], "organization": True}
        text = {"version": 1, "environments": declared, "sources": {"aws": source}, **(file or {})}
        config = parse(json.dumps(text), "envsplit.yaml")
        judging = pipeline.Judging(engine="embedded", only=(rule,), as_of=AS_OF)
        with tempfile.TemporaryDirectory() as folder:
            snapshot = Path(folder) / "snapshot"
            pipeline.collect(config, snapshot, Silent(), rules=pipeline.narrowed(judging))
            return list(pipeline.decide(config, snapshot, judging).verdicts)


@pytest.fixture(scope="module")
def organized_server() -> Iterator[FaultyServer]:
    """A server with nothing in it."""
    with FaultyServer() as running:
        running.reset()
        yield running


@pytest.fixture
def org(organized_server: FaultyServer, tmp_path: Path) -> Iterator[Cloud]:
    """An organization with an account for each environment, in the shell of its management account."""
    organized_server.reset()
    organizations = _client(organized_server.url, "organizations", "us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    dev, prod = (_account(organizations, name) for name in ("dev", "prod"))
    with shell(organized_server, tmp_path):
        yield Cloud(organized_server, SmallEstate(organized_server.url, dev, prod))
    organized_server.clear()


def policy(*statements: Mapping[str, Any]) -> str:
    """A policy document as AWS takes it."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
