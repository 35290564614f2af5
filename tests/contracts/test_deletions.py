"""Acceptance: losing a record or an attribute, with its gap told, never makes a pass and never loses a fail
that the rest still proves. Over all rules, on the bundled example estate, with hypothesis.

Two kinds of loss: in the snapshot (a record of a listing, an answer about one record), and in the estate (an
attribute of a resource becomes unknown). The verdicts of the whole and of the damaged estate are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner import estate as estates
from scanner import facts, pipeline, snapshot
from scanner.config import EnvironmentFile, load
from scanner.evaluate import Catalogue, Engine, evaluate, load_catalogue, open_engine
from scanner.model.estate import Estate
from scanner.model.logic import Verdict
from scanner.model.rule import RuleVerdict
from scanner.model.snapshot import Gap, Reason, Record, Snapshot

DEMO = Path(__file__).parents[2] / "fixtures" / "demo"
CONFIG: EnvironmentFile = load(DEMO / "envsplit.yaml")
WHOLE: Snapshot = snapshot.read(DEMO / "snapshot")
CATALOGUE: Catalogue = load_catalogue(pipeline.policies_folder())
ALLOWED = {
    Verdict.PASS: {Verdict.PASS, Verdict.UNKNOWN},
    Verdict.FAIL: {Verdict.FAIL, Verdict.UNKNOWN},
    Verdict.UNKNOWN: {Verdict.UNKNOWN},
}
FIXED = {"ecr.registry", "s3.account_settings", "ec2.image_settings"}
"""Records of what always exists: no listing makes them, each of their answers is a call of its own."""
Table = Mapping[tuple[str, str, str], RuleVerdict]

ANSWERS = sorted((number, key) for number, record in enumerate(WHOLE.records) for key in record.data)


class Judge:
    """One engine for the module, and the verdicts of the whole estate. Says little of itself."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.estate = estates.build(WHOLE, CONFIG)
        self.before = self.verdicts(self.estate)

    def verdicts(self, estate: Estate) -> Table:
        found = evaluate(estate, facts.derive(estate), CATALOGUE, self.engine)
        return {(item.rule, item.check, item.subject): item for item in found}


@pytest.fixture(scope="module")
def judge() -> Iterator[Judge]:
    with open_engine("embedded", pipeline.policies_folder()) as opened:
        yield Judge(opened)


def call_of(record: Record, key: str) -> str:
    """The call that gave an answer: its service is that of the record, but for one."""
    if key == "GetAccountPublicAccessBlock":
        return "s3control:GetPublicAccessBlock"
    if key == "GetSchedule:stop":
        return "scheduler:GetSchedule"
    return f"{record.kind.split('.')[0]}:{key}"


def listing(record: Record) -> str:
    """The call that lists records of this kind."""
    names = [call_of(record, key) for key in record.data]
    return next((name for name in names if name in estates.LISTS), names[0])


def without(number: int, key: str) -> tuple[Snapshot, str]:
    """The snapshot that lost an answer (a listing's answer takes the record with it), and the lost call."""
    record = WHOLE.records[number]
    call = call_of(record, key)
    records = list(WHOLE.records)
    if record.kind not in FIXED and (call == listing(record) or len(record.data) == 1):
        del records[number]
        lost = ""
    else:
        records[number] = replace(
            record, data={name: value for name, value in record.data.items() if name != key}
        )
        lost = record.id
    gap = Gap(record.scope, record.kind, call, call, Reason.DENIED, lost, "AccessDenied")
    return replace(WHOLE, records=tuple(records), gaps=tuple(sorted({*WHOLE.gaps, gap}))), call


def compare(before: Table, after: Table, *, lost: str) -> None:
    """No verdict got surer; whatever vanished left an unknown in its place; nothing new passes."""
    for key, old in before.items():
        new = after.get(key)
        if new is None:
            told = [
                item for item in after.values() if item.rule == key[0] and item.verdict is Verdict.UNKNOWN
            ]
            assert told, f"{key} vanished in silence without {lost}"
            continue
        assert new.verdict in ALLOWED[old.verdict], (
            f"{key}: {old.verdict} became {new.verdict} without {lost}"
        )
    for key in after.keys() - before.keys():
        assert after[key].verdict is not Verdict.PASS, (
            f"{key} passes without {lost}, and was no subject with it"
        )


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_lost_answer(data: st.DataObject, judge: Judge) -> None:
    picked = data.draw(st.sampled_from(ANSWERS))
    damaged, call = without(*picked)
    before, after = judge.before, judge.verdicts(estates.build(damaged, CONFIG))
    compare(before, after, lost=f"{call} of {WHOLE.records[picked[0]].id}")
    for key, old in before.items():
        if old.verdict is Verdict.FAIL and call not in pipeline.calls_of(CATALOGUE.rules[key[0]].requires):
            assert after[key].verdict is Verdict.FAIL, f"{key} was lost with {call}, which it does not read"


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_attribute_that_becomes_unknown(data: st.DataObject, judge: Judge) -> None:
    whole, before = judge.estate, judge.before
    everything = sorted((item.id, kind) for kind, items in whole.resources.items() for item in items)
    name, kind = data.draw(st.sampled_from(everything))
    victim = next(item for item in whole.of(kind) if item.id == name)
    attr = data.draw(st.sampled_from(sorted(victim.attrs)))
    gap = Gap(victim.scope, victim.kind, "aws:Hidden", "aws:Hidden", Reason.DENIED, victim.id, "AccessDenied")
    blinded = replace(
        victim,
        attrs={name: value for name, value in victim.attrs.items() if name != attr},
        unknown={**victim.unknown, attr: (gap,)},
    )
    by_id = {key: blinded if item is victim else item for key, item in whole.by_id.items()}
    resources = {
        kind: tuple(blinded if item is victim else item for item in items)
        for kind, items in whole.resources.items()
    }
    damaged = replace(whole, by_id=by_id, resources=resources)
    after = judge.verdicts(damaged)
    # a key that may be inactive, a person who may not reach production: being a subject is undecided there
    widened = {
        key: item
        for key, item in after.items()
        if key in before or key[2] != victim.id or attr not in CATALOGUE.rules[key[0]].applies.where
    }
    compare(before, widened, lost=f"{victim.id}.{attr}")
