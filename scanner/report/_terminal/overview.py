"""The overview: counts, coverage, the controls at a glance, and the grants worth removing first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from scanner.model.finding import Finding, Judgement, Tally
from scanner.model.logic import Severity, Verdict
from scanner.report._advice import BOUNDARIES
from scanner.report._terminal import lines
from scanner.report._terminal.lines import count, heading, line, say

_GRANTS = 3
_NAMED = 5
_TITLE_WIDTH = 64
_NARROWEST = 16
_RULE_WIDTH = 9
_WORDS = ("fail", "unknown", "attested", "pass")
_STYLES = (lines.FAIL, lines.UNKNOWN, lines.ATTESTED, lines.PASS)


def opening(judgement: Judgement, console: Console) -> None:
    """What was judged, when and by what, and the counts."""
    engine = f"{judgement.engine.get('name', '')} {judgement.engine.get('version', '')}".strip()
    note = f"  as of {judgement.as_of}, judged by {engine}"
    say(console, line(("envsplit", lines.TITLE), (note, lines.FAINT)))
    console.print()
    say(console, counts(judgement), indent=2)
    say(console, _severities(judgement), indent=2)
    undecided = sum(finding.verdict is Verdict.UNKNOWN for finding in judgement.findings)
    if undecided:
        told = count(undecided, "undecided finding")
        say(console, line((told, lines.UNKNOWN), ", listed at the end"), indent=2)


def counts(judgement: Judgement) -> Text:
    """``8 fail   3 unknown   1 attested   5 pass   of 17 judgements``."""
    numbers = _numbers(judgement.tallies)
    if not sum(numbers):
        return line(("Nothing was judged:", lines.UNKNOWN), " no check applies to anything that was read.")
    pieces: list[str | tuple[str, str]] = []
    for number, word, style in zip(numbers, _WORDS, _STYLES, strict=True):
        pieces += [(f"{number} {word}", style if number else lines.FAINT), "   "]
    return line(*pieces, (f"of {count(sum(numbers), 'judgement')}", lines.FAINT))


def coverage(judgement: Judgement, console: Console) -> None:
    """What could not be read, as loud as a fail: what is said below is not about all of the estate."""
    known = judgement.coverage
    asked, reached, gaps = len(known.get("asked", ())), len(known.get("reached", ())), known.get("gaps", 0)
    unreached, unasked = known.get("unreached", ()), known.get("unasked", ())
    note = f"{reached} of {count(asked, 'scope')} reached"
    if not unreached and not gaps:
        style = lines.UNKNOWN if unasked else lines.PASS
        heading(console, "COVERAGE", style, f"{note}, every call answered")
        _unasked(unasked, console)
        return
    silent = f", {count(gaps, 'call')} gave no answer" if gaps else ""
    heading(console, "COVERAGE", lines.FAIL if unreached else lines.UNKNOWN, f"{note}{silent}")
    _unasked(unasked, console)
    for item in unreached:
        scope = (item["scope"], lines.NAME)
        say(console, line(("not reached ", lines.FAIL), scope, f"  {item['reason']}"), indent=2, hang=4)
        blinded = known.get("blinds", {}).get(item["scope"], ())
        if blinded:
            rules = (", ".join(blinded), lines.NAME)
            say(console, line("blinds ", rules, ": nothing they say is about this scope"), indent=6, hang=2)


def _unasked(scopes: Iterable[str], console: Console) -> None:
    """What was left out by choice, one line each for the boundaries of a provider and for regions."""
    wholes: defaultdict[str, list[str]] = defaultdict(list)
    regions: defaultdict[str, set[str]] = defaultdict(set)
    for scope in scopes:
        provider, _, where = scope.partition("/")
        boundary, _, region = where.rpartition("/")
        if region == "global":
            wholes[provider].append(boundary)
        else:
            regions[region].add(boundary)
    for provider, names in wholes.items():
        word = BOUNDARIES.get(provider, "account")
        told = (
            f"{count(len(names), f'declared {word}')} ({_some(names)}); "
            f"sources.{provider}.{word}s lists others"
        )
        say(console, line(("not asked: ", lines.UNKNOWN), told), indent=2, hang=4)
    if regions:
        accounts = count(len(set().union(*regions.values())), "account")
        told = f"{count(len(regions), 'enabled region')} in {accounts} ({_some(sorted(regions))})"
        hint = "; sources.aws.regions: enabled reads them"
        say(console, line(("not asked: ", lines.UNKNOWN), told, hint), indent=2, hang=4)


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")


def controls(judgement: Judgement, console: Console) -> None:
    """One line for each rule that is not clean, worst first; by name the clean ones, and those of nothing."""
    rows: defaultdict[str, list[Tally]] = defaultdict(list)
    for row in judgement.tallies:
        rows[row.rule].append(row)
    numbers = {rule: _numbers(found) for rule, found in rows.items()}
    first = {finding.rule: place for place, finding in reversed(list(enumerate(judgement.findings)))}
    unclean = sorted((rule for rule in rows if rule in first), key=lambda rule: (first[rule], rule))
    cleans = sorted(rule for rule in rows if rule not in first)
    if not rows:
        return
    cells = _cells(_WORDS, (1, 1, 1, 1))
    width = max(_NARROWEST, min(_TITLE_WIDTH, console.width - cells.cell_len - _RULE_WIDTH - 2))
    note = f"{count(len(rows), 'control')}, {len(cleans)} clean"
    console.print()
    head = line(("CONTROLS", lines.TITLE), f"  {note:<{width + _RULE_WIDTH - 8}}").append_text(cells)
    say(console, head)
    for rule in unclean:
        title = judgement.rules[rule].title if rule in judgement.rules else ""
        _row(console, rule, title, numbers[rule], width)
    if cleans:
        say(console, line(("clean  ", lines.PASS), ", ".join(cleans)), indent=2, hang=7)
    if idle := sorted(set(judgement.rules) - set(rows)):
        say(console, line(("nothing to judge  ", lines.FAINT), ", ".join(idle)), indent=2, hang=18)


def grants(judgement: Judgement, console: Console) -> None:
    """The border edges that stand behind several fails: one change closes them all."""
    closes: defaultdict[str, list[Finding]] = defaultdict(list)
    for finding in judgement.findings:
        if finding.verdict is Verdict.FAIL and finding.crossing:
            closes[finding.crossing.border].append(finding)
    several = sorted(
        ((border, found) for border, found in closes.items() if len(found) > 1),
        key=lambda item: (-len(item[1]), item[0]),
    )
    if not several:
        return
    heading(console, "START HERE", lines.TITLE, "one grant stands behind several findings")
    for border, found in several[:_GRANTS]:
        checks = ", ".join(dict.fromkeys(f"{finding.rule}/{finding.check}" for finding in found))
        say(console, line((border, lines.NAME)), indent=2, hang=4)
        say(console, line(f"{len(found)} findings: {checks}"), indent=6)


def _severities(judgement: Judgement) -> Text:
    """What the fails are, as findings: a pair that fails at three grants is three of them."""
    failed = [finding for finding in judgement.findings if finding.verdict is Verdict.FAIL]
    if not failed:
        return _unfailed(judgement)
    pieces: list[str | tuple[str, str]] = []
    for severity in Severity:
        number = sum(finding.severity is severity for finding in failed)
        pieces += [f"  {number} ", (severity.value, lines.SEVERITIES[severity])] if number else []
    kinds = (
        ("latent", sum(item.latent for item in failed)),
        ("assumed", sum(item.assumed for item in failed)),
    )
    tempered = ", ".join(f"{number} {word}" for word, number in kinds if number)
    return line(count(len(failed), "failing finding"), *pieces, f"  ({tempered})" if tempered else "")


def _unfailed(judgement: Judgement) -> Text:
    """Clean is said only where it is known."""
    _, unknown, attested, passed = _numbers(judgement.tallies)
    if unknown:
        return line(
            ("Nothing failed, and that is not the same as clean: ", lines.UNKNOWN), f"{unknown} not known"
        )
    if judgement.coverage.get("unreached"):
        return line(("Nothing failed in what was reached.", lines.UNKNOWN))
    if judgement.coverage.get("unasked"):
        return line(("Nothing failed and nothing is unknown in what was asked for.", lines.UNKNOWN))
    if attested or passed:
        return line(("Clean: nothing failed and nothing is unknown.", lines.PASS))
    return line("")


def _row(console: Console, rule: str, title: str, numbers: Sequence[int], width: int) -> None:
    wrapped = line(title).wrap(console, width)
    for place, words in enumerate(wrapped or [Text()]):
        words.rstrip()
        row = line((f"{rule if place == 0 else '':<{_RULE_WIDTH}}", lines.NAME)).append_text(words)
        if place == 0:
            row.append(" " * (width - words.cell_len))
            row.append_text(_cells([str(number or "-") for number in numbers], numbers))
        say(console, row, indent=2)


def _cells(told: Sequence[str], numbers: Sequence[int]) -> Text:
    """Right-aligned under the words of the head; what is nought is faint."""
    columns = zip(told, numbers, _WORDS, _STYLES, strict=True)
    return line(
        *(
            (f"{text:>{len(word) + 2}}", style if number else lines.FAINT)
            for text, number, word, style in columns
        )
    )


def _numbers(tallies: Iterable[Tally]) -> tuple[int, int, int, int]:
    rows = list(tallies)
    return (
        sum(row.failed for row in rows),
        sum(row.unknown for row in rows),
        sum(row.attested for row in rows),
        sum(row.passed for row in rows),
    )
