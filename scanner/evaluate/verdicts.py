"""The contract between rules and engines: every answer is checked before it counts.

A rule has to answer exactly once for each of its checks and each of its subjects, which are worked
out from METADATA (`scanner.evaluate.applies`) and not from the answer. Whatever is missing, extra or
contradictory is an error of the rule that fails the run: a pass is never got by silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scanner.errors import PolicyError
from scanner.evaluate.applies import Subjects
from scanner.evaluate.shards import Document
from scanner.model.logic import Verdict
from scanner.model.rule import CrossingVerdict, Rule, RuleVerdict

_FIELDS = {"check", "subject", "verdict", "evidence", "detail", "crossings", "gaps", "undeclared"}
_CROSSING = {"id", "verdict", "latent", "access"}
_VERDICTS = ("pass", "fail", "unknown")


def collect(answers: Iterable[tuple[Document, Mapping[str, Any]]]) -> dict[str, list[Any]]:
    """``family/name`` -> its verdicts in all documents.

    Raises `PolicyError` if a document was answered without one of the rules it asked for.
    """
    found: dict[str, list[Any]] = {}
    for document, answer in answers:
        if missing := sorted(set(document.rules) - set(answer)):
            raise PolicyError(
                f"rule {missing[0]} answered nothing at all",
                why="the engine returned no set of verdicts for it",
                hint=f"is its package rules.{missing[0].replace('/', '.')}, with `verdicts contains ... if`?",
            )
        if extra := sorted(set(answer) - set(document.rules)):
            raise PolicyError(f"rule {extra[0]} answered without being asked")
        for rule in document.rules:
            if not isinstance(answer[rule], list):
                raise PolicyError(
                    f"rule {rule}: verdicts is not a set", hint="write `verdicts contains ... if`"
                )
            found.setdefault(rule, []).extend(answer[rule])
    return found


def judged(
    rule: Rule,
    answers: Iterable[Any],
    expected: Mapping[str, Subjects],
    crossings: Mapping[str, frozenset[str]],
) -> list[RuleVerdict]:
    """The verdicts of one rule, sorted, if they are exactly what it owes.

    ``expected``: check -> its subjects; ``crossings``: pair -> ids of the crossings that facts show
    between its two. Raises `PolicyError` naming rule, check and subject.
    """
    found: dict[tuple[str, str], RuleVerdict] = {}
    owed = {check: subjects.all for check, subjects in expected.items()}
    every = frozenset().union(*crossings.values()) if crossings else frozenset()
    for answer in answers:
        verdict = _read(rule, answer)
        key = (verdict.check, verdict.subject)
        subjects = expected[verdict.check]
        if verdict.subject not in owed[verdict.check]:
            raise _broken(
                rule, verdict, "answered for a subject it does not apply to", "see applies in its METADATA"
            )
        if key in found:
            raise _twice(rule, found[key], verdict)
        if verdict.subject in subjects.scopes and verdict.verdict is not Verdict.UNKNOWN:
            raise _broken(rule, verdict, f"answered {verdict.verdict} for a scope that could not be listed")
        is_pair = verdict.subject in subjects.pairs
        _check_crossings(
            rule, verdict, crossings.get(verdict.subject, frozenset()) if is_pair else every, is_pair
        )
        found[key] = verdict
    for check in rule.checks:
        for subject in sorted(owed[check]):
            if (check, subject) not in found:
                raise PolicyError(
                    f"rule {rule.id} answered nothing for check {check} on {subject}",
                    why="every subject it applies to needs a pass, a fail or an unknown",
                    hint=f"see rules/{rule.path}: a condition is undefined for this subject",
                )
    return [found[key] for key in sorted(found)]


def _read(rule: Rule, answer: Any) -> RuleVerdict:
    if not isinstance(answer, dict) or not {"check", "subject", "verdict"} <= set(answer) <= _FIELDS:
        raise PolicyError(
            f"rule {rule.id} answered something that is no verdict",
            why=repr(answer)[:200],
            hint=f"fields: {', '.join(sorted(_FIELDS))}",
        )
    check, subject, verdict = answer["check"], answer["subject"], answer["verdict"]
    if not isinstance(check, str) or check not in rule.checks:
        raise PolicyError(
            f"rule {rule.id} answered for a check it does not declare: {check!r} on {subject!r}"
        )
    if not isinstance(subject, str) or not isinstance(verdict, str) or verdict not in _VERDICTS:
        raise PolicyError(
            f"rule {rule.id} answered {verdict!r} for check {check} on {subject!r}",
            hint="pass, fail or unknown",
        )
    detail = answer.get("detail", {})
    if not isinstance(detail, dict):
        raise PolicyError(f"rule {rule.id}, check {check} on {subject}: detail is not an object")
    undeclared = answer.get("undeclared", "")
    if not isinstance(undeclared, str) or (undeclared and verdict != "unknown"):
        raise PolicyError(
            f"rule {rule.id}, check {check} on {subject}: undeclared is the key that an unknown lacks"
        )
    return RuleVerdict(
        rule=rule.id,
        check=check,
        subject=subject,
        verdict=Verdict(verdict),
        evidence=tuple(_strings(rule, check, subject, "evidence", answer)),
        detail=detail,
        crossings=tuple(sorted(_crossings(rule, check, subject, answer), key=lambda crossing: crossing.id)),
        gaps=tuple(sorted(set(_strings(rule, check, subject, "gaps", answer)))),
        undeclared=undeclared,
    )


def _strings(rule: Rule, check: str, subject: str, field: str, answer: Mapping[str, Any]) -> list[str]:
    values = answer.get(field, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise PolicyError(f"rule {rule.id}, check {check} on {subject}: {field} is not a list of strings")
    return values


def _crossings(rule: Rule, check: str, subject: str, answer: Mapping[str, Any]) -> Iterator[CrossingVerdict]:
    values = answer.get("crossings", [])
    for value in values if isinstance(values, list) else [values]:
        fits = isinstance(value, dict) and {"id", "verdict"} <= set(value) <= _CROSSING
        if not fits or value["verdict"] not in _VERDICTS or not isinstance(value.get("latent", False), bool):
            raise PolicyError(
                f"rule {rule.id}, check {check} on {subject}: no crossing verdict", why=repr(value)[:200]
            )
        access = tuple(_strings(rule, check, subject, "access", value))
        yield CrossingVerdict(str(value["id"]), Verdict(value["verdict"]), value.get("latent", False), access)


def _check_crossings(rule: Rule, verdict: RuleVerdict, known: frozenset[str], is_pair: bool) -> None:
    """Hold the crossings of a verdict to the facts, and a pair's verdict to its crossings."""
    words = [crossing.verdict for crossing in verdict.crossings]
    if len({crossing.id for crossing in verdict.crossings}) < len(words):
        raise _broken(rule, verdict, "judged one crossing twice")
    for crossing in verdict.crossings:
        if crossing.id not in known:
            raise _broken(rule, verdict, f"judged a crossing that no fact shows: {crossing.id}")
    if not is_pair:
        return
    if verdict.verdict is Verdict.FAIL and Verdict.FAIL not in words:
        raise _broken(rule, verdict, "failed a pair without a crossing that fails")
    if verdict.verdict is not Verdict.FAIL and Verdict.FAIL in words:
        raise _broken(rule, verdict, f"answered {verdict.verdict} although a crossing fails")
    if verdict.verdict is Verdict.PASS and Verdict.UNKNOWN in words:
        raise _broken(rule, verdict, "passed a pair although a crossing is unknown")


def _twice(rule: Rule, one: RuleVerdict, other: RuleVerdict) -> PolicyError:
    said = (
        f"{one.verdict} and {other.verdict}"
        if one.verdict != other.verdict
        else f"{one.verdict}, differently,"
    )
    return _broken(rule, other, f"answered twice: {said}")


def _broken(rule: Rule, verdict: RuleVerdict, what: str, hint: str = "") -> PolicyError:
    return PolicyError(
        f"rule {rule.id} {what}",
        why=f"check {verdict.check} on {verdict.subject}",
        hint=hint or f"see rules/{rule.path}",
    )
