"""Answers of a channel: who reaches whom, on which ports, by which path and rules."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.facts.network.channel import Channel
from scanner.facts.network.fixpoint import Graph, Reach, retrace
from scanner.facts.network.graph import Class, Node, Question, ask
from scanner.facts.network.view import View
from scanner.facts.network.witness import witness
from scanner.model.facts import Step
from scanner.model.logic import Tri

Rule = tuple[str, str, int]
"""A security group, ``ingress`` or ``egress``, and the number of a rule."""


@dataclass
class Claim:
    """What passes one border: all sources and targets, ports, and the steps of one path."""

    state: Tri
    sources: set[str] = field(default_factory=set)
    targets: set[str] = field(default_factory=set)
    ports: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()


class Answer:
    """The fixpoints of one channel at one state: YES over sure guards, UNKNOWN over those that may pass."""

    def __init__(self, questions: list[Question], state: Tri, relaxed: frozenset[str] = frozenset()) -> None:
        self.state = state
        self._asked: list[tuple[Question, Graph[Node], Reach[Node]]] = []
        for question in questions:
            graph = question.graph(state, relaxed)
            self._asked.append((question, graph, question.reach(graph, state)))

    @property
    def reached(self) -> bool:
        """Whether any packet arrives."""
        return any(node[0] == "to" for _, _, reach in self._asked for node in reach.bits)

    def claim(self, group: str | None = None) -> Claim | None:
        """All that arrives, or what a security group of F lets in of it; ``None`` when nothing does."""
        claim = Claim(self.state)
        ports = 0
        for question, graph, reach in self._asked:
            ends = _ends(question, reach, group, self.state)
            if not ends:
                continue
            came = retrace(graph, reach, ends.items())
            claim.sources |= {
                one.id for node in came if node[0] == "from" for one in question.sources[node[1]].members
            }
            claim.targets |= {one.id for node in ends for one in question.targets[node[1]].members}
            arrived = 0
            for bits in ends.values():
                arrived |= bits
            ports |= question.universe.ports_in(arrived)
            if not claim.steps:
                node = min(ends, key=lambda node: _rank(question.targets[node[1]]))
                atom, header = question.universe.example(ends[node])
                claim.steps = witness(question, reach.path(node, atom), atom, header)
            claim.ports = question.universe.ports.names(ports)
        return claim if claim.targets else None

    def admitting(self) -> set[str]:
        """The security groups by which packets arrive at targets; ``""`` where no group is known."""
        return {
            name
            for question, _, reach in self._asked
            for node in reach.bits
            if node[0] == "to"
            for name in question.targets[node[1]].first.groups or {""}
        }

    def rules(self) -> set[Rule]:
        """The security group rules that some arriving packet was admitted by, on either side."""
        found: set[Rule] = set()
        for question, graph, reach in self._asked:
            ends = _ends(question, reach, None, self.state)
            came = retrace(graph, reach, ends.items()) if ends else {}
            for node, bits in [*came.items(), *ends.items()]:
                if node[0] in ("from", "to"):
                    way, classes = (
                        ("egress", question.sources) if node[0] == "from" else ("ingress", question.targets)
                    )
                    found |= _used(question, classes[node[1]], way, bits)
        return found


def answers(view: View, channel: Channel) -> tuple[list[Question], Answer, Answer]:
    """A channel's questions, with what passes for certain and what may."""
    questions = ask(view, channel)
    return questions, Answer(questions, Tri.YES), Answer(questions, Tri.UNKNOWN)


def _ends(question: Question, reach: Reach[Node], group: str | None, state: Tri) -> dict[Node, int]:
    """The packets that arrived at each target, by one security group if that is asked."""
    found: dict[Node, int] = {}
    for node, bits in reach.bits.items():
        if node[0] != "to":
            continue
        left = bits
        if group is not None and group not in (question.targets[node[1]].first.groups or {""}):
            continue
        if group:
            guard = question.guards.group(group, "ingress")
            left &= guard.sure if state is Tri.YES else guard.maybe
        if left:
            found[node] = left
    return found


def _used(question: Question, one: Class, way: str, bits: int) -> set[Rule]:
    return {
        (name, way, index)
        for name in one.first.groups or ()
        for index in range(len(question.view.rules(name, way) or ()))
        if question.guards.rule(name, way, index).maybe & bits
    }


def _rank(one: Class) -> tuple[bool, str]:
    return (not one.first.sure, one.first.id)
