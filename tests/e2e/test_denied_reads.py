"""Acceptance: a denied read never makes a pass, and blinds only what needed it.

One test for every call of the call table, listings and follow-ups alike: the server denies that call in
every account, what hangs on it is collected again and put into the estate in place of what was read before,
and the verdicts are compared with those of a scan that was denied nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from e2e.conftest import CONFIG, Estate
from scanner import collect as collecting
from scanner import pipeline
from scanner.collect.aws import call_table, calls
from scanner.config import load
from scanner.estate import READS
from scanner.model.logic import Verdict
from scanner.model.rule import RuleVerdict
from scanner.model.snapshot import Snapshot
from scanner.snapshot import SnapshotWriter, read
from tests.silent import Silent

INSTEAD = {"sso-admin:ListAccountAssignmentsForPrincipal"}
"""Made in place of others in other estates: see tests/collect/test_identity_center.py."""
CALLS = sorted({entry.name for entry in call_table()} - INSTEAD)
SHIFT = {Verdict.PASS: {Verdict.PASS, Verdict.UNKNOWN}, Verdict.FAIL: {Verdict.FAIL, Verdict.UNKNOWN}}


AS_OF = "2030-01-01T00:00:00Z"
JUDGING = pipeline.Judging(engine="embedded", as_of=AS_OF)
LOADED = pipeline.catalogue(JUDGING)


def collected(
    estate: Estate, target: Path, patch: pytest.MonkeyPatch, only: frozenset[str] | None = None
) -> Snapshot:
    """Collect over the wire, in this process: everything, or the calls that ``only`` names."""
    for name, value in estate.environ().items():
        patch.setenv(name, value)
    with SnapshotWriter(target / "snapshot", tool_version="0") as writer:
        collecting.collect(load(CONFIG), writer, Silent(), only=only)
    return read(target / "snapshot")


def around(call: str) -> tuple[frozenset[str], frozenset[str]]:
    """The calls of the table's entries that make a call, and the kinds that they give."""
    entries = [each for each in calls() if call in {read.name for read, _, _ in each.all_reads()}]
    reads = [entry for each in entries for entry in each.all_reads()]
    return (
        frozenset(read.name for read, _, _ in reads),
        frozenset(kind for each in entries for kind in each.kinds),
    )


def without(call: str, estate: Estate, whole: Snapshot, target: Path, patch: pytest.MonkeyPatch) -> Snapshot:
    """The estate as it is read when a call is denied."""
    only, kinds = around(call)
    if not only or call.startswith("organizations:"):
        return collected(estate, target, patch)
    part = collected(estate, target, patch, only)
    return replace(
        whole,
        records=(*(item for item in whole.records if item.kind not in kinds), *part.records),
        gaps=tuple(sorted({*(gap for gap in whole.gaps if gap.call not in only), *part.gaps})),
        listed=(whole.listed or frozenset()) - {item for item in whole.listed or () if item[1] in kinds}
        | (part.listed or frozenset()),
    )


READS_OF = {rule.id: pipeline.calls_of(rule.requires) for rule in LOADED.rules.values()}
WHOLE = {service: call for call in reversed(CALLS) for service in [call.partition(":")[0]]}.values()
"""One call of each service, after whose denial every rule is asked again; after others those that read it."""


def decide(taken: Snapshot, call: str = "") -> pipeline.Decided:
    """Judge by every rule, or by those that read a call."""
    only = tuple(sorted(name for name, reads in READS_OF.items() if call in reads))
    judging = replace(JUDGING, only=() if call in (*WHOLE, "") else only)
    return pipeline.decide_taken(load(CONFIG), taken, judging, LOADED)


@pytest.fixture(scope="module")
def baseline(estate: Estate, tmp_path_factory: pytest.TempPathFactory) -> pipeline.Decided:
    """The verdicts with every read allowed."""
    estate.server.clear()
    with pytest.MonkeyPatch.context() as patch:
        return decide(collected(estate, tmp_path_factory.mktemp("baseline"), patch))


def table(verdicts: Iterable[RuleVerdict]) -> dict[tuple[str, str, str], RuleVerdict]:
    """(rule, check, subject) -> verdict."""
    return {(item.rule, item.check, item.subject): item for item in verdicts}


def evidence_calls(decided: pipeline.Decided, item: RuleVerdict) -> frozenset[str]:
    """The calls that may have been evidence of a verdict: of its attributes, else of all its rule reads."""
    rule = decided.rules[item.rule]
    resource = decided.estate.by_id.get(item.subject)
    if resource is None or rule.span == "estate":
        return READS_OF[rule.id]
    calls = set(READS.get(resource.kind, ()))
    for attr in item.evidence:
        calls.update(READS.get(f"{resource.kind}.{attr}", ()))
    if any(need.startswith("fact:") for need in rule.requires):
        calls |= READS_OF[rule.id]
    return frozenset(calls)


@pytest.mark.parametrize("call", CALLS)
def test_denied(
    call: str, healthy: Estate, baseline: pipeline.Decided, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    healthy.server.deny(call)
    denied = decide(without(call, healthy, baseline.taken, tmp_path, monkeypatch), call)
    assert any(gap.call == call for gap in denied.taken.gaps), "the call was not made: the test shows nothing"
    asked = [item for item in baseline.verdicts if item.rule in denied.rules]
    before, after = table(asked), table(denied.verdicts)

    for key, old in before.items():
        new = after.get(key)
        reads = READS_OF[old.rule]
        if new is None:
            assert call in reads, f"{key} vanished, and its rule does not read {call}"
            blinded = [item for item in after.values() if item.rule == old.rule and call in str(item.gaps)]
            assert blinded, f"{key} vanished in silence"
            continue
        assert new.verdict in SHIFT.get(old.verdict, {Verdict.UNKNOWN}), (
            f"{key}: {old.verdict} became {new.verdict}"
        )
        if new.verdict is not old.verdict:
            assert call in evidence_calls(baseline, old), f"{key} changed, and {call} was not its evidence"
        kept = {crossing.id for crossing in new.crossings}
        lost = [crossing.id for crossing in old.crossings if crossing.id not in kept]
        assert not lost or new.gaps, f"{key}: crossings {lost} were lost in silence"
    for key in after.keys() - before.keys():
        assert after[key].verdict is not Verdict.PASS, f"{key} is a pass that was not there"
        assert call in READS_OF[key[0]], key


def test_the_table_lists_what_the_collector_calls(baseline: pipeline.Decided) -> None:
    beside = {"sts:AssumeRole", "sts:GetCallerIdentity", "config:DescribeConfigurationAggregators"}
    assert set(baseline.taken.calls) - beside <= set(CALLS)
