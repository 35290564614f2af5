"""Random small networks: against a packet by packet simulator, with gaps, and shuffled."""

from __future__ import annotations

import os
import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from facts.network.networks import Builder, build, deny, gap, without
from facts.network.random_networks import ACCOUNTS, KINDS, builders
from facts.network.simulator import Simulator
from scanner.facts.network_paths import derive
from scanner.model.estate import Estate
from scanner.model.facts import Facts
from scanner.model.logic import Tri

MORE = int(os.environ.get("ENVSPLIT_EXAMPLES", "1"))
"""How many times more examples than a quick run takes."""
NUMBERS = {"tcp": "6", "udp": "17", "other": "47", "icmp": "1", "icmpv6": "58", "protocol-47": "47"}


BOTH = builders(devices=True) | builders(devices=True, transit=True)


def _named(names: list[str], protocol: str, port: int) -> bool:
    for name in names:
        word, _, ports = name.partition(" ")
        if name == "all traffic":
            return True
        if NUMBERS[word] != protocol:
            continue
        low, _, high = ports.removeprefix("type ").partition("-")
        if not low.isdigit() or int(low) <= port <= int(high or low):
            return True
    return False


@given(st.one_of(builders(), builders(transit=True), builders(transit=True)))
@settings(max_examples=60 * MORE, deadline=None)
def test_proven_crossings_are_those_of_the_simulator(made: Builder) -> None:
    estate = made.estate()
    simulator = Simulator(estate)
    expected = simulator.crossings()
    proven = [one for one in derive(estate).crossings if one.state is Tri.YES and not one.latent]
    assert {(one.source_env, one.target_env, one.border) for one in proven} == set(expected)
    for one in proven:
        sources, targets, ports = expected[one.source_env, one.target_env, one.border]
        assert (set(one.sources), set(one.targets)) == (sources, targets)
        named = {probe for probe in simulator.probes if _named(one.detail["ports"], *probe)}
        assert named == ports
        assert all(step.state is Tri.YES and step.source.part for step in one.steps)


@given(builders())
@settings(max_examples=15 * MORE, deadline=None)
def test_whole_listings_without_devices_leave_nothing_undecided(made: Builder) -> None:
    facts = derive(made.estate())
    assert all(one.state is Tri.YES for one in facts.crossings)
    assert not facts.blind


def _pairs(facts: Facts, *, proven: bool) -> set[str]:
    blind = set() if proven else set(facts.blind)
    return {one.pair for one in facts.crossings if not proven or one.state is Tri.YES} | blind


def _sound(whole: Estate, partial: Estate) -> None:
    """A gap makes no pass of what was not one, and proves nothing that is not so."""
    before, after = derive(whole), derive(partial)
    assert _pairs(before, proven=False) <= _pairs(after, proven=False)
    held = {one.id: one for one in before.crossings}
    for one in after.crossings:
        if one.latent and one.pair in _pairs(before, proven=True):
            continue  # crossed all the same: with less seen, the half that stands has another border
        if one.state is Tri.YES:
            assert one.id in held
            assert one.latent or not held[one.id].latent
            assert one.latent or set(one.targets) <= set(held[one.id].targets)


@given(
    BOTH,
    st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(ACCOUNTS)), min_size=1, max_size=3),
)
@settings(max_examples=40 * MORE, deadline=None)
def test_a_denied_listing_never_makes_a_pass(made: Builder, scopes: list[tuple[str, str]]) -> None:
    _sound(made.estate(), deny(made, *scopes))


@given(BOTH, st.sets(st.sampled_from(ACCOUNTS), min_size=1, max_size=2))
@settings(max_examples=25 * MORE, deadline=None)
def test_an_unread_account_never_makes_a_pass(made: Builder, accounts: set[str]) -> None:
    _sound(made.estate(), deny(made, *((kind, account) for kind in KINDS for account in sorted(accounts))))


@given(BOTH, st.data())
@settings(max_examples=30 * MORE, deadline=None)
def test_an_unknown_attribute_never_makes_a_pass(made: Builder, data: Any) -> None:
    resource = data.draw(st.sampled_from(made.found))
    attr = data.draw(st.sampled_from(sorted(resource.attrs)))
    _sound(made.estate(), without(made, resource.name, attr))


@given(BOTH, st.data())
@settings(max_examples=30 * MORE, deadline=None)
def test_a_missing_record_never_makes_a_pass(made: Builder, data: Any) -> None:
    lost = data.draw(st.sampled_from(made.found))
    kept = [one for one in made.found if one is not lost]
    hole = gap(lost.kind, lost.scope.boundary, lost.scope.region, lost.id)
    _sound(made.estate(), build(kept, made.places, gaps=(hole,)))


@given(BOTH, st.randoms(use_true_random=False))
@settings(max_examples=15 * MORE, deadline=None)
def test_the_order_of_records_does_not_matter(made: Builder, shuffler: random.Random) -> None:
    shuffled = list(made.found)
    shuffler.shuffle(shuffled)
    assert derive(build(shuffled, made.places)) == derive(made.estate())
