"""Findings out of verdicts: one per rule, check and subject; for crossings, one per border edge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.errors import PolicyError
from scanner.findings import crossing as crossings
from scanner.findings import witness
from scanner.findings.attestation import Attesting
from scanner.findings.case import Case, Cases
from scanner.findings.fingerprint import fingerprint
from scanner.findings.gaps import missing
from scanner.findings.order import in_order
from scanner.findings.plain import plain
from scanner.findings.tally import tally
from scanner.findings.wording import message
from scanner.model.estate import Estate, Resource
from scanner.model.facts import Crossing, Facts, Mark
from scanner.model.finding import Finding, Tally, WitnessStep
from scanner.model.logic import Verdict
from scanner.model.rule import Rule, RuleVerdict
from scanner.model.snapshot import Gap

_Marks = Mapping[tuple[str, str], Mark]


def build(
    verdicts: Iterable[RuleVerdict],
    rules: Mapping[str, Rule],
    estate: Estate,
    facts: Mapping[str, Facts],
    config: Attesting,
) -> tuple[tuple[Finding, ...], tuple[Tally, ...]]:
    """Findings in the order to act on them, and tallies that add up to what applied.

    ``rules`` by id. A fail and an unknown become findings; an unknown that the environment file
    attests stays one, as attested. Raises PolicyError where a verdict breaks its contract: a
    subject, crossing or gap that is not there, a message without its values, a fail without
    a witness.
    """
    cases = Cases(rules, estate, facts, config)
    findings: list[Finding] = []
    counted: list[tuple[str, str, str, Verdict]] = []
    for verdict in verdicts:
        case = cases.resolve(verdict)
        counted.append((case.rule.id, verdict.check, case.about.tallied, case.counted))
        if verdict.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
            findings.extend(
                _of_pair(case) if case.about.pair else [_of_subject(case, cases.marks, estate.by_id)]
            )
    return in_order(findings), tally(counted)


def _of_pair(case: Case) -> Iterator[Finding]:
    for crossing, verdict, latent in case.told:
        yield _of_crossing(case, crossing, verdict, latent=latent, border=crossing.border)
    if not any(verdict is case.verdict.verdict for _, verdict, _ in case.told):
        # No crossing explains the verdict: for an unknown, gaps may hide one; a fail has no witness.
        yield _finding(
            case, case.verdict.verdict, evidence=case.verdict.detail, gaps=case.hiding or case.blind
        )
    elif hidden := case.hiding - {gap for crossing, _, _ in case.told for gap in crossing.gaps}:
        # A pair that fails by one crossing may hide another: said aloud, though the pair counts once.
        yield _finding(case, Verdict.UNKNOWN, evidence=case.verdict.detail, gaps=hidden)


def _of_subject(case: Case, marks: _Marks, others: Mapping[str, Resource]) -> Finding:
    """A resource or a scope; where it was judged by crossings, the worst of them is the witness."""
    resource, verdict = case.about.resource, case.verdict
    told = _marked(case, marks)
    explaining = [item for item in case.told if item[1] is verdict.verdict]
    if explaining:
        crossing, _, latent = min(explaining, key=lambda item: (item[2], item[0].id))
        return _of_crossing(case, crossing, verdict.verdict, latent=latent, border=None)
    if resource is None:
        unlisted = case.about.unlisted
        return _finding(
            case,
            verdict.verdict,
            evidence=verdict.detail,
            gaps=case.hiding.union(unlisted.gaps if unlisted else ()),
        )
    return _finding(
        case,
        verdict.verdict,
        evidence={
            **_read(resource, verdict.evidence),
            **{mark.attr: mark.value for mark in told if not mark.unknown},
            **verdict.detail,
        },
        steps=witness.of_resource(resource, verdict.evidence, marks, others),
        gaps=case.hiding.union(_hiding(resource, verdict.evidence, told)),
        assumed=tuple(sorted({name for mark in told for name in mark.assumed})),
    )


def _marked(case: Case, marks: _Marks) -> list[Mark]:
    """The marks of facts among what the verdict was read from."""
    found = (marks.get((case.about.subject.id, attr)) for attr in case.verdict.evidence)
    return [mark for mark in found if mark is not None]


def _read(resource: Resource, attrs: Iterable[str]) -> dict[str, Any]:
    return {attr: resource.attrs[attr] for attr in attrs if attr in resource.attrs}


def _hiding(resource: Resource, attrs: Iterable[str], marks: Iterable[Mark]) -> Iterator[Gap]:
    for attr in attrs:
        yield from resource.unknown.get(attr, ())
    for mark in marks:
        yield from mark.gaps


def _of_crossing(
    case: Case, crossing: Crossing, verdict: Verdict, *, latent: bool, border: str | None
) -> Finding:
    steps = witness.of_steps(crossing.steps)
    cited = [step for step in steps if step.source != witness.MANIFEST]
    return _finding(
        case,
        verdict,
        crossing=crossing,
        border=border,
        latent=latent,
        evidence={**crossings.evidence(crossing), **case.verdict.detail},
        # A manifest shows that an account exists, not that one of its grants does.
        steps=steps if cited else (),
        gaps=case.hiding.union(crossing.gaps) if border is None else crossing.gaps,
        assumed=crossing.assumed,
    )


def _finding(
    case: Case,
    verdict: Verdict,
    *,
    crossing: Crossing | None = None,
    border: str | None = None,
    latent: bool = False,
    evidence: Mapping[str, Any],
    steps: tuple[WitnessStep, ...] = (),
    gaps: Iterable[Gap] = (),
    assumed: tuple[str, ...] = (),
) -> Finding:
    about, rule, check, answer = case.about, case.rule, case.verdict.check, case.answer(verdict)
    if verdict is Verdict.FAIL and not steps:
        raise PolicyError(
            f"{case.check} fails {about.subject.id} without a witness that cites a snapshot line",
            hint="A defect of the rule or of a fact: a fail names a resource, or a crossing with its steps.",
        )
    vouched = {"attestation": case.vouched} if answer is Verdict.ATTESTED else {}
    return Finding(
        rule=rule.id,
        check=check,
        verdict=answer,
        severity=rule.severity.lowered() if latent else rule.severity,
        latent=latent,
        assumed=bool(assumed),
        subject=about.subject,
        environment=about.environment,
        crossing=crossings.view(crossing) if crossing else None,
        message=message(case, verdict, crossing, latent=latent, assumed=assumed),
        evidence=plain({**evidence, **vouched}),
        witness=steps,
        missing=() if verdict is Verdict.FAIL else missing(gaps),
        remediation=rule.checks[check].remediation or rule.remediation,
        owner=about.owner,
        fingerprint=fingerprint(rule.id, check, about.subject.id, border),
        location=case.location(crossing),
        undeclared=case.verdict.undeclared,
    )
