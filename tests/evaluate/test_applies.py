from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from scanner.evaluate import Catalogue
from scanner.evaluate.applies import Subjects, subjects
from scanner.evaluate.view import View
from scanner.model.estate import Environment, Resource, Unlisted
from scanner.model.facts import Facts, Mark
from scanner.model.rule import Applies, Rule
from scanner.model.snapshot import Gap, Scope

Make = Callable[..., Any]
HERE = Scope("aws", "1", "global")


def asked(rule: Rule, view: View, **applies: Any) -> Subjects:
    """The subjects of the first check, with a changed ``applies``."""
    changed = replace(rule, applies=replace(rule.applies, **applies))
    return next(iter(subjects(changed, view).values()))


@pytest.fixture
def rule(catalogue: Catalogue) -> Rule:
    return catalogue.rules["DAT-901"]


@pytest.fixture
def view(store: Make, estate_of: Make, gap: Gap) -> View:
    stores = [
        store("prod"),
        store("dev", environment="dev"),
        store("nobody", environment=None),
        store("ci", environment=None, service="ci"),
    ]
    unlisted = [
        Unlisted("store", Scope("aws", "1", "r"), (gap,), "prod"),
        Unlisted("store", Scope("aws", "2", "r"), (gap,), "dev"),
        Unlisted("store", Scope("aws", "3", "r"), (gap,)),
        Unlisted("registry", Scope("aws", "1", "r"), (gap,), "prod"),
    ]
    return View(estate_of(stores, unlisted), {})


def names(found: Subjects) -> set[str]:
    return {one.removeprefix("arn:aws:s3:::") for one in found.resources}


def test_resources_by_tier(rule: Rule, view: View) -> None:
    assert names(asked(rule, view)) == {"prod"}
    assert names(asked(rule, view, tiers=("nonproduction", "production"))) == {"prod", "dev"}


def test_no_tiers_means_all_also_unassigned(rule: Rule, view: View) -> None:
    assert names(asked(rule, view, tiers=())) == {"prod", "dev", "nobody", "ci"}


def test_unlisted_scopes_of_the_tier_or_of_none(rule: Rule, view: View) -> None:
    assert asked(rule, view).scopes == {"aws/1/r/store", "aws/3/r/store"}
    assert len(asked(rule, view, tiers=()).scopes) == 3


@pytest.mark.parametrize(
    ("value", "applies"), [(True, True), (1, False), ("true", False), (False, False), (None, False)]
)
def test_where_leaves_out_what_is_known_to_differ(
    rule: Rule, store: Make, estate_of: Make, value: Any, applies: bool
) -> None:
    view = View(estate_of([store("a", logging=value)]), {})
    assert bool(asked(rule, view, where={"logging": True}).resources) is applies


def test_where_keeps_what_is_not_known(rule: Rule, store: Make, estate_of: Make, gap: Gap) -> None:
    bare = Resource("bare", "store", "bare", HERE, {}, environment="prod")
    view = View(estate_of([store("a", unknown={"logging": (gap,)}), bare]), {})
    assert len(asked(rule, view, where={"logging": True}).resources) == 2


def test_where_reads_marks(rule: Rule, store: Make, estate_of: Make) -> None:
    facts = {"paths": Facts(marks=(Mark("arn:aws:s3:::a", "logging", False),))}
    view = View(estate_of([store("a"), store("b")]), facts)
    assert names(asked(rule, view, where={"logging": True})) == {"b"}


def test_pairs_by_the_tier_of_their_target(catalogue: Catalogue, estate_of: Make) -> None:
    environments = {
        "dev": Environment("dev", "nonproduction"),
        "lab": Environment("lab", "nonproduction"),
        "prod": Environment("prod", "production"),
    }
    view = View(estate_of(environments=environments), {})
    assert asked(catalogue.rules["ISO-901"], view).pairs == {"dev->prod", "lab->prod"}
    assert len(asked(catalogue.rules["ISO-901"], view, to_tiers=()).pairs) == 6


def test_a_check_may_be_about_some_of_the_kinds(rule: Rule, view: View) -> None:
    checks = {"a": replace(rule.checks["logging"], kinds=("registry",)), "b": rule.checks["versioning"]}
    changed = replace(
        rule, checks=checks, applies=Applies("resource", ("store", "registry"), ("production",))
    )
    found = subjects(changed, view)
    assert found["a"].all == {"aws/1/r/registry"}
    assert found["b"].all == {"arn:aws:s3:::prod", "aws/1/r/store", "aws/3/r/store", "aws/1/r/registry"}
