"""The guarded fixpoint against the plainest one there is: ask all edges until nothing changes."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.facts.network import rows
from scanner.facts.network.fixpoint import Graph, retrace, spread

NODES = st.integers(0, 7)


def packets(most: int) -> st.SearchStrategy[int]:
    """Sets of packets, of a few in reach of a machine word or beyond it."""
    return st.sets(st.integers(0, most), max_size=4).map(lambda bits: sum(1 << bit for bit in bits))


GRAPHS = st.sampled_from([63, 64, 200]).flatmap(
    lambda most: st.tuples(
        st.lists(st.tuples(NODES, NODES, packets(most)), max_size=20),
        st.dictionaries(NODES, packets(most), max_size=3),
    )
)


def naive(edges: list[tuple[int, int, int]], starts: dict[int, int]) -> dict[int, int]:
    """What reaches each node."""
    bits = dict(starts)
    while True:
        before = dict(bits)
        for source, target, guard in edges:
            bits[target] = bits.get(target, 0) | bits.get(source, 0) & guard
        if bits == before:
            return {node: held for node, held in bits.items() if held}


FORMS = st.sampled_from([0, rows.FEW])
"""The most edges that are followed one by one: none of these graphs' or all."""


def made(edges: list[tuple[int, int, int]], few: int, nodes: int = 8) -> Graph:
    """A graph, grouped as its form says."""
    graph = Graph(nodes)
    for edge in edges:
        graph.add(*edge)
    with patch.object(rows, "FEW", few):
        assert graph.out
        assert graph.into
    return graph


@given(GRAPHS, FORMS)
def test_what_reaches_each_node(asked: tuple[list[tuple[int, int, int]], dict[int, int]], few: int) -> None:
    edges, starts = asked
    reach = spread(made(edges, few), starts)
    assert reach.bits == naive(edges, starts)
    for node, held in reach.bits.items():
        atom = held & -held
        path = reach.path(node, atom)
        assert (path[-1], bool(starts.get(path[0], 0) & atom)) == (node, True)
        # One edge lets it through at each step: what two together let through is no single edge's.
        for step in pairwise(path):
            assert any(guard & atom for *ends, guard in edges if tuple(ends) == step)


@given(GRAPHS, NODES, FORMS)
def test_what_goes_on_to_an_end(
    asked: tuple[list[tuple[int, int, int]], dict[int, int]], end: int, few: int
) -> None:
    edges, starts = asked
    graph = made(edges, few)
    reach = spread(graph, starts)
    came = retrace(graph, reach, [(end, reach.bits.get(end, 0))])
    turned = [(target, source, guard) for source, target, guard in edges]
    back = naive(turned, {end: reach.bits.get(end, 0)})
    assert came == {
        node: held & reach.bits[node] for node, held in back.items() if held & reach.bits.get(node, 0)
    }


def test_the_form_follows_the_edges_and_the_packets() -> None:
    few, many = [(0, 1, 1)], [(0, 1, 1)] * (rows.FEW + 1)
    forms = [made(edges, rows.FEW).out for edges in (few, many, [*many, (1, 2, 1 << 64)])]
    assert [type(form) for form in forms] == [rows.Plain, rows.Packed, rows.Plain]


def test_edges_may_be_added_after_a_question() -> None:
    graph = Graph(8)
    graph.add(0, 1, 1)
    assert spread(graph, {0: 3, 7: 1}).bits == {0: 3, 1: 1, 7: 1}
    graph.add(1, 2, 1 << 80 | 1)
    assert spread(graph, {0: 3}).bits == {0: 3, 1: 1, 2: 1}


@pytest.mark.parametrize("few", [0, rows.FEW])
def test_a_long_way_that_few_nodes_wait_on(few: int) -> None:
    graph = made([(node, node - 1, 3) for node in range(500, 0, -1)], few, 501)
    reach = spread(graph, {500: 5, 250: 2})
    assert reach.bits == {**dict.fromkeys(range(251), 3), **dict.fromkeys(range(251, 500), 1), 500: 5}
    assert reach.path(0, 2) == list(range(250, -1, -1))
