"""What tests of the roads between environments add to the estates of identity facts."""

from __future__ import annotations

from typing import Any

from facts.estates import DEV, World
from scanner.model.estate import Environment, Unlisted
from scanner.model.snapshot import Gap, Reason, Scope


def declare(world: World, name: str, **settings: Any) -> None:
    """Give an environment declarations."""
    old = world.environments[name]
    world.environments[name] = Environment(name, old.tier, old.group, settings={**old.settings, **settings})


def store(world: World, name: str, account: str, tags: dict[str, str] | None = None, **attrs: Any) -> str:
    """A bucket that copies nowhere unless told."""
    unknown = attrs.pop("unknown", None)
    return world.add(
        f"arn:aws:s3:::{name}", "store", account, {"replication": [], **attrs}, unknown=unknown, tags=tags
    )


def pipeline(world: World, name: str, account: str, **attrs: Any) -> str:
    """A pipeline that reads and writes nothing, takes no code and starts by nothing unless told."""
    unknown = attrs.pop("unknown", None)
    full = {
        "type": "sagemaker_pipeline",
        "inputs": [],
        "outputs": [],
        "sources": [],
        "triggers": [],
        **attrs,
    }
    return world.add(
        f"arn:aws:sagemaker:eu-west-1:{account}:pipeline/{name}", "pipeline", account, full, unknown=unknown
    )


def job(world: World, name: str, account: str, **attrs: Any) -> str:
    """A training job that reads and writes nothing unless told."""
    unknown = attrs.pop("unknown", None)
    full = {"type": "training", "inputs": [], "outputs": [], "artifacts": [], **attrs}
    return world.add(
        f"arn:aws:sagemaker:eu-west-1:{account}:training-job/{name}", "job", account, full, unknown=unknown
    )


def share(world: World, account: str, *principals: str, **attrs: Any) -> str:
    """A share of a database with others."""
    unknown = attrs.pop("unknown", None)
    full = {
        "type": "ram",
        "resources": [f"arn:aws:rds:eu-west-1:{account}:db:features"],
        "principals": list(principals),
        "pending": [],
        "external": True,
        **attrs,
    }
    return world.add(
        f"arn:aws:ram:eu-west-1:{account}:resource-share/1", "share", account, full, unknown=unknown
    )


def hidden(world: World, kind: str, account: str = DEV, native: str = "") -> Gap:
    """A listing of a kind (of one native kind) that failed in an account."""
    scope = Scope("aws", account, "eu-west-1")
    call = f"{native.partition('.')[0] or 'some'}:List"
    gap = Gap(scope, native or kind, call, call, Reason.DENIED)
    place = world.places.get(account)
    service = place.removeprefix("service:") if place and place.startswith("service:") else None
    world.unlisted.append(Unlisted(kind, scope, (gap,), None if service else place, service))
    return gap
