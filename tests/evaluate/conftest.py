"""A small policy directory and small estates."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest

from scanner.evaluate import Catalogue, load_catalogue
from scanner.model.estate import Environment, Estate, Resource, Unlisted
from scanner.model.facts import Crossing, Facts, Step
from scanner.model.logic import Tri
from scanner.model.snapshot import Gap, Reason, Scope, Source

HERE = Path(__file__).parent
SCOPE = Scope("aws", "222222222222", "global")
GAP = Gap(
    SCOPE, "s3.bucket", "s3:GetBucketVersioning", "s3:GetBucketVersioning", Reason.DENIED, "arn:aws:s3:::x"
)
ENVIRONMENTS = {
    "dev": Environment("dev", "nonproduction", settings={"keys": {"max_age_days": 90}}),
    "prod": Environment("prod", "production"),
}


def _lay_out(folder: Path) -> Path:
    shutil.copytree(HERE / "policies", folder / "policies")
    entry = HERE.parents[1] / "policies" / "rego" / "envsplit"
    shutil.copytree(entry, folder / "policies" / "rego" / "envsplit")
    return folder / "policies" / "rego"


@pytest.fixture
def policies(tmp_path: Path) -> Path:
    """A policy directory of two rules that a test may change, with the real entry point."""
    return _lay_out(tmp_path)


@pytest.fixture
def versioned(policies: Path) -> Path:
    """The file of rule DAT-901."""
    return policies / "rules" / "dat" / "versioned" / "versioned.rego"


@pytest.fixture(scope="session")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    """The two rules, unchanged."""
    return load_catalogue(_lay_out(tmp_path_factory.mktemp("catalogue")))


@pytest.fixture
def gap() -> Gap:
    return GAP


@pytest.fixture
def store() -> Callable[..., Resource]:
    """A store by name, of production unless told otherwise; ``None`` leaves an attribute out."""

    def make(
        name: str,
        *,
        environment: str | None = "prod",
        service: str | None = None,
        unknown: Mapping[str, tuple[Gap, ...]] | None = None,
        **attrs: Any,
    ) -> Resource:
        known = {"versioning": "Enabled", "logging": True, "encryption": "AES256"} | attrs
        hidden = unknown or {}
        return Resource(
            id=f"arn:aws:s3:::{name}",
            kind="store",
            name=name,
            scope=SCOPE,
            attrs={attr: value for attr, value in known.items() if attr not in hidden},
            unknown=hidden,
            environment=environment,
            service=service,
        )

    return make


@pytest.fixture
def estate_of() -> Callable[..., Estate]:
    """An estate of these resources, unlisted scopes and environments."""

    def make(
        resources: Iterable[Resource] = (),
        unlisted: Iterable[Unlisted] = (),
        environments: Mapping[str, Environment] = ENVIRONMENTS,
    ) -> Estate:
        kinds: dict[str, list[Resource]] = {}
        for resource in resources:
            kinds.setdefault(resource.kind, []).append(resource)
        return Estate(
            resources={kind: tuple(sorted(found, key=lambda one: one.id)) for kind, found in kinds.items()},
            by_id={one.id: one for found in kinds.values() for one in found},
            unlisted=tuple(unlisted),
            gaps=(GAP,),
            environments=environments,
            services={},
            flows=(),
            places={},
            as_of="2026-11-24T05:00:00Z",
        )

    return make


@pytest.fixture
def crossing() -> Callable[..., Crossing]:
    """A crossing dev->prod over a border."""

    def make(border: str = "policy/x#Open", **changes: Any) -> Crossing:
        state = changes.pop("state", Tri.YES)
        gaps = (GAP,) if state is Tri.UNKNOWN else ()
        values: dict[str, Any] = {
            "fact": "paths",
            "source_env": "dev",
            "target_env": "prod",
            "border": border,
            "state": state,
            "access": ("assume",),
            "sources": ("a",),
            "targets": ("b",),
            "steps": (Step("a", "b", "trust", Source("p", 1), state, gaps),),
        }
        return Crossing(**(values | changes))

    return make


@pytest.fixture
def no_paths() -> dict[str, Facts]:
    return {"paths": Facts()}
