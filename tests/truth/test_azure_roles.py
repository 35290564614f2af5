"""Roles of Azure: all of them are understood, and access answers as the naive evaluator does."""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.facts.azure.rbac.actions import Ask
from scanner.facts.azure.rbac.graph import Rights
from scanner.facts.azure.rbac.roles import role_of
from scanner.facts.azure.rbac.tables import TARGETS
from scanner.facts.azure.rbac.world import World
from scanner.model.estate import Environment, Estate, Resource
from scanner.model.snapshot import Scope
from tests.faults.azure.roles import built_in
from tests.truth import azure_naive as naive

MORE = int(os.environ.get("ENVSPLIT_EXAMPLES", "1"))
ONE, TWO = "/subscriptions/1", "/subscriptions/2"
SCOPES = (
    ONE,
    f"{ONE}/resourcegroups/a",
    f"{ONE}/resourcegroups/a/providers/p/t/x",
    f"{ONE}/resourcegroups/b",
    TWO,
)
THINGS = (
    SCOPES[2],
    f"{ONE}/resourcegroups/a/providers/p/t/y",
    f"{ONE}/resourcegroups/b/providers/p/t/x",
    f"{SCOPES[2]}/inner/z",
    f"{TWO}/resourcegroups/a/providers/p/t/x",
)
ACTIONS = ("A/b/read", "A/b/write", "A/b/c/write", "A/b/go/action", "B/b/delete")
PATTERNS = (*ACTIONS, "*", "*/read", "A/*", "a/B/*", "A/*/write", "*/action", "B/*")
PEOPLE, GROUPS = ("u1", "u2"), ("g1", "g2", "g3")


class TestEveryRole:
    def test_all_load_without_loss(self) -> None:
        """What a role says comes back from what was made of it, block by block."""
        roles = built_in().values()
        assert len(roles) == 928
        several = conditional = 0
        for told in roles:
            made = role_of(told["name"], told["roleName"], told)
            assert made.blocks is not None
            again = [
                {
                    "actions": list(block.actions),
                    "notActions": list(block.not_actions),
                    "dataActions": list(block.data),
                    "notDataActions": list(block.not_data),
                    "condition": block.condition,
                }
                for block in made.blocks
            ]
            assert again == [{key: block[key] for key in again[0]} for block in told["permissions"]]
            several += len(made.blocks) > 1
            conditional += sum(block.condition is not None for block in made.blocks)
        assert (several, conditional) == (16, 31)

    def test_each_answers_as_the_naive_evaluator(self) -> None:
        asks = sorted({ask for levels in TARGETS.values() for level in levels.values() for ask in level.asks})
        for told in built_in().values():
            made = role_of(told["name"], told["roleName"], told)
            blocks = tuple(
                naive.Block(
                    tuple(block["actions"]),
                    tuple(block["notActions"]),
                    tuple(block["dataActions"]),
                    tuple(block["notDataActions"]),
                )
                for block in told["permissions"]
            )
            plain = not any(block["condition"] for block in told["permissions"])
            for ask in asks:
                tenant = naive.Tenant((naive.Assignment("u1", ONE, blocks),))
                wanted = naive.access(tenant, "u1", ask.action, ONE, data=ask.data)
                found = made.allows(ask)
                assert found.value == wanted or (wanted == "yes" and not plain)

    @pytest.mark.parametrize(
        ("role", "changes"),
        [
            ("Reader", "no"),
            ("Contributor", "yes"),
            ("Storage Blob Data Reader", "yes"),
            ("AcrPull", "no"),
            ("Key Vault Secrets User", "yes"),
            ("Storage Table Data Reader", "no"),
        ],
    )
    def test_whether_it_changes_anything(self, role: str, changes: str) -> None:
        told = built_in()[role]
        assert role_of(told["name"], role, told).changes().value == changes


_open = st.just(("open",))
_is = st.sampled_from(PATTERNS).map(lambda pattern: ("is", pattern))
CONDITIONS = st.one_of(
    st.none(),
    st.recursive(
        st.one_of(_open, _is),
        lambda inner: st.one_of(
            inner.map(lambda one: ("not", one)),
            st.tuples(st.sampled_from(("and", "or")), inner, inner),
        ),
        max_leaves=4,
    ),
)
_few = st.lists(st.sampled_from(PATTERNS), max_size=3).map(tuple)
BLOCKS = st.lists(st.builds(naive.Block, _few, _few, _few, _few, CONDITIONS), min_size=1, max_size=2).map(
    tuple
)
PLAIN = st.lists(st.builds(naive.Block, _few, _few, _few, _few), min_size=1, max_size=2).map(tuple)
HOLDERS = st.sampled_from((*PEOPLE, *GROUPS))
NAMED = st.frozensets(HOLDERS, max_size=2)
TENANTS = st.builds(
    naive.Tenant,
    st.lists(
        st.builds(naive.Assignment, HOLDERS, st.sampled_from(SCOPES), BLOCKS, CONDITIONS), max_size=4
    ).map(tuple),
    st.lists(
        st.builds(
            naive.Denial,
            st.sampled_from(SCOPES),
            PLAIN,
            st.one_of(NAMED, st.just(frozenset({naive.Tenant(()).everybody}))),
            NAMED,
            st.booleans(),
        ),
        max_size=2,
    ).map(tuple),
    st.fixed_dictionaries(
        {
            "g1": st.frozensets(st.sampled_from(("u1", "u2", "g2")), max_size=2),
            "g2": st.frozensets(st.sampled_from(("u1", "u2", "g3")), max_size=2),
            "g3": st.frozensets(st.sampled_from(("u1", "u2")), max_size=1),
        }
    ),
)


