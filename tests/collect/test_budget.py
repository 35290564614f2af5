from __future__ import annotations

import threading
import time
from collections import Counter
from itertools import pairwise

import pytest

from scanner.collect import call_table
from scanner.collect.budget import Budget, Budgets
from scanner.collect.crew import Halt, StoppedError
from scanner.model.snapshot import Reason
from tests.collect.conftest import collected, config_of
from tests.faults.estate import OWN, SmallEstate
from tests.faults.faulty_server import FaultyServer
from tests.faults.wire import Request


def _most_in_any(times: list[float], seconds: float) -> int:
    ordered = sorted(times)
    return max((sum(start <= at < start + seconds for at in ordered) for start in ordered), default=0)


def _taken(budget: Budget, many: int, threads: int = 4) -> list[float]:
    times: list[float] = []

    def work() -> None:
        for _ in range(many // threads):
            times.append(budget.take())
            assert time.monotonic() >= times[-1], "nobody goes before their place"

    workers = [threading.Thread(target=work) for _ in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return times


class TestBudget:
    def test_it_is_never_more_than_the_cap_in_any_second(self) -> None:
        times = _taken(Budget(20, Halt()), 60)
        # Places stand exactly a second after each other, but for the last bit of a float.
        assert _most_in_any(times, 1 - 1e-6) == 20
        assert max(times) - min(times) < 2.9, "and not much less either"

    def test_the_span_of_time_is_the_providers(self) -> None:
        times = _taken(Budget(5, Halt(), window=0.2), 20)
        assert _most_in_any(times, 0.2 - 1e-6) == 5
        assert max(times) - min(times) < 0.8

    def test_throttling_halves_it_once_for_what_was_under_way_together(self) -> None:
        budget = Budget(32, Halt())
        for _ in range(8):
            budget.throttled()
        assert budget.rate == 16

    def test_it_never_stops_altogether_and_comes_back_bit_by_bit(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = 1000.0
        monkeypatch.setattr("scanner.collect.budget.time.monotonic", lambda: now)
        budget = Budget(10, Halt())
        for _ in range(9):
            budget.throttled()
            now += 1.0
        assert budget.rate == 1
        budget.take()
        rates = [budget.rate]
        for _ in range(12):
            now += 1.5
            budget.take()
            rates.append(budget.rate)
        assert rates == sorted(rates)
        assert max(after - before for before, after in pairwise(rates)) <= 2
        assert rates[-1] == 10

    def test_a_stop_is_not_waited_out(self) -> None:
        halt = Halt()
        budget = Budget(1, halt)
        budget.take()
        threading.Timer(0.1, halt.set).start()
        started = time.monotonic()
        with pytest.raises(StoppedError):
            budget.take()
        assert time.monotonic() - started < 0.8

    def test_one_for_all_clients_of_an_account_region_and_service(self) -> None:
        budgets = Budgets(5, Halt())
        assert budgets.of("1", "eu-west-1", "s3") is budgets.of("1", "eu-west-1", "s3")
        others = {budgets.of(*key) for key in (("2", "r", "s3"), ("1", "q", "s3"), ("1", "r", "iam"))}
        assert len(others) == 3


def _by_place(requests: list[Request]) -> dict[tuple[str, str, str], list[float]]:
    found: dict[tuple[str, str, str], list[float]] = {}
    for request in requests:
        place = request.account, request.region, request.call.partition(":")[0]
        found.setdefault(place, []).append(request.at)
    return found


def test_the_server_never_sees_more_than_the_cap(cloud: FaultyServer, estate: SmallEstate) -> None:
    cap, late = 2, 2.0
    config = config_of(estate, accounts=[estate.dev], calls_per_second=cap, max_concurrency=16)
    s3 = [entry.name for entry in call_table() if entry.name.startswith("s3:")]
    assert collected(config, *s3, "iam:GetAccountSummary").gaps == []
    places = _by_place(cloud.requests)
    assert len(places[estate.dev, "eu-west-1", "s3"]) > 5 * cap, "else nothing was held back"
    for place, times in places.items():
        for number, at in enumerate(sorted(times)):
            # Requests may come late, as the machine is slow; a first one by no more than two seconds.
            assert at - min(times) >= number // cap - late, place


def test_throttled_requests_are_tried_again_at_a_lower_rate(
    cloud: FaultyServer, estate: SmallEstate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that takes 10 requests a second of S3 and refuses the others."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "8")
    taken: list[float] = []

    def too_many(request: Request) -> bool:
        if not request.call.startswith("s3:") or request.account != estate.dev:
            return False
        if sum(request.at - at < 1 for at in taken) >= 10:
            return True
        taken.append(request.at)
        return False

    cloud.refuse("throttled", too_many)
    seen = collected(
        config_of(estate, accounts=[estate.dev], calls_per_second=40),
        "s3:GetBucketAcl",
        "s3:GetBucketPolicy",
        "s3:GetBucketOwnershipControls",
        "s3:GetBucketLogging",
        "s3:GetBucketVersioning",
        "s3:GetBucketEncryption",
        "s3:GetBucketReplication",
        "s3:GetObjectLockConfiguration",
    )
    assert seen.gaps == []
    refused = len([r for r in cloud.requests if r.call.startswith("s3:")]) - len(taken)
    assert 0 < refused < len(taken)


def test_what_stays_throttled_is_a_gap(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.throttle("iam:GetAccountSummary")
    seen = collected(config_of(estate), "iam:GetAccountSummary")
    assert {gap.reason for gap in seen.gaps} == {Reason.THROTTLED}


class TestDiscovery:
    def test_accounts_of_the_organization_are_read_too(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        seen = collected(config_of(estate, accounts=[estate.dev], discover=True), "iam:GetAccountSummary")
        assert {scope.boundary for scope in seen.reached} == {OWN, estate.dev, estate.prod}
        assert Counter(r.account for r in cloud.requests if r.call == "iam:GetAccountSummary") == {
            OWN: 1,
            estate.dev: 1,
            estate.prod: 1,
        }

    def test_a_suspended_one_is_not(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        def suspend(body: bytes) -> bytes:
            return body.replace(b'"ACTIVE"', b'"SUSPENDED"') if b'"Accounts"' in body else body

        cloud.amend("organizations:ListAccounts", suspend)
        seen = collected(config_of(estate, accounts=[estate.dev], discover=True), "iam:GetAccountSummary")
        assert [scope.boundary for scope in seen.asked] == [estate.dev]

    def test_one_that_may_not_list_reads_what_is_declared_and_says_so(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("organizations:ListAccounts")
        seen = collected(config_of(estate, discover=True), "iam:GetAccountSummary")
        assert {scope.boundary for scope in seen.reached} == {estate.dev, estate.prod}
        assert [(g.scope.boundary, g.kind, g.call, g.reason) for g in seen.gaps] == [
            (OWN, "organizations.account", "organizations:ListAccounts", Reason.DENIED)
        ]

    def test_a_role_that_cannot_be_assumed_hides_the_list(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("sts:AssumeRole", account=OWN)
        role = f"arn:aws:iam::{OWN}:role/organization"
        organization = {"role": role, "account": OWN}
        seen = collected(config_of(estate, organization=organization, discover=True), "iam:GetAccountSummary")
        assert {scope.boundary for scope in seen.reached} == {estate.dev, estate.prod}
        assert [(g.call, g.reason) for g in seen.gaps] == [("organizations:ListAccounts", Reason.UNREACHED)]
