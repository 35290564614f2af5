"""Findings: the published contract of ``findings.json`` (schema 1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.model.logic import Severity, Verdict
from scanner.model.snapshot import Source


@dataclass(frozen=True, slots=True)
class Subject:
    """What a finding is about; ``type`` is ``resource``, ``pair`` or ``scope``."""

    type: str
    id: str
    kind: str
    provider: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class CrossingView:
    """The border edge of a crossing, with counts and a few examples (``(source, target)``)."""

    source: str
    target: str
    border: str
    sources: int
    targets: int
    examples: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class WitnessStep:
    """One numbered hop of a witness; ``holds`` marks the hop that keeps a latent path closed."""

    step: int
    source_id: str
    target_id: str
    by: str
    source: Source
    holds: bool = False
    open: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Missing:
    """A read that would decide an unknown; ``reason`` and ``detail`` are those of its gap."""

    call: str
    permission: str
    scope: str
    reason: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """A fail or unknown with identity, evidence, witness, remediation and state.

    ``location`` is the dotted key of the environment file it is about (``environments.prod``);
    ``undeclared`` the key that would have to be declared there to decide an unknown, or ``""``.
    """

    rule: str
    check: str
    verdict: Verdict
    severity: Severity
    latent: bool
    assumed: bool
    subject: Subject
    environment: str | None
    crossing: CrossingView | None
    message: str
    evidence: Mapping[str, Any]
    witness: tuple[WitnessStep, ...]
    missing: tuple[Missing, ...]
    remediation: str
    owner: str | None
    fingerprint: str
    location: str
    waiver: Mapping[str, Any] | None = None
    baseline: str | None = None
    undeclared: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """Verdicts of one rule, check and environment; they add up to ``applied``."""

    rule: str
    check: str
    environment: str
    passed: int = 0
    failed: int = 0
    unknown: int = 0
    attested: int = 0

    @property
    def applied(self) -> int:
        """How many subjects the check applied to."""
        return self.passed + self.failed + self.unknown + self.attested


@dataclass(frozen=True, slots=True)
class Judgement:
    """Everything a report may show of one run."""

    findings: tuple[Finding, ...]
    tallies: tuple[Tally, ...]
    engine: Mapping[str, str]
    coverage: Mapping[str, Any]
    as_of: str
    rules: Mapping[str, Any] = field(default_factory=dict)
    """Rule id -> `scanner.model.rule.Rule`, for titles and help."""
    config_path: str = "envsplit.yaml"
    positions: Mapping[str, tuple[int, int, int]] = field(default_factory=dict)
    """Dotted key of the environment file -> (line, column, end column), 1-based."""
    snapshot: str = "snapshot"
    """Path of the snapshot as reports cite it, relative to the output folder."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Id -> the name that people know it by, for ids that say nothing (``vpc-1`` -> ``prod-vpc``)."""
    columns: Mapping[Source, tuple[int, int]] = field(default_factory=dict)
    """Witness source -> (column, end column) in its line, 1-based, UTF-16 code units."""
