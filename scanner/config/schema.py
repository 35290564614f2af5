"""The JSON Schema of the environment file, which editors complete and check with.

``python -m scanner.config.schema`` writes it out; ``schema/envsplit.schema.json`` is its output.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from scanner.config.file import EnvironmentFile

ID = "urn:envsplit:schema:environment-file:1"


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12) with titles, descriptions, choices, defaults and examples."""
    schema = EnvironmentFile.model_json_schema(by_alias=True, mode="validation")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        **schema,
        "title": "envsplit environment file",
    }


def written() -> str:
    """The schema as the file in the repository holds it."""
    return json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(written())
