"""What may cross between environments: declared services, and declared flows."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from scanner.config.entry import Entry
from scanner.config.names import PORT_PATTERN, Access, Name, Pattern, Port, Text
from scanner.config.selectors import Match
from scanner.model.estate import Flow

Purpose = Literal[
    "ci", "logging", "monitoring", "identity", "registry", "network", "management", "backup", "other"
]
AccessTo = dict[str, tuple[Access, ...]]
"""Environment -> levels of access."""


def _as_text(value: object) -> object:
    """Ports are the one place where a bare number is what people mean."""
    if isinstance(value, list):
        return tuple(str(item) if type(item) is int else item for item in value)
    return value


Ports = Annotated[
    tuple[Port, ...],
    BeforeValidator(_as_text),
    WithJsonSchema(
        {
            "type": "array",
            "items": {
                "type": ["string", "integer"],
                "minimum": 0,
                "maximum": 65_535,
                "pattern": PORT_PATTERN,
            },
        }
    ),
]


class ServiceDeclaration(Entry):
    """Something that legitimately serves several environments: CI, logging, identity, a registry."""

    purpose: Purpose = Field(description="What it is for.")
    match: Match = Field(default_factory=Match, description="What belongs to it, per provider.")
    allows: AccessTo = Field(
        default_factory=dict,
        description="What each environment may do at the service: environment -> levels of access.",
    )
    may: AccessTo = Field(
        default_factory=dict,
        description="What the service may do in each environment: environment -> levels of access.",
    )
    owner: Text | None = Field(default=None, description="Who answers for it.")


class FlowDeclaration(Entry):
    """An allowed crossing from one environment to another. Flows do not compose."""

    name: Name = Field(description="A name of its own; findings cite it.")
    source: str = Field(alias="from", description="The environment it starts in.")
    target: str = Field(alias="to", description="The environment it ends in.")
    access: tuple[Access, ...] = Field(min_length=1, description="The levels of access it allows.")
    resources: tuple[Pattern, ...] = Field(
        default=(),
        description="Ids of what may be reached, * and ? allowed. Empty: everything.",
        examples=[["arn:aws:s3:::models-*"]],
    )
    ports: Ports = Field(
        default=(), description="Ports that a network crossing may use (443, 8000-8100, 53/udp). Empty: all."
    )
    via: str | None = Field(
        default=None,
        description="The service it goes through. Without one, paths through services stay forbidden.",
    )
    reason: Text = Field(description="Why it is needed: an auditor will ask.")
    owner: Text = Field(description="Who answers for it.")

    def as_flow(self) -> Flow:
        """The flow as the estate has it."""
        return Flow(
            name=self.name,
            source=self.source,
            target=self.target,
            access=self.access,
            resources=self.resources,
            ports=self.ports,
            via=self.via,
        )
