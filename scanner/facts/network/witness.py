"""One path as the ordered steps of a witness, each citing the line that makes it."""

from __future__ import annotations

from scanner.facts.network.atoms import Header
from scanner.facts.network.endpoints import Endpoint
from scanner.facts.network.graph import Question
from scanner.facts.network.guards import Guard
from scanner.facts.network.legs import Leg
from scanner.facts.network.ports import TCP
from scanner.facts.network.view import View
from scanner.facts.network.words import Said
from scanner.model.facts import Step
from scanner.model.logic import Tri


def witness(question: Question, path: list[int], atom: int, header: Header) -> tuple[Step, ...]:
    """Interface, egress rule, network ACL, route, carrier, network ACL, ingress rule, and the answer's way.

    Filters that let everything pass are left out. A hop that holds the packet, and was taken as open to
    see what else does, has state NO.
    """
    start, near, far, end = question.nodes.ends(path)
    source, target = question.sources[start], question.targets[end]
    silent = header.protocol != TCP and not question.channel.answered
    told = [
        leg
        for leg in question.links(near, far)
        if not leg.quiet or not leg.guard.sure & atom
        if not (leg.answer and silent)
    ]
    roles = _roles(question, source.first, target.first)
    there = [step for leg in told if not leg.answer for step in _leg(leg, header, atom, roles)]
    back = [step for leg in told if leg.answer for step in _leg(leg, header, atom, roles)]
    out, into = (question.groups(one, way) for one, way in ((source, "egress"), (target, "ingress")))
    first = (source.first.id, there[0].source_id if there else roles["enters"])
    last = (there[-1].target_id if there else roles["enters"], target.first.id)
    leave = _step(first, question.speaker.words.rule(source.first, "egress", atom), out, atom)
    arrive = _step(last, question.speaker.words.rule(target.first, "ingress", atom), into, atom)
    return (
        *_unseen(source.first),
        *([] if source.first.absent else [leave]),
        *there,
        *([] if target.first.absent else [arrive]),
        *_unseen(target.first),
        *back,
    )


def _roles(question: Question, source: Endpoint, target: Endpoint) -> dict[str, str]:
    carrier = question.channel.carrier
    return {
        "near": _subnet(question.view, source),
        "leaves": source.network.id,
        "by": carrier.id if carrier else question.channel.border or target.network.id,
        "enters": target.network.id,
        "far": _subnet(question.view, target),
    }


def _subnet(view: View, endpoint: Endpoint) -> str:
    item = view.subnets.get(endpoint.subnet or "")
    return item.id if item else endpoint.subnet or endpoint.network.id


def _leg(leg: Leg, header: Header, atom: int, roles: dict[str, str]) -> list[Step]:
    ends = (roles[leg.ends[0]], roles[leg.ends[1]])
    return [_step(ends, said, leg.guard, atom) for said in leg.say(header)]


def _step(ends: tuple[str, str], said: Said, guard: Guard, atom: int) -> Step:
    if guard.sure & atom or not guard.maybe & atom:
        return Step(*ends, said.by, said.source, Tri.of(bool(guard.sure & atom)))
    return Step(*ends, said.by, said.source, Tri.UNKNOWN, said.gaps)


def _unseen(endpoint: Endpoint) -> list[Step]:
    """Says of an end of the path that it was not read, or not whole."""
    if endpoint.sure:
        return []
    if endpoint.absent:
        by = f"no network interface in {endpoint.network.name} yet"
        return [Step(endpoint.network.id, endpoint.id, by, endpoint.source, Tri.NO)]
    by = f"a network interface in {endpoint.network.name} may be there: not all was read"
    return [Step(endpoint.network.id, endpoint.id, by, endpoint.source, Tri.UNKNOWN, endpoint.gaps)]
