"""What a snapshot was not asked for, or could not hold, is unknown and not absent."""

from __future__ import annotations

from estate.native import DEV, PLAIN, PROD, estate, role
from scanner import facts
from scanner.estate import VOCABULARY
from scanner.estate.providers import NOTHING_OF
from scanner.model.estate import Estate
from scanner.model.snapshot import Gap, Scope, no_collector, not_asked

BOTH = (
    PLAIN
    + """services:
  ci: {purpose: ci, match: {github: {repositories: [acme/ci]}}}
"""
)
ELSEWHERE = """
version: 1
environments:
  dev: {tier: nonproduction, match: {valohai: {organizations: [ml-dev]}}}
  test: {tier: nonproduction, match: {aws: {accounts: ["111111111111"]}}}
  prod: {tier: production, match: {aws: {accounts: ["222222222222"]}}}
"""


def kinds(found: Estate, boundary: str) -> set[str]:
    return {item.kind for item in found.unlisted if item.scope.boundary == boundary}


def test_a_declared_account_that_was_left_out_hides_every_kind() -> None:
    found = estate(role(account=DEV), asked=[DEV])
    gap = not_asked(Scope("aws", PROD, "global"))
    assert kinds(found, PROD) == set(VOCABULARY) - {"boundary"} - NOTHING_OF["aws"]
    assert {item.gaps for item in found.unlisted} == {(gap,)}
    assert {item.environment for item in found.unlisted} == {"prod"}
    assert {item.scope.id for item in found.unlisted} == {f"aws/{PROD}/global"}
    assert gap in found.gaps
    assert (gap.call, gap.detail) == ("sts:AssumeRole", "NotAsked")


def test_an_account_whose_records_are_there_was_asked() -> None:
    found = estate(role(account=DEV), role(account=PROD), asked=[DEV])
    assert found.unlisted == found.gaps == ()


def test_a_boundary_without_a_collector_hides_every_kind_in_its_place() -> None:
    for gaps in ((), (no_collector(Scope("valohai", "ml-dev", "global")),)):
        found = estate(role(account=DEV), role(account=PROD), config=ELSEWHERE, gaps=gaps)
        assert kinds(found, "ml-dev") == set(VOCABULARY)
        assert {item.environment for item in found.unlisted} == {"dev"}
        assert found.places["ml-dev"] == "dev"
        assert [gap.id for gap in found.gaps] == ["valohai/ml-dev/global valohai:*"]


def blind(found: Estate, fact: str) -> dict[str, set[Gap]]:
    derived = facts.derive(found)[fact].blind
    return {pair: {gap for gap in gaps if gap.detail == "NoCollector"} for pair, gaps in derived.items()}


def test_no_pair_with_a_side_that_cannot_be_collected_is_clear() -> None:
    gap = no_collector(Scope("valohai", "ml-dev", "global"))
    found = estate(role(account=DEV), role(account=PROD), config=ELSEWHERE)
    for fact in ("identity_paths", "network_paths"):
        told = {pair for pair, gaps in blind(found, fact).items() if gap in gaps}
        assert {"dev->prod", "prod->dev", "dev->test", "test->dev"} <= told
        assert "test->prod" not in told


def test_a_service_that_cannot_be_collected_may_lead_anywhere() -> None:
    found = estate(role(account=DEV), role(account=PROD), config=BOTH)
    assert {item.service for item in found.unlisted} == {"ci"}
    assert {"dev->prod", "prod->dev"} <= blind(found, "identity_paths").keys()
