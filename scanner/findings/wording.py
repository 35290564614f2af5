"""The message of a finding: the template of its check, filled with what the verdict is about."""

from __future__ import annotations

from typing import Any

from scanner.errors import PolicyError
from scanner.findings.case import Case
from scanner.findings.message import fill
from scanner.findings.witness import distinct
from scanner.model.facts import Crossing
from scanner.model.logic import Tri, Verdict


def message(
    case: Case, verdict: Verdict, crossing: Crossing | None, *, latent: bool, assumed: tuple[str, ...] = ()
) -> str:
    """The sentence for a verdict on the case's subject, or on one crossing of it.

    What tempers it is said in words: which hop holds a latent crossing closed, which one leaves an
    unknown one open, which service it passes, and which assumptions it rests on.
    """
    check, about = case.rule.checks[case.verdict.check], case.about
    if key := case.verdict.undeclared:
        name = about.subject.name or about.subject.id
        return f"{key} is not declared, so it is not decided for {name}: {check.title.rstrip('.')}."
    template = check.fail if verdict is Verdict.FAIL else check.unknown
    if about.unlisted is not None:
        return _of_scope(case, template)
    sentence = fill(template, _fields(case, crossing), origin=case.check)
    if latent and crossing is not None:
        sentence = f"Half open: {sentence.rstrip('.')}, as soon as {_holding(crossing)}."
    told = [f"Assumed: {', '.join(assumed)}."] if assumed else []
    return " ".join([sentence, *_passing(crossing), *_undecided(crossing, verdict), *told])


def _of_scope(case: Case, template: str) -> str:
    """A scope that could not be listed has no details: a template that asks for them does not fit it."""
    try:
        return fill(template, _fields(case, None), origin=case.check)
    except PolicyError:
        title = case.rule.checks[case.verdict.check].title.rstrip(".")
        return f"No {case.about.subject.name} could be listed, so nothing there is decided: {title}."


def _holding(crossing: Crossing) -> str:
    """What keeps a latent crossing closed, and would have to go."""
    steps = _steps(crossing, Tri.NO)
    return f"{' and '.join(steps) or 'the other side'} {'give' if len(steps) > 1 else 'gives'} way"


def _undecided(crossing: Crossing | None, verdict: Verdict) -> list[str]:
    if verdict is not Verdict.UNKNOWN or crossing is None:
        return []
    steps = _steps(crossing, Tri.UNKNOWN)
    return [f"Undecided: {' and '.join(steps)}."] if steps else []


def _steps(crossing: Crossing, state: Tri) -> list[str]:
    """Those in a state, by the numbers that the witness gives them."""
    numbered = enumerate(distinct(crossing.steps), 1)
    return [f"step {number} ({step.by})" for number, step in numbered if step.state is state]


def _passing(crossing: Crossing | None) -> list[str]:
    """The services on the way, which a flow has to name: it allows no way through two, or through others."""
    if crossing is None or not crossing.via:
        return []
    named = f"By way of service{'s' if len(crossing.via) > 1 else ''} {' and '.join(crossing.via)}"
    if len(crossing.via) > 1 or crossing.detail.get("through"):
        return [f"{named} (flows do not compose: none allows it)."]
    return [f"{named} (flows do not compose; name it in a flow's via to allow it)."]


def _fields(case: Case, crossing: Crossing | None) -> dict[str, Any]:
    about = case.about
    fields: dict[str, Any] = {
        "subject": about.subject.id,
        "name": about.subject.name or about.subject.id,
        "environment": about.environment or "no environment",
        "detail": {**(crossing.detail if crossing else {}), **case.verdict.detail},
    }
    if case.called:
        ids = case.verdict.detail["resources"]
        fields["detail"]["resources"] = [case.called.get(each, each) for each in ids]
    if crossing:
        fields |= {"from": crossing.source_env, "to": crossing.target_env}
        fields |= {"border": crossing.border, "access": list(crossing.access)}
    elif about.pair:
        # The unknown of a pair that gaps hide shares its template with that of a crossing.
        fields |= {"from": about.pair[0], "to": about.pair[1]}
        fields |= {"border": "a grant that was not read", "access": "access"}
    return fields
