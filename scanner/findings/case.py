"""A verdict with everything it names looked up: its rule, its subject, its crossings and gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scanner.errors import PolicyError
from scanner.findings import gaps
from scanner.findings.attestation import Attesting, attestation
from scanner.findings.subject import About, Subjects
from scanner.model.estate import Estate
from scanner.model.facts import Crossing, Facts, Mark
from scanner.model.logic import Verdict
from scanner.model.rule import Rule, RuleVerdict
from scanner.model.snapshot import Gap

_WITHIN = "attested_within_days"
"""The detail by which a rule says how old an attestation of its check may be."""


@dataclass(frozen=True, slots=True)
class Case:
    """One verdict, resolved. ``vouched`` is the attestation that answers its unknowns, if any.

    ``told`` are the crossings that failed or are undecided, each with whether the rule calls it
    latent; ``hiding`` the gaps that the verdict names; ``blind`` those that may hide a crossing of
    its pair; ``flows`` where each flow stands in the environment file; ``called`` the names of the
    resources whose ids the verdict's detail lists as ``resources``.
    """

    rule: Rule
    verdict: RuleVerdict
    about: About
    vouched: Mapping[str, Any] | None
    told: tuple[tuple[Crossing, Verdict, bool], ...]
    hiding: frozenset[Gap]
    blind: frozenset[Gap]
    flows: Mapping[str, int]
    called: Mapping[str, str]

    @property
    def check(self) -> str:
        """``DAT-006/versioning``."""
        return f"{self.rule.id}/{self.verdict.check}"

    @property
    def counted(self) -> Verdict:
        """What the verdict counts as."""
        return self.answer(self.verdict.verdict)

    def answer(self, verdict: Verdict) -> Verdict:
        """The verdict, or ATTESTED for an unknown that somebody vouches for."""
        return Verdict.ATTESTED if verdict is Verdict.UNKNOWN and self.vouched else verdict

    def location(self, crossing: Crossing | None) -> str:
        """What is undeclared, else the flow that nearly covers a crossing, else where it starts."""
        if self.verdict.undeclared:
            return self.verdict.undeclared
        if self.about.pair and crossing and crossing.flow and crossing.flow in self.flows:
            return f"flows.{self.flows[crossing.flow]}"
        return self.about.location


class Cases:
    """The indexes that every verdict of a run is looked up in."""

    def __init__(
        self, rules: Mapping[str, Rule], estate: Estate, facts: Mapping[str, Facts], config: Attesting
    ) -> None:
        self._rules = {name: rule for rule in rules.values() for name in (rule.path, rule.id)}
        self._config = config
        self._as_of = estate.as_of
        self._by_id = estate.by_id
        self._facts = facts
        self._subjects = Subjects(estate)
        self._crossings = {item.id: item for fact in facts.values() for item in fact.crossings}
        self._gaps = gaps.index(estate, facts)
        self._flows = {flow.name: number for number, flow in enumerate(estate.flows)}
        self.marks: Mapping[tuple[str, str], Mark] = {
            (mark.resource, mark.attr): mark for fact in facts.values() for mark in fact.marks
        }

    def resolve(self, verdict: RuleVerdict) -> Case:
        """The case of a verdict. Raises PolicyError for a rule, subject, crossing or gap that is none."""
        rule = self._rules.get(verdict.rule)
        if rule is None or verdict.check not in rule.checks:
            raise PolicyError(f"a verdict names {verdict.rule}/{verdict.check}, which no rule declares")
        return Case(
            rule=rule,
            verdict=verdict,
            about=self._subjects.resolve(
                verdict.subject, rule=rule.id, kinds=rule.checks[verdict.check].kinds or rule.applies.kinds
            ),
            vouched=self._vouched(rule, verdict),
            told=self._told(rule, verdict),
            hiding=gaps.named(verdict.gaps, self._gaps, rule=rule.id),
            blind=self._blind(rule, verdict.subject),
            flows=self._flows,
            called=self._called(verdict),
        )

    def _called(self, verdict: RuleVerdict) -> Mapping[str, str]:
        ids = verdict.detail.get("resources")
        listed = [found for each in ids if (found := self._by_id.get(each))] if isinstance(ids, list) else []
        return {found.id: found.name or found.id for found in listed}

    def _vouched(self, rule: Rule, verdict: RuleVerdict) -> Mapping[str, Any] | None:
        answers = {verdict.verdict, *(item.verdict for item in verdict.crossings)}
        if Verdict.UNKNOWN not in answers:
            return None
        limit = verdict.detail.get(_WITHIN)
        within = limit if isinstance(limit, int) else None
        return attestation(self._config, f"{rule.id}/{verdict.check}", verdict.subject, self._as_of, within)

    def _told(self, rule: Rule, verdict: RuleVerdict) -> tuple[tuple[Crossing, Verdict, bool], ...]:
        told = []
        for item in verdict.crossings:
            if item.id not in self._crossings:
                raise PolicyError(
                    f"{rule.id}/{verdict.check} judged the crossing {item.id!r}, which no fact has",
                    hint="This is a defect of the rule: crossings are ids that the input gave it.",
                )
            crossing = self._crossings[item.id]
            crossing = crossing.narrowed(item.access) if item.access else crossing
            if item.verdict in (Verdict.FAIL, Verdict.UNKNOWN):
                told.append((crossing, item.verdict, item.latent or crossing.latent))
        return tuple(told)

    def _blind(self, rule: Rule, subject: str) -> frozenset[Gap]:
        facts = (
            self._facts.get(need.removeprefix("fact:")) for need in rule.requires if need.startswith("fact:")
        )
        return frozenset(gap for fact in facts if fact for gap in fact.blind.get(subject, ()))
