"""The JSON Schema of the environment file, which editors complete and check with.

``python -m scanner.config`` writes it out; ``schema/envsplit.schema.json`` is its output.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from scanner.config.file import EnvironmentFile

ID = "urn:envsplit:schema:environment-file:1"


class _Draft(GenerateJsonSchema):
    """Says no more than a reader needs: no titles that repeat keys, and no names beyond the pattern."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        shape = super().dict_schema(schema)
        if "patternProperties" in shape:
            shape.pop("propertyNames", None)
            shape["additionalProperties"] = False
        return shape


@cache
def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) with titles, descriptions, choices, defaults and examples.

    Made once: copy it before changing it.
    """
    schema = EnvironmentFile.model_json_schema(by_alias=True, schema_generator=_Draft)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        **schema,
        "title": "envsplit environment file",
    }


def written() -> str:
    """The schema as the file in the repository holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"
