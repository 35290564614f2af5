"""Judgements to render: the guide's estate with a finding of every sort, a clean one, hostile names."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scanner.findings import build
from scanner.model.finding import Judgement, Subject, Tally
from scanner.model.snapshot import Source
from tests.findings import world
from tests.findings.catalogue import RULES

UNREACHED = {
    "asked": [f"aws/{world.DEV}/global", f"aws/{world.PROD}/global", f"aws/{world.CI}/global"],
    "reached": [f"aws/{world.DEV}/global", f"aws/{world.PROD}/global"],
    "unreached": [{"scope": f"aws/{world.CI}/global", "reason": "sts:AssumeRole denied: AccessDenied"}],
    "gaps": 4,
    "percent": 66.6,
    "blinds": {f"aws/{world.CI}/global": ["DAT-002", "ISO-004", "ISO-011"]},
}
COMPLETE = {
    "asked": [f"aws/{world.DEV}/global", f"aws/{world.PROD}/global"],
    "reached": [f"aws/{world.DEV}/global", f"aws/{world.PROD}/global"],
    "unreached": [],
    "gaps": 0,
    "percent": 100.0,
    "blinds": {},
}
POSITIONS = {
    "environments": (3, 1, 13),
    "environments.dev": (4, 3, 6),
    "environments.prod": (18, 3, 7),
    "services": (40, 1, 9),
    "services.ci": (41, 3, 5),
    "flows": (50, 1, 6),
}


EVIL = (
    "[bold red]evil[/] \x1b[31mred\x1b[0m \x9b2J <script>x</script> "
    "[a](https://evil.example) {0} \u202egpj.exe\n::error::x"
)


def judgement(**changes: Any) -> Judgement:
    """Fifteen findings: open, latent, undecided, assumed crossings; resources; a scope; one attested."""
    findings, tallies = build(world.VERDICTS, RULES, world.estate(), world.FACTS, world.CONFIG)
    sources = [step.source for finding in findings for step in finding.witness]
    whole = Judgement(
        findings=findings,
        tallies=tallies,
        engine={"name": "opa", "version": "1.20.2"},
        coverage=UNREACHED,
        as_of=world.AS_OF,
        rules=RULES,
        positions=POSITIONS,
        columns={source: (9 + source.line, 60 + source.line) for source in sources},
    )
    return replace(whole, **changes)


def clean() -> Judgement:
    """Everything passed, nothing is unknown."""
    passed = Tally("DAT-006", "versioning", "prod", passed=7)
    return judgement(findings=(), tallies=(passed,), coverage=COMPLETE, columns={})


def hostile() -> Judgement:
    """Names and texts that somebody wrote to be read as markup, escapes, links or placeholders."""
    base = judgement()
    crossing = next(
        item for item in base.findings if item.crossing and item.rule == "ISO-004" and not item.latent
    )
    plain = next(item for item in base.findings if item.rule == "DAT-006" and item.check == "logging")
    step = replace(
        crossing.witness[0], source_id=EVIL, target_id=EVIL, by=EVIL, source=Source(f"parts/{EVIL}", 3)
    )
    findings = (
        replace(
            crossing,
            message=EVIL,
            owner=EVIL,
            crossing=replace(crossing.crossing, border=EVIL, examples=((EVIL, EVIL),)),
            witness=(step,),
        ),
        replace(
            plain,
            message=EVIL,
            subject=Subject("resource", EVIL, "store", "aws", EVIL),
            evidence={EVIL: EVIL},
        ),
    )
    return replace(base, findings=findings, config_path="conf/env split [1].yaml")
