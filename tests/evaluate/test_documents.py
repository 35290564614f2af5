from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from scanner.errors import PolicyError
from scanner.evaluate import Catalogue
from scanner.evaluate.shards import documents
from scanner.evaluate.view import View, pairs
from scanner.model.estate import Environment, Estate, Resource, Unlisted
from scanner.model.facts import Crossing, Facts, Mark
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Scope

Make = Callable[..., Any]
SCOPE = Scope("aws", "222222222222", "global")


def loaded(view: View, catalogue: Catalogue, size: int = 2000) -> list[dict[str, Any]]:
    return [orjson.loads(document.body) for document in documents(view, catalogue.rules, size=size)]


def test_documents_have_the_published_shape(
    catalogue: Catalogue, store: Make, estate_of: Make, crossing: Make, gap: Gap
) -> None:
    facts = {
        "paths": Facts((crossing(), crossing("z", state=Tri.UNKNOWN, flow="f")), blind={"dev->prod": (gap,)})
    }
    estate = estate_of(
        [store("a"), store("b", unknown={"versioning": (gap,)})], [Unlisted("store", SCOPE, (gap,), "prod")]
    )
    shard, whole = loaded(View(estate, facts), catalogue)
    assert shard["rules"] == ["dat/versioned"]
    assert whole["rules"] == ["iso/paths"]
    assert shard["schema"] == 1
    assert shard["as_of"] == "2026-11-24T05:00:00Z"
    assert shard["environments"]["dev"] == {
        "tier": "nonproduction",
        "group": None,
        "settings": {"keys": {"max_age_days": 90}},
    }
    assert shard["resources"]["store"][1] == {
        "id": "arn:aws:s3:::b",
        "name": "b",
        "kind": "store",
        "provider": "aws",
        "boundary": "222222222222",
        "region": "global",
        "environment": "prod",
        "service": None,
        "place": "prod",
        "tier": "production",
        "attrs": {"logging": True},
        "unknown": {"versioning": [gap.id]},
        "tags": None,
    }
    assert shard["unlisted"]["store"] == [
        {
            "id": "aws/222222222222/global/store",
            "kind": "store",
            "environment": "prod",
            "service": None,
            "place": "prod",
            "tier": "production",
            "gaps": [gap.id],
        }
    ]
    assert shard["facts"] == {}
    assert whole["resources"] == {}
    assert whole["facts"]["paths"]["prod->dev"] == {"crossings": [], "blind": []}
    assert whole["facts"]["paths"]["dev->prod"] == {
        "crossings": [
            {
                "id": "paths|dev->prod|policy/x#Open",
                "state": "yes",
                "latent": False,
                "access": ["assume"],
                "flow": None,
                "gaps": [],
            },
            {
                "id": "paths|dev->prod|z",
                "state": "unknown",
                "latent": False,
                "access": ["assume"],
                "flow": "f",
                "gaps": [gap.id],
            },
        ],
        "blind": [gap.id],
    }


def test_attributes_nobody_requires_are_left_out(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any
) -> None:
    shard = loaded(View(estate_of([store("a")]), no_paths), catalogue)[0]
    assert "encryption" not in shard["resources"]["store"][0]["attrs"]


def test_kinds_nobody_requires_are_left_out(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any
) -> None:
    other = Resource("r", "registry", "r", SCOPE, {})
    found = loaded(
        View(estate_of([store("a"), other], [Unlisted("registry", SCOPE, ())]), no_paths), catalogue
    )
    assert all("registry" not in {**one["resources"], **one["unlisted"]} for one in found)


def test_an_attribute_neither_known_nor_unknown_is_unknown(
    catalogue: Catalogue, estate_of: Make, no_paths: Any
) -> None:
    bare = Resource("s", "store", "s", SCOPE, {}, environment="prod")
    shard = loaded(View(estate_of([bare]), no_paths), catalogue)[0]
    assert shard["resources"]["store"][0]["unknown"] == {"logging": [], "versioning": []}


def test_marks_of_facts_outdo_attributes(
    catalogue: Catalogue, store: Make, estate_of: Make, gap: Gap
) -> None:
    marks = (
        Mark("arn:aws:s3:::a", "logging", False),
        Mark("arn:aws:s3:::a", "versioning", unknown=True, gaps=(gap,)),
    )
    shard = loaded(View(estate_of([store("a")]), {"paths": Facts(marks=marks)}), catalogue)[0]
    assert shard["resources"]["store"][0]["attrs"] == {"logging": False}
    assert shard["resources"]["store"][0]["unknown"] == {"versioning": [gap.id]}


