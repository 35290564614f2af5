"""An account that environments share by tags, clusters, providers: for tests of who acts as roles."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from facts.estates import DEV, World, document, trust
from scanner.facts import identity_paths, store_access
from scanner.model.estate import Estate
from scanner.model.facts import Crossing

SHARED = "666666666666"
GITHUB = "token.actions.githubusercontent.com"
Json = Any


def shared_world() -> World:
    """One in which an account is nobody's, and tags tell."""
    world = World()
    world.account(SHARED, None)  # type: ignore[arg-type]
    return world


def tagged(world: World) -> Estate:
    """Its estate, in which tags may put things in ``dev`` or ``prod``."""
    return replace(world.estate(), by_tags=frozenset(("dev", "prod")))


def crossings(world: World) -> list[Crossing]:
    return list(identity_paths.derive(tagged(world)).crossings)


def only(world: World) -> Crossing:
    (found,) = crossings(world)
    return found


def stores(world: World) -> list[Crossing]:
    return list(store_access.derive(tagged(world)).crossings)


def blind(world: World, pair: str = "dev->prod") -> tuple[Json, ...]:
    return identity_paths.derive(tagged(world)).blind.get(pair, ())


def runs(world: World, name: str, role: str | None, place: str | None = "dev", **more: Json) -> str:
    """A function of Lambda that runs as a role."""
    attrs = {"type": "lambda", "identity": role}
    arn = f"arn:aws:lambda:eu-west-1:{SHARED}:function:{name}"
    return world.add(arn, "workload", SHARED, attrs, place=place, **more)


def served(world: World, name: str, *statements: Json, service: str = "lambda", **more: Json) -> str:
    """A role that a service may take, of production unless said otherwise."""
    admit = trust({"Service": f"{service}.amazonaws.com"})
    return world.role(SHARED, name, *statements, trust=admit, **{"place": "prod", **more})


def cluster(world: World, account: str = DEV, name: str = "ml", **more: Json) -> tuple[str, str]:
    """An EKS cluster; its ARN and its issuer."""
    issuer = f"oidc.eks.eu-west-1.amazonaws.com/id/{name.upper()}"
    arn = f"arn:aws:eks:eu-west-1:{account}:cluster/{name}"
    attrs = {"type": "eks", "issuer": issuer}
    return world.add(arn, "cluster", account, attrs, region="eu-west-1", **more), issuer


def provider(world: World, account: str, issuer: str, audiences: Json = ("sts.amazonaws.com",)) -> str:
    arn = f"arn:aws:iam::{account}:oidc-provider/{issuer}"
    attrs = {"type": "oidc", "url": issuer, "audiences": list(audiences)}
    return world.add(arn, "identity_provider", account, attrs)


def accepts(account: str, issuer: str, *subjects: str, operator: str = "StringLike", **more: Json) -> Json:
    """A trust policy for the tokens of an issuer, for some subjects or for any."""
    tests = {operator: {f"{issuer}:sub": list(subjects)}} if subjects else {}
    statement = {
        "Sid": "Tokens",
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{account}:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
        **({"Condition": tests} if tests else {}),
        **more,
    }
    return document(statement)


def declare(world: World, environment: str, **settings: Json) -> None:
    held = world.environments[environment]
    world.environments[environment] = replace(held, settings={**held.settings, **settings})
