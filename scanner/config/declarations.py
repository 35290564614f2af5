"""What is declared to hold in an environment: images, keys, data, quotas, costs. Defaults are safe.

Where a default would be a guess, it is ``null``: undeclared, and reported as such.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from scanner.config.durations import Age, Span
from scanner.config.entry import Entry
from scanner.config.names import Pattern

Principals = tuple[
    Annotated[
        str,
        Field(
            pattern=r"^\S+$",
            description="A name under people, or an identity (ARN, email, ...), * allowed.",
            examples=["ana", "arn:aws:iam::*:role/Deployer"],
        ),
    ],
    ...,
]
"""Names under ``people``, or patterns over identities."""


class Images(Entry):
    """Which container images workloads may run, and how well they must be scanned."""

    approved: tuple[Pattern, ...] | None = Field(
        default=None,
        description="Approved images: registry, repository or digest, * allowed. null: undeclared.",
        examples=[["222222222222.dkr.ecr.eu-west-1.amazonaws.com/approved/*"]],
    )
    scan_max_age: Age = Field(default=Age(30), description="A scan older than this counts as none.")
    max_severity: Literal["critical", "high", "medium", "low"] = Field(
        default="high", description="An image with a finding of this severity or worse may not run."
    )
    publishers: Principals | None = Field(
        default=None, description="Who may push to the approved registries. null: undeclared, [] nobody."
    )
    pulled_from: tuple[str, ...] = Field(
        default=(), description="Other environments that may pull from this one's registries."
    )


class Keys(Entry):
    """How long keys and secrets may live, and who may read them."""

    max_age: Age = Field(default=Age(90), description="Keys and secrets are rotated within this.")
    unused_after: Age = Field(default=Age(45), description="Keys unused for longer must be disabled.")
    review_every: Age = Field(default=Age(90), description="Key use is reviewed at least this often.")
    log_retention: Age = Field(
        default=Age(365), description="Records of key use are kept at least this long."
    )
    readers: Principals | None = Field(
        default=None, description="Who may read its secrets. null: undeclared, [] nobody."
    )


class Data(Entry):
    """Who may read the data, and what protects it."""

    readable_from: tuple[str, ...] = Field(
        default=(), description="Other environments that may read this one's data; writing takes a flow."
    )
    read_only: tuple[Pattern, ...] = Field(
        default=(), description="Stores (ids, * allowed) that are read-only even to this environment."
    )
    shared: tuple[Pattern, ...] = Field(
        default=(), description="Datasets, aliases and models (ids, * allowed) that others may use."
    )
    validation: tuple[Pattern, ...] | None = Field(
        default=None,
        description="Evidence of validation on its datasets (tags or aliases, * allowed). null: undeclared.",
    )


class Quotas(Entry):
    """What an environment may use of a boundary that it does not have alone."""

    share: Annotated[int, Field(ge=1, le=100)] | None = Field(
        default=None, description="Percent of a shared boundary it may use at most. null: undeclared."
    )


class Costs(Entry):
    """How machines are chosen, and when they stop by themselves."""

    idle_after: Span = Field(
        default=Span(hours=2), description="Idle machines stop after this, outside production."
    )
    spot: bool | None = Field(
        default=None,
        description="true: spot or preemptible machines; false: on demand only. null: undeclared.",
    )
    types: tuple[Pattern, ...] | None = Field(
        default=None,
        description="Machine types that may be used, * allowed. null: undeclared.",
        examples=[["t3.*"]],
    )
