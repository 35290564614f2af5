"""What a budget is limited to: the old filters by dimension, and the newer expression.

https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Expression.html
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

Native = Mapping[str, Any]
_EQUALS = {(), ("EQUALS",), ("CASE_SENSITIVE", "EQUALS"), ("CASE_SENSITIVE",)}


@dataclass(slots=True)
class Limits:
    """Accounts and tags that spending must be of; ``partial`` where anything else narrows it."""

    boundaries: list[str] = field(default_factory=list)
    tags: dict[str, list[str]] = field(default_factory=dict)
    partial: bool = False


def limits(budget: Native) -> Limits:
    """What a budget is limited to."""
    found = Limits()
    for dimension, values in (budget.get("CostFilters") or {}).items():
        if dimension == "LinkedAccount":
            found.boundaries = sorted(values)
        elif dimension == "TagKeyValue":
            _tagged(found, values)
        else:
            found.partial = True
    if expression := budget.get("FilterExpression"):
        _expression(found, expression)
    return found


def _tagged(found: Limits, values: Iterable[str]) -> None:
    """``user:environment$prod``."""
    for value in values:
        key, _, word = value.partition("$")
        found.tags.setdefault(key.removeprefix("user:"), []).append(word)
    for words in found.tags.values():
        words.sort()


def _expression(found: Limits, expression: Native) -> None:
    """A conjunction of plain tests is understood; what is not narrows it in a way that is not told."""
    for part in expression.get("And") or (expression,):
        dimension, tag = part.get("Dimensions"), part.get("Tags")
        test = dimension or tag or {}
        plain = len(part) == 1 and tuple(sorted(test.get("MatchOptions") or ())) in _EQUALS
        if plain and dimension and test.get("Key") == "LINKED_ACCOUNT" and not found.boundaries:
            found.boundaries = sorted(test.get("Values") or ())
        elif plain and tag and test.get("Key") not in found.tags:
            found.tags[str(test.get("Key")).removeprefix("user:")] = sorted(test.get("Values") or ())
        else:
            found.partial = True
