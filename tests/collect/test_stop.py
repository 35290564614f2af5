from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from scanner.collect import collect
from scanner.collect.crew import Crew, Halt, StoppedError
from scanner.errors import SnapshotError
from scanner.model.snapshot import Record, Scope
from scanner.snapshot import SnapshotWriter
from tests.collect.conftest import Seen, config_of
from tests.faults.estate import SmallEstate
from tests.faults.faulty_server import FaultyServer


def _threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("envsplit-")]


def _wait_for(condition: object, seconds: float = 5.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:  # type: ignore[operator]
        time.sleep(0.02)


def _interrupt_once_asked(cloud: FaultyServer, call: str) -> threading.Thread:
    main = threading.get_ident()

    def interrupt() -> None:
        _wait_for(lambda: cloud.calls[call])
        signal.pthread_kill(main, signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    return thread


def test_ctrl_c_stops_at_once_and_leaves_nothing(
    cloud: FaultyServer, estate: SmallEstate, tmp_path: Path
) -> None:
    target = tmp_path / "out" / "snapshot"
    cloud.slow("iam:*", 3)
    interrupter = _interrupt_once_asked(cloud, "iam:GetAccountSummary")
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), SnapshotWriter(target, tool_version="1") as writer:
        collect(config_of(estate), writer, Seen())
    took = time.monotonic() - started
    interrupter.join()
    assert took < 6, "less than a request and its retries would take"
    assert list(target.parent.iterdir()) == []
    sent = cloud.calls.total()
    _wait_for(lambda: not _threads())
    assert _threads() == []
    assert cloud.calls.total() == sent, "nothing is sent after the stop"


def test_no_thread_is_left_by_a_whole_collection(cloud: FaultyServer, estate: SmallEstate) -> None:
    seen = Seen()
    collect(config_of(estate), seen, seen, only=frozenset({"iam:GetAccountSummary"}))
    assert cloud.calls["iam:GetAccountSummary"] == 2
    assert _threads() == []


def test_a_sink_that_fails_stops_the_collection_with_its_own_error(estate: SmallEstate) -> None:
    class Full(Seen):
        def part(self, scope: Scope, kind: str, records: list[Record]) -> None:
            if kind == "iam.account_summary":
                raise SnapshotError("The disk is full")
            super().part(scope, kind, records)

    seen = Full()
    with pytest.raises(SnapshotError, match="disk is full"):
        collect(config_of(estate), seen, seen)
    assert seen.asked == []
    _wait_for(lambda: not _threads())
    assert _threads() == []


class TestCrew:
    def test_work_may_add_work(self) -> None:
        done: list[int] = []

        def count(down: int) -> None:
            done.append(down)
            if down:
                crew.submit(lambda: count(down - 1))

        with Crew(3, Halt(), "t") as crew:
            crew.submit(lambda: count(20))
            crew.finish()
        assert sorted(done) == list(range(21))

    def test_no_more_threads_work_than_its_size(self) -> None:
        now, most, lock = 0, 0, threading.Lock()

        def work() -> None:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.005)
            with lock:
                now -= 1

        with Crew(3, Halt(), "t") as crew:
            for _ in range(20):
                crew.submit(work)
            crew.finish()
        assert most == 3

    def test_the_first_error_is_raised_and_the_rest_is_given_up(self) -> None:
        done: list[int] = []

        def fail() -> None:
            raise ValueError("first")

        with pytest.raises(ValueError, match="first"):
            _work(Halt(), *(partial(done.append, number) for number in range(50)), fail)
        assert len(done) < 50

    def test_an_error_outranks_the_stop_that_it_causes(self) -> None:
        halt = Halt()

        def fail() -> None:
            raise ValueError("the cause")

        # The first crew is left late, for a thread of its own that dawdles.
        crews = (
            partial(_work, halt, partial(time.sleep, 1), fail),
            partial(_work, halt, partial(time.sleep, 0.1)),
        )
        with pytest.raises(ValueError, match="the cause"):
            _work(halt, *crews)

    def test_stopped_from_outside(self) -> None:
        halt = Halt()
        halt.set()
        with pytest.raises(StoppedError):
            _work(halt, partial(pytest.fail, "must not run"))


def _work(halt: Halt, *work: Callable[[], object]) -> None:
    with Crew(2, halt, "t") as crew:
        for piece in work:
            crew.submit(piece)  # type: ignore[arg-type]
        crew.finish()
