"""Condition blocks in three values: all tests must hold, and what is not known leaves it open.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scanner.facts.identity.operators import NEGATED, PATTERNED, POSITIVE, TEXTUAL, Compare
from scanner.facts.identity.values import OPEN, Like, Lookup
from scanner.facts.identity.variables import escaped, fill, names, plain
from scanner.model.logic import Tri, all_of, any_of

_QUANTIFIERS = {"forallvalues": "all", "foranyvalue": "any"}


@dataclass(frozen=True, slots=True)
class Test:
    """One operator on one key. ``operator`` and ``key`` are lower-case; ``name`` is the key as written.

    ``quantifier`` is ``all``, ``any`` or empty.
    """

    operator: str
    key: str
    values: tuple[str, ...]
    quantifier: str = ""
    if_exists: bool = False
    name: str = ""
    variables: bool = True

    @property
    def keys(self) -> tuple[str, ...]:
        """Every condition key it reads, its variables included."""
        return (self.key, *(key for value in self.values for key in names(value)))


def parse(block: Any, *, variables: bool = True) -> tuple[Test, ...] | None:
    """The tests of a ``Condition`` element, sorted, or ``None`` when it is malformed."""
    if block is None:
        return ()
    if not isinstance(block, dict):
        return None
    tests = []
    for name, keys in block.items():
        if not isinstance(keys, dict):
            return None
        for key, raw in keys.items():
            values = raw if isinstance(raw, list) else [raw]
            if not all(isinstance(value, str | int | float | bool) for value in values):
                return None
            tests.append(_test(str(name), str(key), values, variables))
    return tuple(sorted(tests, key=lambda test: (test.operator, test.key, test.quantifier, test.values)))


def _test(name: str, key: str, values: list[Any], variables: bool) -> Test:
    quantifier, _, operator = name.lower().rpartition(":")
    if_exists = operator.endswith("ifexists")
    return Test(
        operator.removesuffix("ifexists"),
        key.lower(),
        tuple(sorted({_text(value) for value in values})),
        _QUANTIFIERS.get(quantifier, quantifier),
        if_exists,
        key,
        variables,
    )


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def holds(test: Test, lookup: Lookup) -> Tri:
    """Whether one test holds in a request."""
    held = lookup(test.key)
    if held is OPEN:
        return Tri.UNKNOWN
    if test.operator == "null":
        return any_of(Tri.of((value.lower() == "true") is (held is None)) for value in test.values)
    compare, negated = _operator(test.operator)
    if compare is None or test.quantifier not in ("", "all", "any"):
        return Tri.UNKNOWN
    if held is None or not isinstance(held, tuple):
        return Tri.of(_absent(test, negated))
    found = [_one(test, compare, negated, value, lookup) for value in held]
    return all_of(found) if test.quantifier == "all" else any_of(found)


def _operator(name: str) -> tuple[Compare | None, bool]:
    return (NEGATED[name], True) if name in NEGATED else (POSITIVE.get(name), False)


def _absent(test: Test, negated: bool) -> bool:
    """What a test says of a key that is not in the request."""
    if test.if_exists or test.quantifier == "all":
        return True
    return negated and test.quantifier == ""


def _one(test: Test, compare: Compare, negated: bool, value: str, lookup: Lookup) -> Tri:
    """One value of the request against all of the policy's."""
    found = any_of(_against(test, compare, wanted, value, lookup) for wanted in test.values)
    return ~found if negated else found


def _against(test: Test, compare: Compare, wanted: str, value: str, lookup: Lookup) -> Tri:
    if not test.variables or test.operator not in TEXTUAL:
        return compare(wanted, value)
    filled = fill(wanted, lookup)
    if filled is None or not filled.exact:
        return Tri.UNKNOWN
    if test.operator in PATTERNED:
        return compare(filled.text, value if isinstance(value, Like) else escaped(value))
    return compare(plain(filled.text), value)
