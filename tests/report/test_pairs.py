"""The arrows between environments."""

from __future__ import annotations

import io
from dataclasses import replace

from rich.console import Console

from report.examples import judgement
from scanner.model.finding import Judgement, Tally
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
