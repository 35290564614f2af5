"""The words of the file: names, ids, patterns, and the closed choices, each with its spelling."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

WORDING: dict[str, str] = {}
"""Regular expression -> what to tell a person whose value does not match it."""


def spelled(pattern: str, wording: str, *examples: str) -> Any:
    """A field that matches ``pattern``; editors and mistakes show ``wording``."""
    WORDING[pattern] = wording
    return Field(
        pattern=pattern,
        examples=list(examples) or None,
        json_schema_extra={"patternErrorMessage": wording},
    )


class OneOrMore:
    """Marks a tuple that may be written as a list, or as the one item alone."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(self._listed, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        many = handler(schema)
        return {"anyOf": [many["items"], many]}

    @staticmethod
    def _listed(value: object) -> object:
        return (value,) if isinstance(value, str) else tuple(value) if isinstance(value, list) else value


Name = Annotated[
    str,
    spelled(
        r"^[A-Za-z][A-Za-z0-9_-]{0,62}$",
        "a name starts with a letter and holds letters, digits, '-' and '_' only",
    ),
]
Text = Annotated[str, spelled(r"\S", "say something here, an empty text tells nobody anything")]
Pattern = Annotated[str, spelled(r"^\S(.*\S)?$", "a pattern (with * and ? as in a shell) that is not empty")]
Texts = Annotated[
    tuple[Text, ...],
    Field(min_length=1),
    OneOrMore(),
]
"""One text or a list of them, always read as a tuple."""
Tags = dict[str, Texts]
"""Tag key -> the values that select, each a shell-style pattern."""

Account = Annotated[
    str,
    spelled(r"^[0-9]{12}$", "an AWS account id is exactly 12 digits, in quotes", "111111111111"),
]
Subscription = Annotated[
    str,
    spelled(
        r"^[0-9a-fA-F]{8}-([0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$",
        "an Azure subscription id is a GUID, such as 00000000-0000-0000-0000-000000000000",
        "00000000-0000-0000-0000-000000000000",
    ),
]
Number = Annotated[str, spelled(r"^[0-9]+$", "a number of Google Cloud, in quotes", "123456789012")]
Repository = Annotated[
    str, spelled(r"^[^/\s]+/[^/\s]+$", "a repository is owner/name, * allowed", "example/*")
]
RoleArn = Annotated[
    str,
    spelled(
        r"^arn:aws[a-z-]*:iam::(\{account\}|[0-9]{12}):role/\S+$",
        "a role is an ARN, such as arn:aws:iam::{account}:role/EnvsplitAudit",
        "arn:aws:iam::{account}:role/EnvsplitAudit",
    ),
]
Region = Annotated[
    str,
    spelled(
        r"^(enabled|[a-z]{2,}(-[a-z]+)+-[0-9]+)$", "a region, such as eu-west-1, or enabled", "eu-west-1"
    ),
]
PORT_PATTERN = r"^([0-9]{1,5})(-([0-9]{1,5}))?(/(tcp|udp|sctp))?$"
Port = Annotated[
    str,
    spelled(
        PORT_PATTERN,
        "a port or a range of ports, such as 443, 8000-8100 or 53/udp",
        "443",
        "8000-8100",
        "53/udp",
    ),
]
CheckId = Annotated[
    str,
    spelled(
        r"^[A-Z]{3}-[0-9]{3}(/[a-z][a-z0-9_]*)?$",
        "a rule or one of its checks, such as KEY-007 or ACC-005/demanded",
        "ACC-005/demanded",
    ),
]
VariableName = Annotated[
    str,
    spelled(r"^[A-Za-z_][A-Za-z0-9_]*$", "the name of an environment variable, never the token itself"),
]

Boundaries = Literal["accounts", "resource_groups", "namespaces", "organizations"]
Tier = Literal["production", "nonproduction", "control"]
Access = Literal["connect", "assume", "read", "write", "delete", "admin"]
"""The levels of `scanner.model.facts.ACCESS`, as a type."""
