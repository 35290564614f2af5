"""A rule as its METADATA declares it, and the verdicts that engines return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scanner.model.logic import Severity, Verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One part of a rule. Templates take ``{name}`` fields of the finding and its evidence.

    ``kinds``: those of the rule's kinds that the check is about (empty: all of them).
    ``remediation``: how to fix this part alone (empty: the rule's).
    """

    name: str
    title: str
    fail: str
    unknown: str
    kinds: tuple[str, ...] = ()
    remediation: str = ""


@dataclass(frozen=True, slots=True)
class Applies:
    """What a rule applies to, stated apart from its verdicts.

    ``subject`` is ``resource`` or ``pair``. For resources: ``kinds``, ``tiers`` (empty: any, also
    unassigned), and ``where`` (attribute -> value): a resource known to differ is not a subject,
    one where it is not known is. For pairs: ``to_tiers``.
    """

    subject: str
    kinds: tuple[str, ...] = ()
    tiers: tuple[str, ...] = ()
    where: Mapping[str, Any] = field(default_factory=dict)
    to_tiers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule; ``path`` is ``family/name``, its folder and its package ``rules.family.name``."""

    path: str
    id: str
    title: str
    description: str
    severity: Severity
    rationale: str
    remediation: str
    requires: tuple[str, ...]
    span: str
    providers: tuple[str, ...]
    applies: Applies
    checks: Mapping[str, Check]
    references: tuple[str, ...] = ()
    frameworks: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CrossingVerdict:
    """How a rule judged one crossing of a pair; ``access`` the levels that it is about (empty: all)."""

    id: str
    verdict: Verdict
    latent: bool = False
    access: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """One check of one rule on one subject, as an engine answered and the contract allowed.

    ``subject`` is a resource id, a pair (``dev->prod``), or an unlisted scope's id; ``evidence``
    the attributes it was read from; ``detail`` values for the message; ``gaps`` ids of gaps.
    ``undeclared`` is the key of the environment file that an unknown lacks (``environments.prod.launchers``).
    """

    rule: str
    check: str
    subject: str
    verdict: Verdict
    evidence: tuple[str, ...] = ()
    detail: Mapping[str, Any] = field(default_factory=dict)
    crossings: tuple[CrossingVerdict, ...] = ()
    gaps: tuple[str, ...] = ()
    undeclared: str = ""
