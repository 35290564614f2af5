"""A small, sound file, and what is told when it is changed into an unsound one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from scanner.config import EnvironmentFile, parse
from scanner.errors import ConfigError

SOUND = """\
version: 1
environments:
  dev:
    tier: nonproduction
    owner: dev@example.com
    match: {aws: {accounts: ["111111111111"], tags: {environment: [dev]}}}
  prod:
    tier: production
    match:
      aws:
        accounts: ["222222222222"]
    data: {readable_from: [dev]}
services:
  ci:
    purpose: ci
    match: {aws: {accounts: ["333333333333"]}}
    allows: {dev: [read, write]}
    may: {prod: [write]}
    owner: tools@example.com
flows:
  - name: promote-models
    from: dev
    to: prod
    access: [read]
    ports: [443, 8000-8100]
    via: ci
    reason: models
    owner: ops@example.com
people:
  ana: {is: [ana@example.com]}
attestations:
  - check: ACC-005/demanded
    subject: arn:aws:iam::222222222222:user/*
    evidence: ticket 7
    owner: sec@example.com
    date: 2026-11-01
    expires: 2027-05-01
sources:
  aws: {role: "arn:aws:iam::{account}:role/Audit", regions: [eu-west-1]}
"""


@pytest.fixture
def sound() -> str:
    return SOUND


@pytest.fixture
def config() -> EnvironmentFile:
    return parse(SOUND, "envsplit.yaml")


@pytest.fixture
def told() -> Callable[..., list[str]]:
    """The mistakes told for a text, or for the sound file with ``old`` replaced by ``new``."""

    def told(old: str, new: str | None = None) -> list[str]:
        assert new is None or SOUND.count(old) == 1, f"{old!r} must occur once"
        text = old if new is None else SOUND.replace(old, new)
        with pytest.raises(ConfigError) as caught:
            parse(text, "envsplit.yaml")
        assert caught.value.exit_code == 2
        assert caught.value.hint
        lines = caught.value.why.splitlines()
        number = "a mistake" if len(lines) == 1 else f"{len(lines)} mistakes"
        assert caught.value.what in (f"envsplit.yaml has {number}", "envsplit.yaml is empty")
        return lines

    return told
