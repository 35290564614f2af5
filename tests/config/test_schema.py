"""The published schema, the example and the documentation are what the models say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from scanner.config import json_schema, load, parse
from scanner.config.names import Access
from scanner.config.reading import read
from scanner.config.reference import reference
from scanner.config.schema import written
from scanner.errors import ConfigError
from scanner.model.facts import ACCESS

ROOT = Path(__file__).parents[2]
SCHEMA = ROOT / "schema" / "envsplit.schema.json"
EXAMPLE = ROOT / "examples" / "envsplit.yaml"
PAGE = ROOT / "docs" / "environment-file.md"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def plain(text: str) -> Any:
    root, mistakes = read(text)
    assert root is not None
    assert mistakes == []
    return root.plain()


def test_the_published_schema_is_what_the_models_give() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == written(), (
        "run: python -m scanner.config > schema/envsplit.schema.json"
    )


def test_the_documentation_lists_what_the_models_have() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.endswith("-->\n\n" + reference()), (
        "replace the last part by: python -m scanner.config reference"
    )


def test_every_example_file_in_the_documentation_is_sound() -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    assert blocks
    for block in blocks:
        parse(block, "documentation")


def test_the_example_is_sound_and_valid(validator: jsonschema.Draft202012Validator) -> None:
    load(EXAMPLE)
    validator.validate(plain(EXAMPLE.read_text(encoding="utf-8")))


def test_the_example_shows_every_key() -> None:
    text = EXAMPLE.read_text(encoding="utf-8")
    schema = json_schema()
    hidden = {"AzureSource", "GcpSource", "ClusterSource", "GithubSource", "ValohaiSource", "Assume"}
    rare = {"profile", "session_name", "read", "accounts", "projects", "organizations", "max_concurrency"}
    for name, definition in schema["$defs"].items():
        for key in definition.get("properties", {}):
            if name not in hidden and key not in rare:
                assert re.search(rf"\b{key}:", text), f"{name}.{key}"


def test_the_example_leads_editors_to_the_schema() -> None:
    first = EXAMPLE.read_text(encoding="utf-8").partition("\n")[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found is not None
    assert (EXAMPLE.parent / found[1]).resolve() == SCHEMA.resolve()


def test_every_key_is_described() -> None:
    schema = json_schema()
    assert schema["$id"].startswith("urn:envsplit:")
    for name, definition in {"": schema, **schema["$defs"]}.items():
        for choice in definition.get("anyOf", [definition]):
            for key, part in choice.get("properties", {}).items():
                assert part.get("description"), f"{name}.{key}"


def test_the_schema_knows_the_choices() -> None:
    environment = json_schema()["$defs"]["EnvironmentDeclaration"]
    assert environment["properties"]["tier"]["enum"] == ["production", "nonproduction", "control"]
    assert environment["additionalProperties"] is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("tier: production", "tire: production"),
        ("tier: production", "tier: prod"),
        ("[443, 8000-8100]", "[https]"),
        ('["222222222222"]', "[222222222222]"),
        ("access: [read]", "access: []"),
        ("  ana:", "  an.a:"),
        ("    reason: models\n", ""),
        ("[eu-west-1]", "[]"),
        ("    data: {readable_from: [dev]}", "    keys: {max_age: 90}"),
        ("version: 1", "version: 2"),
        ("tags: {environment: [dev]}", "tags: {environment: []}"),
    ],
)
def test_schema_and_loader_refuse_the_same(
    validator: jsonschema.Draft202012Validator, sound: str, old: str, new: str
) -> None:
    assert validator.is_valid(plain(sound))
    text = sound.replace(old, new)
    assert not validator.is_valid(plain(text))
    with pytest.raises(ConfigError):
        parse(text, "e.yaml")


def test_the_levels_of_access_are_those_of_the_model() -> None:
    assert get_args(Access) == ACCESS
