"""The invocation (SARIF 3.20): whether the scan saw everything, and what it could not read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from scanner.model.finding import Finding, Judgement
from scanner.report._advice import advice
from scanner.report._listing import listed
from scanner.report._sarif.texts import message

_TEXTS = {
    "envsplit/unreached": "A scope that was asked for could not be read",
    "envsplit/unread": "A read gave no answer and leaves findings undecided",
    "envsplit/withheld": "Findings that are accepted or attested are not in this file",
    "envsplit/cut": "There were more findings than code scanning takes",
}

_SCOPES = 10


def descriptors() -> list[dict[str, Any]]:
    """The notifications that an invocation may carry."""
    kinds = ("shortDescription", "fullDescription", "help")
    return [{"id": name} | {kind: {"text": text} for kind in kinds} for name, text in sorted(_TEXTS.items())]


def invocation(judgement: Judgement, *, withheld: int, cut: int) -> dict[str, Any]:
    """How the scan went. ``executionSuccessful`` is false when a scope asked for was not reached."""
    unreached = list(judgement.coverage.get("unreached", ()))
    notes = [_unreached(item, judgement) for item in unreached]
    notes += _unread(judgement.findings)
    if withheld:
        notes.append(
            _note("envsplit/withheld", "note", f"{withheld} accepted or attested findings are left out.")
        )
    if cut:
        notes.append(_note("envsplit/cut", "warning", f"{cut} findings cut; findings.json has all of them."))
    return {"executionSuccessful": not unreached, "toolExecutionNotifications": notes}


def _unreached(item: dict[str, Any], judgement: Judgement) -> dict[str, Any]:
    rules = judgement.coverage.get("blinds", {}).get(item["scope"], ())
    blinded = f" This blinds {', '.join(rules)}." if rules else ""
    return _note(
        "envsplit/unreached", "error", f"{item['scope']} was not reached: {item['reason']}.{blinded}"
    )


def _unread(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """One for each call that would decide something, with the scopes where it gave no answer."""
    scopes: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    undecided: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        for read in finding.missing:
            scopes[read.call, advice(read)].add(read.scope)
        undecided.update({(read.call, advice(read)) for read in finding.missing})
    return [
        _note(
            "envsplit/unread",
            "warning",
            f"{call} gave no answer in {listed(sorted(where), _SCOPES)}; "
            f"findings undecided: {undecided[call, advised]}. "
            f"{advised[0].upper()}{advised[1:]}.",
        )
        for (call, advised), where in sorted(scopes.items())
    ]


def _note(name: str, level: str, text: str) -> dict[str, Any]:
    return {"descriptor": {"id": name}, "level": level, "message": message(text)}
