"""Estates judged end to end by the embedded engine and by real OPA."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from scanner.errors import EngineError, PolicyError, UsageError
from scanner.evaluate import Catalogue, Engine, evaluate, load_catalogue, open_engine, shards
from scanner.model.estate import Unlisted
from scanner.model.facts import Facts
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Scope

Make = Callable[..., Any]


@pytest.fixture(params=["embedded", pytest.param("opa", marks=pytest.mark.opa)])
def engine(request: pytest.FixtureRequest, catalogue: Catalogue) -> Iterator[Engine]:
    with open_engine(request.param, catalogue, parallel=2) as opened:
        yield opened


def shown(verdicts: Any) -> list[tuple[str, str, str, str]]:
    return [(one.rule, one.check, one.subject.rpartition(":")[2], str(one.verdict)) for one in verdicts]


def test_every_verdict_of_an_estate(
    *, catalogue: Catalogue, engine: Engine, store: Make, estate_of: Make, crossing: Make, gap: Gap
) -> None:
    stores = [
        store("good"),
        store("bad", versioning=None),
        store("hidden", unknown={"versioning": (gap,)}),
        store("dev", environment="dev", versioning=None),
    ]
    estate = estate_of(stores, [Unlisted("store", Scope("aws", "3", "r"), (gap,))])
    facts = {"paths": Facts((crossing(), crossing("allowed", flow="f")))}
    found = evaluate(estate, facts, catalogue, engine)
    assert shown(found) == [
        ("DAT-901", "logging", "bad", "pass"),
        ("DAT-901", "logging", "good", "pass"),
        ("DAT-901", "logging", "hidden", "pass"),
        ("DAT-901", "logging", "aws/3/r/store", "unknown"),
        ("DAT-901", "versioning", "bad", "fail"),
        ("DAT-901", "versioning", "good", "pass"),
        ("DAT-901", "versioning", "hidden", "unknown"),
        ("DAT-901", "versioning", "aws/3/r/store", "unknown"),
        ("ISO-901", "path", "dev->prod", "fail"),
    ]
    assert [(one.id, str(one.verdict)) for one in found[-1].crossings] == [
        ("paths|dev->prod|allowed", "pass"),
        ("paths|dev->prod|policy/x#Open", "fail"),
    ]


@pytest.mark.parametrize(
    ("state", "flow", "blind", "verdict"),
    [
        (Tri.YES, None, False, "fail"),
        (Tri.YES, "f", False, "pass"),
        (Tri.YES, "f", True, "unknown"),
        (Tri.UNKNOWN, None, False, "unknown"),
    ],
)
def test_pairs(
    *,
    catalogue: Catalogue,
    estate_of: Make,
    crossing: Make,
    gap: Gap,
    state: Tri,
    flow: str,
    blind: bool,
    verdict: str,
) -> None:
    facts = {
        "paths": Facts((crossing(state=state, flow=flow),), blind={"dev->prod": (gap,)} if blind else {})
    }
    with open_engine("embedded", catalogue) as engine:
        found = evaluate(estate_of(), facts, catalogue, engine, only=["ISO-901"])
    assert shown(found) == [("ISO-901", "path", "dev->prod", verdict)]


def test_shards_in_parallel_give_what_one_gives(
    *,
    catalogue: Catalogue,
    engine: Engine,
    store: Make,
    estate_of: Make,
    no_paths: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    estate = estate_of([store(f"s{n:03}", versioning=None if n % 3 else "Enabled") for n in range(100)])
    whole = evaluate(estate, no_paths, catalogue, engine)
    monkeypatch.setattr(shards.documents, "__kwdefaults__", {"size": 7})
    assert evaluate(estate, no_paths, catalogue, engine) == whole
    assert len(whole) == 201


def test_only_some_rules(catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any) -> None:
    with open_engine("embedded", catalogue) as engine:
        found = evaluate(estate_of([store("a")]), no_paths, catalogue, engine, only=["dat/versioned"])
        assert {one.rule for one in found} == {"DAT-901"}
        with pytest.raises(UsageError, match="no rule DAT-999"):
            evaluate(estate_of(), no_paths, catalogue, engine, only=["DAT-999"])


def test_nothing_to_judge(catalogue: Catalogue, estate_of: Make, no_paths: Any) -> None:
    with open_engine("embedded", catalogue) as engine:
        assert evaluate(estate_of(environments={}), no_paths, catalogue, engine) == ()


@pytest.mark.parametrize("choice", ["embedded", pytest.param("opa", marks=pytest.mark.opa)])
@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('r.tier == "production"', 'r.tier == "prodution"', "nothing for check versioning on arn:aws:s3:::a"),
        ('"versioning": "Enabled", ', "", "DAT-901 answered nothing for check versioning on"),
        ('r.tier == "production"', "r.tier", "DAT-901 answered for a subject it does not apply to"),
        ("verdicts contains", "verdict contains", "rule dat/versioned answered nothing at all"),
        ('"evidence": [attr]', '"evidence": [attr], "note": 1', "answered something that is no verdict"),
        ('"check": attr', '"check": concat("", [attr, "s"])', "a check it does not declare: 'loggings'"),
    ],
)  # fmt: skip
def test_a_rule_that_breaks_its_contract_fails_the_run(
    *,
    policies: Path,
    versioned: Path,
    store: Make,
    estate_of: Make,
    no_paths: Any,
    choice: str,
    old: str,
    new: str,
    message: str,
) -> None:
    assert old in versioned.read_text()
    versioned.write_text(versioned.read_text().replace(old, new))
    catalogue = load_catalogue(policies)
    estate = estate_of([store("a"), store("b", environment="dev")])
    with open_engine(choice, catalogue) as engine, pytest.raises(PolicyError, match=message):
        evaluate(estate, no_paths, catalogue, engine)


class Stub:
    """An engine that answers, fails or blocks as told."""

    name = "stub"
    version = "0"

    def __init__(self, parallel: int, answer: Callable[[dict[str, Any]], Mapping[str, list[Any]]]) -> None:
        self.parallel = parallel
        self.closed = threading.Event()
        self._answer = answer

    def evaluate(self, document: bytes) -> Mapping[str, list[Any]]:
        return self._answer(orjson.loads(document))

    def close(self) -> None:
        self.closed.set()


@pytest.mark.parametrize("parallel", [1, 4])
def test_the_first_error_ends_a_run(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any, parallel: int
) -> None:
    def fail(_: dict[str, Any]) -> Mapping[str, list[Any]]:
        raise EngineError("no luck")

    with pytest.raises(EngineError, match="no luck"):
        evaluate(estate_of([store("a")]), no_paths, catalogue, Stub(parallel, fail))


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_mistake_of_ours_in_a_thread_does_not_hang_the_run(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any
) -> None:
    def wrong(_: dict[str, Any]) -> Mapping[str, list[Any]]:
        raise ZeroDivisionError

    before = set(threading.enumerate())
    with pytest.raises(EngineError, match="gave up"):
        evaluate(estate_of([store("a")]), no_paths, catalogue, Stub(4, wrong))
    for thread in set(threading.enumerate()) - before:
        thread.join()


def test_an_interrupt_closes_the_engine_and_waits_for_nobody(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = set(threading.enumerate())
    stub: Stub

    def block(_: dict[str, Any]) -> Mapping[str, list[Any]]:
        stub.closed.wait(10)
        raise EngineError("closed")

    class Interrupted:
        def __init__(self) -> None:
            self.inner: Any = None

        def put(self, _: Any) -> None:
            """Nobody listens any more."""

        def get(self) -> Any:
            raise KeyboardInterrupt

        def get_nowait(self) -> int:
            return 0

    monkeypatch.setattr("scanner.evaluate.judge.queue.SimpleQueue", Interrupted)
    stub = Stub(2, block)
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        evaluate(estate_of([store("a")]), no_paths, catalogue, stub)
    assert stub.closed.is_set()
    assert time.monotonic() - started < 2
    for thread in set(threading.enumerate()) - before:
        thread.join()
