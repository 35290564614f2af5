"""From estate, facts and rules to checked verdicts, through whichever engine."""

from __future__ import annotations

import queue
import threading
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from scanner.errors import EngineError, EnvsplitError
from scanner.evaluate.applies import subjects
from scanner.evaluate.catalogue import Catalogue
from scanner.evaluate.engine import Engine
from scanner.evaluate.shards import Document, documents
from scanner.evaluate.verdicts import collect, judged
from scanner.evaluate.view import View
from scanner.model.estate import Estate
from scanner.model.facts import Facts
from scanner.model.rule import RuleVerdict

_ENDED = -1
"""Told instead of a document's index by a thread that ends before its time."""


def evaluate(
    estate: Estate,
    facts: Mapping[str, Facts],
    catalogue: Catalogue,
    engine: Engine,
    *,
    only: Collection[str] = (),
) -> tuple[RuleVerdict, ...]:
    """Every verdict of every selected rule, sorted by rule, check and subject.

    ``only``: ids (``ISO-001``) or paths (``iso/boundary_purity``) of rules; none: all. Raises
    `UsageError` for an unknown one, `PolicyError` if a rule breaks its contract, `EngineError` if
    the engine does not answer.
    """
    rules = catalogue.select(only)
    view = View(estate, facts)
    asked = list(documents(view, rules))
    answers = collect(zip(asked, _answers(asked, engine), strict=True))
    crossings: dict[str, dict[str, frozenset[str]]] = {}
    found: list[RuleVerdict] = []
    for rule in rules.values():
        shown = {need[5:] for need in rule.requires if need.startswith("fact:")}
        by_pair: dict[str, frozenset[str]] = {}
        for fact in shown:
            for pair, ids in crossings.setdefault(fact, _crossings(facts[fact])).items():
                by_pair[pair] = by_pair.get(pair, frozenset()) | ids
        found += judged(rule, answers.get(rule.path, []), subjects(rule, view), by_pair)
    return tuple(found)


def _crossings(facts: Facts) -> dict[str, frozenset[str]]:
    """Pair -> ids of the crossings that a fact shows."""
    found: dict[str, set[str]] = {}
    for crossing in facts.crossings:
        found.setdefault(crossing.pair, set()).add(crossing.id)
    return {pair: frozenset(ids) for pair, ids in found.items()}


def _answers(asked: Sequence[Document], engine: Engine) -> list[Mapping[str, Any]]:
    """The engine's answers, in the order of the documents."""
    lanes = min(engine.parallel, len(asked))
    if lanes <= 1:
        return [engine.evaluate(document.body) for document in asked]
    todo: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, Mapping[str, Any] | EnvsplitError]] = queue.SimpleQueue()
    for index in range(len(asked)):
        todo.put(index)
    for _ in range(lanes):
        # Daemons: an interrupted run must not wait for an answer that may never come.
        threading.Thread(target=_lane, args=(asked, engine, todo, done), daemon=True).start()
    answers: dict[int, Mapping[str, Any]] = {}
    try:
        while len(answers) < len(asked):
            index, answer = done.get()
            if isinstance(answer, EnvsplitError):
                raise answer
            answers[index] = answer
            if index == _ENDED:
                raise EngineError(f"the {engine.name} engine gave up", hint="the error above says why")
    except BaseException:
        engine.close()
        raise
    return [answers[index] for index in range(len(asked))]


def _lane(
    asked: Sequence[Document],
    engine: Engine,
    todo: queue.SimpleQueue[int],
    done: queue.SimpleQueue[tuple[int, Mapping[str, Any] | EnvsplitError]],
) -> None:
    """Evaluate one document after another until none is left, or one fails."""
    try:
        while True:
            index = todo.get_nowait()
            try:
                done.put((index, engine.evaluate(asked[index].body)))
            except EnvsplitError as error:
                done.put((index, error))
                return
    except queue.Empty:
        return
    except BaseException:
        done.put((_ENDED, {}))
        raise
