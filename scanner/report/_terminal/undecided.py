"""What is not decided, by the read that would decide it; and what somebody vouches for."""

from __future__ import annotations

from collections import defaultdict

from rich.console import Console

from scanner.model.finding import Finding, Judgement, Missing
from scanner.model.logic import Verdict
from scanner.report._advice import UNTOLD, advice
from scanner.report._listing import listed
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, heading, line, say, short, titled

_SHOWN = 6


def unknowns(judgement: Judgement, console: Console, *, limit: int) -> None:
    """Unknowns grouped by missing call, the call that decides most first."""
    found = [finding for finding in judgement.findings if finding.verdict is Verdict.UNKNOWN]
    if not found:
        return
    none = "which is no pass" if len(found) == 1 else "none of which is a pass"
    heading(console, "NOT DECIDED", lines.UNKNOWN, f"{count(len(found), 'finding')}, {none}")
    blinded: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    reads: defaultdict[tuple[str, str], list[Missing]] = defaultdict(list)
    for finding in found:
        keys = [(read.call, advice(read)) for read in finding.missing]
        for key, read in zip(keys, finding.missing, strict=True):
            reads[key].append(read)
        for key in set(keys):
            blinded[key].append(finding)
    for (call, advised), waiting in sorted(blinded.items(), key=lambda item: (-len(item[1]), item[0])):
        _call(call, reads[call, advised], console)
        _to_decide(advised, waiting, console)
    _undeclared([finding for finding in found if finding.undeclared], console)
    readless = [finding for finding in found if not finding.missing and not finding.undeclared]
    if readless:
        console.print()
        say(console, line("No read decides these; a condition or a person outside does:"), indent=2)
    for finding in readless[:limit]:
        say(console, line((_check(finding), lines.NAME), f"  {finding.message}"), indent=4, hang=2)
    if len(readless) > limit:
        say(console, line(f"and {len(readless) - limit} more"), indent=4)


def _undeclared(found: list[Finding], console: Console) -> None:
    """What the environment file does not say, by the key that would say it."""
    keys: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in found:
        keys[finding.undeclared].append(finding)
    for key, waiting in sorted(keys.items(), key=lambda item: (-len(item[1]), item[0])):
        console.print()
        say(console, line((key, lines.NAME), "  is not declared in the environment file"), indent=2, hang=2)
        _to_decide("declare it", waiting, console)


def attested(judgement: Judgement, console: Console) -> None:
    """What counts as attested, with who vouches for it and until when."""
    found = [finding for finding in judgement.findings if finding.verdict is Verdict.ATTESTED]
    if not found:
        return
    heading(console, "ATTESTED", lines.ATTESTED, f"{len(found)}, on somebody's word and not counted as pass")
    for finding in found:
        word = finding.evidence.get("attestation") or {}
        told = f"{word.get('evidence')} ({word.get('owner')}, until {word.get('expires')})"
        subject = finding.subject.name or finding.subject.id
        say(console, line((_check(finding), lines.NAME), f"  {subject}: {told}"), indent=2, hang=4)


def _call(call: str, reads: list[Missing], console: Console) -> None:
    silent = "does not tell" if all(read.detail == UNTOLD for read in reads) else "gave no answer"
    scopes = sorted({read.scope for read in reads})
    console.print()
    say(console, line((call, lines.NAME), f"  {silent} in {listed(scopes, _SHOWN)}"), indent=2, hang=2)


def _to_decide(advised: str, waiting: list[Finding], console: Console) -> None:
    """What to do, and the checks that wait for it."""
    subjects = [f"{_check(finding)} {titled(short(finding.subject.id), console)}" for finding in waiting]
    told = f" to decide {count(len(subjects), 'check')}: "
    say(console, line((advised, lines.PASS), told), indent=4, hang=2)
    say(console, line(listed(subjects, _SHOWN)), indent=6)


def _check(finding: Finding) -> str:
    return f"{finding.rule}/{finding.check}"
