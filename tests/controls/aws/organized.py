"""An organization with accounts for dev and prod, over the wire: controls read more than accounts."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scanner import pipeline
from scanner.config import parse
from scanner.model.rule import RuleVerdict
from scanner.model.snapshot import Gap, Scope
from tests.faults.estate import ROLE, SmallEstate
from tests.faults.faulty_server import FaultyServer

AS_OF = "2030-01-01T00:00:00Z"
REGION = "eu-west-1"
Verdicts = dict[tuple[str, str], str]


class Silent:
    """A progress that nobody watches."""

    def plan(self, scope: Scope, calls: int) -> None:
        """Nothing to show."""

    def called(self, scope: Scope, call: str, gap: Gap | None) -> None:
        """Nothing to show."""


@dataclass(frozen=True)
class Cloud:
    """The server, and the accounts of two environments; ``units`` are those of the organization by name."""

    server: FaultyServer
    estate: SmallEstate
    management: Any

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
def org(organized_server: FaultyServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cloud]:
    """An organization with an account for each environment, in the shell of its management account."""
    organized_server.reset()
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION", "AWS_RETRY_MODE", "AWS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAMANAGEMENT000000",
        "AWS_SECRET_ACCESS_KEY": "not-a-secret",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": str(tmp_path / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_ENDPOINT_URL": organized_server.url,
    }.items():
        monkeypatch.setenv(name, value)
    import boto3  # noqa: PLC0415 - reads the environment

    organizations = boto3.client("organizations", region_name="us-east-1")
    organizations.create_organization(FeatureSet="ALL")
    dev, prod = (
        str(
            organizations.create_account(AccountName=name, Email=f"{name}@example.com")[
                "CreateAccountStatus"
            ]["AccountId"]
        )
        for name in ("dev", "prod")
    )
    yield Cloud(organized_server, SmallEstate(organized_server.url, dev, prod), boto3)
    organized_server.clear()


def document(*statements: dict[str, Any]) -> str:
    """A policy document as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
