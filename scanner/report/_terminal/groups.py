"""The fails, by environment or pair of environments and by control, each with its witness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from rich.console import Console

from scanner.model.finding import Finding, Judgement, WitnessStep
from scanner.model.logic import Verdict
from scanner.report._listing import listed
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, heading, line, say, short, titled
from scanner.report._terminal.walk import cited, leads, walked

_Drawn = dict[tuple[WitnessStep, ...], str]
"""The ways that a group has shown, and where."""

UNASSIGNED = "in no environment"
_GRANTS = 5


def fails(judgement: Judgement, console: Console, *, limit: int) -> None:
    """Groups in the order of their worst finding, at most ``limit`` findings of a control in each."""
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    undecided: defaultdict[str, int] = defaultdict(int)
    for finding in judgement.findings:
        if finding.verdict is Verdict.FAIL:
            groups[place(finding)].append(finding)
        undecided[place(finding)] += finding.verdict is Verdict.UNKNOWN
    advised: dict[str, str] = {}
    for name, found in groups.items():
        _group(name, found, undecided[name], console)
        drawn: _Drawn = {}
        rules: defaultdict[str, list[Finding]] = defaultdict(list)
        for finding in found:
            rules[finding.rule].append(finding)
        for rule, same in rules.items():
            _rule(same, judgement, console, drawn, limit=limit)
            _advice(rule, same, console, advised)


def place(finding: Finding) -> str:
    """``dev->prod`` for what crosses, else the environment, the service, or that there is none."""
    if finding.crossing:
        return f"{finding.crossing.source}->{finding.crossing.target}"
    return finding.subject.id if finding.subject.type == "pair" else finding.environment or UNASSIGNED


def _group(name: str, found: Sequence[Finding], undecided: int, console: Console) -> None:
    latent = sum(finding.latent for finding in found)
    notes = [count(len(found), "finding")]
    notes += [f"{latent} latent"] if latent else []
    notes += [f"{undecided} undecided"] if undecided else []
    owners = sorted({finding.owner for finding in found if finding.owner})
    owned = (f", owner {', '.join(owners)}", lines.FAINT) if owners else ""
    heading(console, titled(name, console), f"{lines.TITLE} underline", ", ".join(notes), owned)


def _rule(
    found: Sequence[Finding], judgement: Judgement, console: Console, drawn: _Drawn, *, limit: int
) -> None:
    """The checks of one rule, each with its worst findings."""
    checks: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        checks[finding.check].append(finding)
    for check, same in checks.items():
        name = f"{same[0].rule}/{check}"
        declared = judgement.rules.get(same[0].rule)
        title = declared.checks[check].title if declared and check in declared.checks else ""
        console.print()
        say(console, line((name, lines.NAME), f"  {title}"), indent=2, hang=2)
        for finding in same[:limit]:
            _finding(finding, console, judgement.names, drawn)
        if len(same) > limit:
            say(console, line((f"and {len(same) - limit} more of {name}", lines.NAME)), indent=4)


def _advice(rule: str, found: Sequence[Finding], console: Console, advised: dict[str, str]) -> None:
    """What to do: each remediation of the rule once in a report, then where it stands."""
    checks: defaultdict[str, list[str]] = defaultdict(list)
    for finding in found:
        if finding.check not in checks[finding.remediation]:
            checks[finding.remediation].append(finding.check)
    for remediation, named in checks.items():
        which = f"{', '.join(named)}: " if len(checks) > 1 else ""
        known = advised.get(remediation)
        remedy = f"as for {known} above" if known else " ".join(remediation.split())
        advised.setdefault(remediation, f"{rule}/{named[0]}")
        say(console, line(("fix  ", lines.PASS), which, remedy), indent=4, hang=5)


def _finding(finding: Finding, console: Console, names: Mapping[str, str], drawn: _Drawn) -> None:
    label = [(finding.severity.value.upper(), lines.SEVERITIES[finding.severity])]
    label += [("LATENT", lines.FAINT)] if finding.latent else []
    label += [("ASSUMED", lines.UNKNOWN)] if finding.assumed else []
    pieces: list[str | tuple[str, str]] = []
    for word in label:
        pieces += [word, " "]
    say(console, line(*pieces, f" {finding.message}"), indent=4, hang=2)
    notes = []
    if finding.crossing:
        if finding.crossing.border not in finding.message:
            say(console, line("border  ", (finding.crossing.border, lines.NAME)), indent=6, hang=2)
        notes += [f"{count(finding.crossing.sources, 'source')}, {count(finding.crossing.targets, 'target')}"]
    if finding.witness in drawn:
        notes += [f"same path as {drawn[finding.witness]} above"]
    else:
        say(console, walked(finding, console, names), indent=6, hang=2)
        notes += [cited(finding)]
    if closing := finding.evidence.get("closes"):
        say(console, line(("remove  ", lines.PASS), _removing(closing, finding)), indent=6, hang=2)
    if leads(finding):
        drawn.setdefault(finding.witness, f"{finding.rule}/{finding.check}")
    say(console, line(("; ".join(notes), lines.FAINT)), indent=6, hang=2)


def _removing(closing: Sequence[object], finding: Finding) -> str:
    """The grants to remove, and whether fewer might do."""
    grants = listed([short(str(grant)) for grant in closing], _GRANTS)
    if len(closing) == 1:
        return grants
    return f"{'' if finding.evidence.get('smallest') else 'at most '}all {len(closing)} of {grants}"
