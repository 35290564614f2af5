"""Paths of the call table, on answers that are not as published."""

from __future__ import annotations

import pytest

from scanner.collect.calls import UnansweredError
from scanner.collect.templates import find


def test_a_function_on_a_value_that_it_is_not_for_is_no_answer() -> None:
    assert find("rows[?contains(name, 'a')]", {"rows": [{"name": "ab"}]}) == [{"name": "ab"}]
    with pytest.raises(UnansweredError):
        find("rows[?contains(name, 'a')]", {"rows": [{"name": None}]})
