"""Controls over the wire: AWS answers, envsplit collects, and one rule judges.

Every test has accounts of its own, since moto keeps one state for the whole process::

    def test_it(lab):
        lab.client("s3", lab.prod).create_bucket(...)
        assert lab.judge("DAT-006")["versioning", "arn:aws:s3:::b"] == "fail"
        lab.server.deny("s3:GetBucketVersioning")
        assert lab.judge("DAT-006")["versioning", "arn:aws:s3:::b"] == "unknown"
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

from scanner import pipeline
from scanner.config import load
from scanner.model.rule import RuleVerdict
from tests.controls.aws.organized import (  # noqa: F401 - fixtures of the tests beside this file
    org,
    organized_server,
    policy,
)
from tests.faults.faulty_server import FaultyServer
from tests.silent import Silent

ROLE = "EnvsplitAudit"
REGION = "eu-west-1"
_ACCOUNTS = count(700000000001)


@dataclass
class Lab:
    """A server, two accounts of its environments ``dev`` and ``prod``, and what is declared.

    ``prod_settings`` and ``dev_settings`` go into the environments, ``file`` into the environment file;
    ``as_of`` is the time that verdicts are judged at, by default now.
    Each `judge` collects anew what the rule reads, faults of the server included.
    """

    server: FaultyServer
    folder: Path
    dev: str = field(default_factory=lambda: str(next(_ACCOUNTS)))
    prod: str = field(default_factory=lambda: str(next(_ACCOUNTS)))
    dev_settings: dict[str, Any] = field(default_factory=dict)
    prod_settings: dict[str, Any] = field(default_factory=dict)
    file: dict[str, Any] = field(default_factory=dict)
    as_of: str = ""
    _runs: int = 0

    def client(self, service: str, account: str, region: str = REGION) -> Any:
        """A client as administrator of an account."""
        options: dict[str, Any] = {
            "endpoint_url": self.server.url,
            "region_name": region,
            "config": Config(retries={"total_max_attempts": 1}),
        }
        keys = {"aws_access_key_id": "maker", "aws_secret_access_key": "maker"}
        sts = boto3.client("sts", **options, **keys)
        arn = f"arn:aws:iam::{account}:role/{ROLE}"
        held = sts.assume_role(RoleArn=arn, RoleSessionName="maker")["Credentials"]
        return boto3.client(
            service,
            **options,
            aws_access_key_id=held["AccessKeyId"],
            aws_secret_access_key=held["SecretAccessKey"],
            aws_session_token=held["SessionToken"],
        )

    def role(self, account: str, name: str, *statements: Mapping[str, Any], trust: Any = None) -> str:
        """A role with an inline policy; ``trust`` is its principal, EC2 by default."""
        iam = self.client("iam", account)
        principal = trust or {"Service": "ec2.amazonaws.com"}
        document = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=policy(document))
        if statements:
            iam.put_role_policy(RoleName=name, PolicyName="main", PolicyDocument=policy(*statements))
        return str(made["Role"]["Arn"])

    def bucket(self, account: str, name: str, **tags: str) -> str:
        """A bucket whose name begins so; its ARN."""
        s3 = self.client("s3", account)
        full = f"{name}-{account}"
        s3.create_bucket(Bucket=full, CreateBucketConfiguration={"LocationConstraint": REGION})
        if tags:
            listed = [{"Key": key, "Value": value} for key, value in tags.items()]
            s3.put_bucket_tagging(Bucket=full, Tagging={"TagSet": listed})
        return f"arn:aws:s3:::{full}"

    def verdicts(self, rule: str) -> tuple[RuleVerdict, ...]:
        """Collect what one rule reads, and judge it."""
        return self.decide(rule).verdicts

    def decide(self, rule: str) -> pipeline.Decided:
        """The same, with the estate and the facts."""
        self._runs += 1
        here = self.folder / str(self._runs)
        here.mkdir()
        path = here / "envsplit.yaml"
        path.write_text(json.dumps(self._environment_file()))
        judging = pipeline.Judging(engine="embedded", only=(rule,), as_of=self.as_of)
        config = load(path)
        pipeline.collect(config, here / "snapshot", Silent(), rules=pipeline.narrowed(judging))
        return pipeline.decide(config, here / "snapshot", judging)

    def judge(self, rule: str) -> dict[tuple[str, str], str]:
        """(check, subject) -> ``pass``, ``fail`` or ``unknown``."""
        return {(item.check, item.subject): item.verdict.value for item in self.verdicts(rule)}

    def _environment_file(self) -> dict[str, Any]:
        base = {
            "version": 1,
            "environments": {
                "dev": {
                    "tier": "nonproduction",
                    "match": {"aws": {"accounts": [self.dev]}},
                    **self.dev_settings,
                },
                "prod": {
                    "tier": "production",
                    "match": {"aws": {"accounts": [self.prod]}},
                    **self.prod_settings,
                },
            },
            # There is no organization here: what its guardrails would say is not the matter of a control.
            "assume": {"scp": "absent", "rcp": "absent"},
            "sources": {
                "aws": {
                    "role": f"arn:aws:iam::{{account}}:role/{ROLE}",
                    "regions": [REGION],
                    "organization": False,
                }
            },
        }
        return {**base, **self.file}


@dataclass
class Cloud(Lab):
    """A lab that keeps what it judged last, and whose accounts tags may share between environments.

    ``declared`` is what each environment declares; ``shared`` puts everything of the account ``dev`` (with
    ``prod``: of that one) into the environment that its tag ``stage`` names.
    """

    declared: dict[str, dict[str, Any]] = field(default_factory=dict)
    shared: str = ""
    last: tuple[RuleVerdict, ...] = ()

    def verdicts(self, rule: str) -> tuple[RuleVerdict, ...]:
        """The verdicts of one rule, kept as ``last``."""
        self.last = super().verdicts(rule)
        return self.last

    def _environment_file(self) -> dict[str, Any]:
        base = super()._environment_file()
        base["sources"]["aws"]["accounts"] = [self.dev, self.prod]
        for name, environment in base["environments"].items():
            environment.update(self.declared.get(name, {}))
            if self.shared:
                environment["match"]["aws"]["tags"] = {"stage": name}
            if self.shared == name:
                del environment["match"]["aws"]["accounts"]
        return base


def allow(actions: str | list[str], resource: str = "*", sid: str = "Use") -> dict[str, Any]:
    """A statement of an identity's policy."""
    return {"Sid": sid, "Effect": "Allow", "Action": actions, "Resource": resource}


@pytest.fixture(scope="session")
def _server() -> Iterator[FaultyServer]:
    with FaultyServer() as server:
        yield server


@pytest.fixture
def lab(_server: FaultyServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Lab]:
    """Two empty accounts and a server without faults."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    for name, value in {
        "AWS_ENDPOINT_URL": _server.url,
        "AWS_ACCESS_KEY_ID": "tester",
        "AWS_SECRET_ACCESS_KEY": "tester",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }.items():
        monkeypatch.setenv(name, value)
    _server.clear()
    yield Lab(_server, tmp_path)
    _server.clear()


@pytest.fixture
def cloud(lab: Lab) -> Cloud:
    """The same, as a `Cloud`."""
    return Cloud(lab.server, lab.folder, lab.dev, lab.prod)
