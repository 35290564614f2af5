"""The arrows between environments."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from rich.console import Console

from report.examples import judgement
from scanner.model.finding import Finding, Judgement, Tally
from scanner.model.logic import Verdict
from scanner.report._terminal.pairs import crossings


def shown(told: Judgement, *, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    crossings(told, Console(file=file, width=80))
    file.seek(0)
    return file.read()


def test_every_pair_with_a_finding_has_an_arrow_of_its_worst_state() -> None:
    told = judgement()
    text = shown(told)
    pairs = {(f.crossing.source, f.crossing.target) for f in told.findings if f.crossing}
    rows = [row.split() for row in text.splitlines()[2:]]
    assert pairs <= {(row[0], row[2]) for row in rows if len(row) > 2}
    proven = [f for f in told.findings if f.crossing and f.verdict == "fail" and not f.latent]
    assert proven
    for finding in proven:
        ends = [finding.crossing.source, finding.crossing.target]
        assert any(row[:3:2] == ends and "open" in " ".join(row) for row in rows)


def test_plain_terminals_get_plain_arrows() -> None:
    assert shown(judgement(), encoding="ascii").isascii()


def test_pairs_without_findings_are_said_aloud_and_nothing_without_pairs() -> None:
    told = replace(judgement(), findings=(), tallies=(Tally("ISO-004", "path", "dev->prod", passed=1),))
    assert "no undeclared crossing  dev → prod" in shown(told)
    assert shown(replace(told, tallies=(Tally("KEY-002", "age", "dev", passed=1),))) == ""


def test_each_pair_is_counted_once_by_the_worst_that_crosses() -> None:
    base = judgement()
    crossing = next(f for f in base.findings if f.crossing and f.verdict == "fail" and not f.latent)
    view = crossing.crossing
    assert view is not None

    def to(target: str, **changes: Any) -> Finding:
        return replace(crossing, crossing=replace(view, target=target), **changes)

    findings = (
        to("a"),
        to("a", latent=True),
        to("b", verdict=Verdict.UNKNOWN),
        to("c", latent=True),
        to("d", latent=True),
        to("e", verdict=Verdict.ATTESTED),
    )
    tallies = tuple(Tally("ISO-004", "path", f"dev->{name}", passed=1) for name in "abcdefg")
    text = shown(replace(base, findings=findings, tallies=tallies))
    said = "7 ordered pairs: 1 crossed, 1 undecided, 2 latent, 1 attested, 2 with no undeclared crossing"
    assert said in " ".join(text.split())
    assert "attested  dev \u2192 e" in text
    assert "no undeclared crossing  dev \u2192 f, dev \u2192 g" in text
