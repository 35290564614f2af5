"""An environment as declared: its tier, what belongs to it, and what holds in it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from scanner.config.declarations import Costs, Data, Images, Keys, Principals, Quotas
from scanner.config.entry import Entry
from scanner.config.names import Name, Pattern, Text, Tier
from scanner.config.selectors import Match


class EnvironmentDeclaration(Entry):
    """A named set of boundaries and selectors with a tier, and what is declared to hold in it."""

    tier: Tier = Field(
        description="production: what is protected most. nonproduction: everything before it. "
        "control: manages the others, so paths that start in it are expected."
    )
    owner: Text | None = Field(default=None, description="Who answers for it; findings are sent there.")
    group: Name | None = Field(
        default=None, description="Environments of one group (prod-eu, prod-us) may share what they need."
    )
    match: Match = Field(default_factory=Match, description="What belongs to it, per provider.")
    images: Images = Field(default_factory=Images, description="Which images its workloads may run.")
    keys: Keys = Field(
        default_factory=Keys, description="How old keys and secrets may grow, and who reads them."
    )
    data: Data = Field(default_factory=Data, description="Who may read its data, and what is read-only.")
    quotas: Quotas = Field(
        default_factory=Quotas, description="Its share of a boundary it does not have alone."
    )
    costs: Costs = Field(default_factory=Costs, description="How its machines are chosen and when they stop.")
    branches: tuple[Pattern, ...] | None = Field(
        default=None,
        description="Branches its projects and deployments are taken from. null: undeclared.",
        examples=[["main"]],
    )
    release_tags: tuple[Pattern, ...] | None = Field(
        default=None,
        description="Tags or releases its deployments may be taken from. null: undeclared.",
        examples=[["v*"]],
    )
    promotion: Literal["promote", "regenerate"] | None = Field(
        default=None,
        description="promote: data and models are copied in from elsewhere. regenerate: they are made anew "
        "here. null: undeclared.",
    )
    triggers: tuple[Literal["merge", "release", "schedule", "manual"], ...] | None = Field(
        default=None, description="What may start its pipelines. null: undeclared."
    )
    identity_providers: tuple[Pattern, ...] | None = Field(
        default=None,
        description="Identity providers that people sign in with (ids or URLs, * allowed). null: undeclared.",
    )
    people: Principals | None = Field(
        default=None,
        description="Who may change things in it; also groups of a directory (ARNs). null: undeclared, "
        "[] nobody.",
    )
    administrators: Principals | None = Field(
        default=None,
        description="Its break-glass set: who may hold full rights. null: undeclared, [] nobody.",
    )
    launchers: Principals | None = Field(
        default=None, description="Who may launch or schedule its pipelines. null: undeclared, [] nobody."
    )
    promoters: Principals | None = Field(
        default=None, description="Who may promote data, models or code into it. null: undeclared, [] nobody."
    )
