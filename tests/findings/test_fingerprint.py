import hashlib
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.findings import build, fingerprint
from tests.findings import world
from tests.findings.catalogue import RULES


def test_it_can_be_computed_by_anyone() -> None:
    expected = hashlib.sha256(b"ISO-004|path|dev->prod|arn:x#Sid").hexdigest()[:32]
    assert fingerprint("ISO-004", "path", "dev->prod", "arn:x#Sid") == expected


def test_rule_check_subject_and_border_each_count() -> None:
    prints = {
        fingerprint("A", "c", "s"),
        fingerprint("B", "c", "s"),
        fingerprint("A", "d", "s"),
        fingerprint("A", "c", "t"),
        fingerprint("A", "c", "s", "b"),
        fingerprint("A", "c", "s", "e"),
    }
    assert len(prints) == 6


@settings(deadline=None, max_examples=50)
@given(st.permutations(world.VERDICTS), st.integers(1, 99))
def test_order_and_lines_change_no_finding(verdicts: list, lines: int) -> None:
    """Shuffled verdicts over an estate whose lines have moved give the same findings in the same order."""
    estate = world.estate()
    moved = {
        kind: tuple(
            replace(item, source=replace(item.source, line=item.source.line + lines)) for item in items
        )
        for kind, items in estate.resources.items()
    }
    by_id = {item.id: item for items in moved.values() for item in items}
    shifted = replace(estate, resources=moved, by_id=by_id)
    before, counted = build(world.VERDICTS, RULES, estate, world.FACTS, world.CONFIG)
    after, recounted = build(verdicts, RULES, shifted, world.FACTS, world.CONFIG)
    assert [item.fingerprint for item in after] == [item.fingerprint for item in before]
    assert recounted == counted


def test_a_fail_that_becomes_unknown_stays_the_same_finding() -> None:
    before, _ = build(world.VERDICTS, RULES, world.estate(), world.FACTS, world.CONFIG)
    softer = [
        replace(item, verdict=world.UNKNOWN)
        if item.rule == "dat/store_integrity" and item.verdict == "fail"
        else item
        for item in world.VERDICTS
    ]
    after, _ = build(softer, RULES, world.estate(), world.FACTS, world.CONFIG)
    assert {item.fingerprint for item in before} == {item.fingerprint for item in after}