@settings(max_examples=150 * MORE, deadline=None)
@given(TENANTS)
def test_access_agrees_with_the_naive_evaluator(tenant: naive.Tenant) -> None:
    world = World(_estate(tenant))
    rights = Rights(world)
    for who in PEOPLE:
        node = world.nodes[f"/users/{who}"]
        for thing in THINGS:
            for action in ACTIONS:
                for data in (False, True):
                    found = rights.allowed(node, Ask(action, data), thing)
                    wanted = naive.access(tenant, who, action, thing, data=data)
                    assert found.value == wanted, (who, thing, action, data)


def _estate(tenant: naive.Tenant) -> Estate:
    """The same as resources."""
    kinds: dict[str, list[Resource]] = {"assignment": [], "permission_set": [], "guardrail": []}
    for number, one in enumerate(tenant.assignments):
        role = f"/providers/microsoft.authorization/roledefinitions/{number}"
        kinds["permission_set"].append(
            _made(role, "permission_set", {"inline": {"permissions": _written(one.blocks)}})
        )
        told = {
            "principal": _ref(one.holder),
            "scope": one.scope,
            "permission_set": role,
            "condition": _text(one.condition),
            "eligible": False,
            "origin": f"{one.scope}/{number}",
        }
        kinds["assignment"].append(
            _made(f"{one.scope}/{number}", "assignment", told, one.scope.split("/")[2])
        )
    for number, denial in enumerate(tenant.denials):
        document = {
            "permissions": _written(denial.blocks),
            "principals": [{"id": each} for each in sorted(denial.denied)],
            "excludePrincipals": [{"id": each} for each in sorted(denial.excepted)],
            "doNotApplyToChildScopes": denial.only_there,
            "condition": None,
        }
        told = {"type": "deny_assignment", "document": document, "targets": [denial.scope]}
        kinds["guardrail"].append(_made(f"deny/{number}", "guardrail", told, denial.scope.split("/")[2]))
    kinds["people_group"] = [
        _made(_ref(group), "people_group", {"members": sorted(_ref(each) for each in _within(tenant, group))})
        for group in GROUPS
    ]
    kinds["person"] = [_made(_ref(each), "person", {"console": True, "logins": []}) for each in PEOPLE]
    resources = {kind: tuple(items) for kind, items in kinds.items()}
    by_id = {item.id: item for items in resources.values() for item in items}
    return Estate(resources, by_id, (), (), {"dev": Environment("dev", "nonproduction")}, {}, (), {})


def _within(tenant: naive.Tenant, group: str) -> set[str]:
    """Everybody in a group, as Microsoft Graph gives them: those of inner groups too."""
    return {
        each for each in (*PEOPLE, *GROUPS) if each != group and group in naive.known_as(tenant.groups, each)
    }


def _ref(name: str) -> str:
    return f"/{'groups' if name in GROUPS else 'users'}/{name}"


def _made(identity: str, kind: str, attrs: dict[str, Any], boundary: str = "1") -> Resource:
    return Resource(identity, kind, identity, Scope("azure", boundary, "global"), attrs)


def _written(blocks: tuple[naive.Block, ...]) -> list[dict[str, Any]]:
    return [
        {
            "actions": list(block.actions),
            "notActions": list(block.not_actions),
            "dataActions": list(block.data),
            "notDataActions": list(block.not_data),
            "condition": _text(block.condition),
        }
        for block in blocks
    ]


def _text(condition: tuple[Any, ...] | None) -> str | None:
    """A condition as Azure writes it."""
    if condition is None:
        return None
    word, *rest = condition
    if word == "open":
        return "@Resource[Microsoft.Storage/storageAccounts:name] StringEquals 'it''s (a) b'"
    if word == "is":
        return f"ActionMatches{{'{rest[0]}'}}"
    if word == "not":
        return f"!({_text(rest[0])})"
    return f"(({_text(rest[0])}) {'AND' if word == 'and' else '||'} ({_text(rest[1])}))"
