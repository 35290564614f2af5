"""Facts are found by their path, and all of them hold on an empty estate."""

from __future__ import annotations

from facts.estates import World
from scanner import facts
from scanner.model.facts import Facts


def test_facts_are_found_and_others_are_not() -> None:
    found = facts.modules()
    assert {"identity_paths", "store_access", "production_reach"} <= set(found)
    assert not {"crossings", "identity"} & set(found)


def test_needs_are_kinds_and_attributes() -> None:
    for name in facts.modules():
        assert facts.needs(name)
        assert all(need.count(".") == 1 for need in facts.needs(name))
    assert facts.needs("nothing") == ()


def test_an_estate_without_anything() -> None:
    derived = facts.derive(World().estate(), only=frozenset({"identity_paths", "store_access"}))
    assert derived == {"identity_paths": Facts(), "store_access": Facts()}