def test_two_marks_of_one_attribute_are_a_mistake(store: Make, estate_of: Make) -> None:
    mark = Mark("arn:aws:s3:::a", "logging", False)
    with pytest.raises(ValueError, match="is marked twice"):
        View(estate_of([store("a")]), {"paths": Facts(marks=(mark, mark))})


def test_shards_hold_every_resource_once_and_unlisted_scopes_once(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any, gap: Gap
) -> None:
    estate = estate_of([store(f"s{n:02}") for n in range(25)], [Unlisted("store", SCOPE, (gap,))])
    found = loaded(View(estate, no_paths), catalogue, size=10)
    sizes = [len(one["resources"].get("store", [])) for one in found]
    assert sizes == [10, 10, 5, 0]
    seen = [one["id"] for shard in found for one in shard["resources"].get("store", [])]
    assert len(set(seen)) == 25
    assert [len(one["unlisted"]) for one in found] == [1, 0, 0, 0]


def test_a_kind_of_which_nothing_was_listed_is_asked_about(
    catalogue: Catalogue, estate_of: Make, no_paths: Any, gap: Gap
) -> None:
    shard = loaded(View(estate_of([], [Unlisted("store", SCOPE, (gap,))]), no_paths), catalogue)[0]
    assert shard["rules"] == ["dat/versioned"]
    assert shard["unlisted"]["store"][0]["tier"] is None


def test_what_belongs_to_a_service_has_no_tier(
    catalogue: Catalogue, store: Make, estate_of: Make, no_paths: Any
) -> None:
    shard = loaded(View(estate_of([store("a", environment=None, service="ci")]), no_paths), catalogue)[0]
    seen = shard["resources"]["store"][0]
    assert (seen["tier"], seen["place"], seen["environment"]) == (None, "service:ci", None)


def test_the_same_estate_gives_the_same_bytes(
    catalogue: Catalogue, store: Make, estate_of: Make, crossing: Make, gap: Gap
) -> None:
    crossings = [crossing(f"policy/{n}") for n in range(20)]
    environments = {"prod": Environment("prod", "production"), "dev": Environment("dev", "nonproduction")}

    def bodies(seed: int) -> list[bytes]:
        shuffled: list[Crossing] = random.Random(seed).sample(crossings, len(crossings))
        order = dict(random.Random(seed).sample(sorted(environments.items()), 2))
        attrs = {"logging": True, "versioning": None} if seed % 2 else {"versioning": None, "logging": True}
        estate: Estate = estate_of([store("a", **attrs)], environments=order)
        facts = {"paths": Facts(tuple(shuffled), blind={"dev->prod": (gap, gap)})}
        return [document.body for document in documents(View(estate, facts), catalogue.rules)]

    assert bodies(1) == bodies(2) == bodies(3)


def test_a_fact_nobody_derives(catalogue: Catalogue, estate_of: Make) -> None:
    with pytest.raises(PolicyError, match="ISO-901 requires fact:paths, which nobody derives") as caught:
        loaded(View(estate_of(), {"path": Facts()}), catalogue)
    assert caught.value.hint == "did you mean fact:path?"


def test_pairs_leave_out_groups_and_what_starts_in_control() -> None:
    found = pairs(
        {
            "eu": Environment("eu", "production", "prod"),
            "us": Environment("us", "production", "prod"),
            "dev": Environment("dev", "nonproduction"),
            "lab": Environment("lab", "nonproduction"),
            "hub": Environment("hub", "control"),
        }
    )
    assert [pair["id"] for pair in found] == [
        "dev->eu", "dev->hub", "dev->lab", "dev->us", "eu->dev", "eu->hub", "eu->lab",
        "lab->dev", "lab->eu", "lab->hub", "lab->us", "us->dev", "us->hub", "us->lab",
    ]  # fmt: skip
    assert found[0] == {
        "id": "dev->eu",
        "from": "dev",
        "to": "eu",
        "from_tier": "nonproduction",
        "to_tier": "production",
    }
