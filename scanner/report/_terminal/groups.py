"""The fails, by environment or pair of environments and by control, each with its witness."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console

from scanner.model.finding import Finding, Judgement
from scanner.model.logic import Verdict
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, heading, line, say, titled
from scanner.report._terminal.walk import cited, walked

UNASSIGNED = "in no environment"


def fails(judgement: Judgement, console: Console, *, limit: int) -> None:
    """Groups in the order of their worst finding, at most ``limit`` findings of a control in each."""
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    undecided: defaultdict[str, int] = defaultdict(int)
    for finding in judgement.findings:
        if finding.verdict is Verdict.FAIL:
            groups[place(finding)].append(finding)
        undecided[place(finding)] += finding.verdict is Verdict.UNKNOWN
    for name, found in groups.items():
        _group(name, found, undecided[name], judgement, console, limit=limit)


def place(finding: Finding) -> str:
    """``dev->prod`` for what crosses, else the environment, the service, or that there is none."""
    if finding.crossing:
        return f"{finding.crossing.source}->{finding.crossing.target}"
    return finding.subject.id if finding.subject.type == "pair" else finding.environment or UNASSIGNED


def _group(
    name: str, found: list[Finding], undecided: int, judgement: Judgement, console: Console, *, limit: int
) -> None:
    latent = sum(finding.latent for finding in found)
    notes = [count(len(found), "finding")]
    notes += [f"{latent} latent"] if latent else []
    notes += [f"{undecided} undecided"] if undecided else []
    owners = sorted({finding.owner for finding in found if finding.owner})
    owned = (f", owner {', '.join(owners)}", lines.FAINT) if owners else ""
    heading(console, titled(name, console), f"{lines.TITLE} underline", ", ".join(notes), owned)
    controls: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in found:
        controls[finding.rule, finding.check].append(finding)
    for (rule, check), same in controls.items():
        _control(rule, check, same, judgement, console, limit=limit)


def _control(
    rule: str, check: str, found: Sequence[Finding], judgement: Judgement, console: Console, *, limit: int
) -> None:
    declared = judgement.rules.get(rule)
    title = declared.checks[check].title if declared and check in declared.checks else ""
    console.print()
    say(console, line((f"{rule}/{check}", lines.NAME), f"  {title}"), indent=2, hang=2)
    for finding in found[:limit]:
        _finding(finding, console)
    if len(found) > limit:
        say(console, line((f"and {len(found) - limit} more of {rule}/{check}", lines.NAME)), indent=4)
    remedy = " ".join(found[0].remediation.split())
    say(console, line(("fix  ", lines.PASS), remedy), indent=4, hang=5)


def _finding(finding: Finding, console: Console) -> None:
    label = [(finding.severity.value.upper(), lines.SEVERITIES[finding.severity])]
    label += [("LATENT", lines.FAINT)] if finding.latent else []
    label += [("ASSUMED", lines.UNKNOWN)] if finding.assumed else []
    pieces: list[str | tuple[str, str]] = []
    for word in label:
        pieces += [word, " "]
    say(console, line(*pieces, f" {finding.message}"), indent=4, hang=2)
    say(console, walked(finding, console), indent=6, hang=2)
    behind = ""
    if finding.crossing:
        behind = f"{count(finding.crossing.sources, 'source')}, {count(finding.crossing.targets, 'target')}; "
    say(console, line((f"{behind}{cited(finding)}", lines.FAINT)), indent=6, hang=2)
