"""Answers of a channel: who reaches whom, on which ports, by which path and rules."""

from __future__ import annotations

from dataclasses import dataclass, field

from scanner.facts.network.channel import Channel
from scanner.facts.network.fixpoint import Graph, Reach, retrace
from scanner.facts.network.graph import Class, Question, ask
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
        self._asked: list[tuple[Question, Graph, Reach]] = []
        for question in questions:
            graph = question.graph(state, relaxed)
            self._asked.append((question, graph, question.reach(graph, state)))

    @property
    def reached(self) -> bool:
        """Whether any packet arrives."""
        return any(question.nodes.arrived(reach.bits) for question, _, reach in self._asked)

    def claim(self, group: str | None = None) -> Claim | None:
        """All that arrives, or what a security group of F lets in of it; ``None`` when nothing does."""
        claim = Claim(self.state)
        ports = 0
        for question, graph, reach in self._asked:
            ends = _ends(question, reach, group, self.state)
            if not ends:
                continue
            came = _back(question, graph, reach, ends)
            claim.sources |= {one.id for place in came for one in question.sources[place].members}
            claim.targets |= {one.id for place in ends for one in question.targets[place].members}
            arrived = 0
            for bits in ends.values():
                arrived |= bits
            ports |= question.universe.ports_in(arrived)
            if not claim.steps:
                place = min(ends, key=lambda place: _rank(question.targets[place]))
                atom, header = question.universe.example(ends[place])
                path = reach.path(question.nodes.targets[place], atom)
                claim.steps = witness(question, path, atom, header)
            claim.ports = question.universe.ports.names(ports)
        return claim if claim.targets else None

    def admitting(self) -> set[str]:
        """The security groups by which packets arrive at targets; ``""`` where no group is known."""
        return {
            name
            for question, _, reach in self._asked
            for place in question.nodes.arrived(reach.bits)
            for name in question.targets[place].first.groups or {""}
        }

    def rules(self) -> set[Rule]:
        """The security group rules that some arriving packet was admitted by, on either side."""
        found: set[Rule] = set()
        for question, graph, reach in self._asked:
            ends = _ends(question, reach, None, self.state)
            came = _back(question, graph, reach, ends) if ends else {}
            for way, classes, held in (
                ("egress", question.sources, came),
                ("ingress", question.targets, ends),
            ):
                for place, bits in held.items():
                    found |= _used(question, classes[place], way, bits)
        return found


def answers(view: View, channel: Channel) -> tuple[list[Question], Answer, Answer]:
    """A channel's questions, with what passes for certain and what may."""
    questions = ask(view, channel)
    return questions, Answer(questions, Tri.YES), Answer(questions, Tri.UNKNOWN)


def _ends(question: Question, reach: Reach, group: str | None, state: Tri) -> dict[int, int]:
    """The packets that arrived at each target, by one security group if that is asked."""
    found: dict[int, int] = {}
    for place, bits in question.nodes.arrived(reach.bits).items():
        left = bits
        if group is not None and group not in (question.targets[place].first.groups or {""}):
            continue
        if group:
            guard = question.guards.group(group, "ingress")
            left &= guard.sure if state is Tri.YES else guard.maybe
        if left:
            found[place] = left
    return found


def _back(question: Question, graph: Graph, reach: Reach, ends: dict[int, int]) -> dict[int, int]:
    """The packets that left each source and arrived at ``ends``."""
    targets = question.nodes.targets
    return question.nodes.left(
        retrace(graph, reach, ((targets[place], bits) for place, bits in ends.items()))
    )


def _used(question: Question, one: Class, way: str, bits: int) -> set[Rule]:
    return {
        (name, way, index)
        for name in one.first.groups or ()
        for index in range(len(question.view.rules(name, way) or ()))
        if question.guards.rule(name, way, index).maybe & bits
    }


def _rank(one: Class) -> tuple[bool, str]:
    return (not one.first.sure, one.first.id)
