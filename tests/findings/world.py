"""A small estate after the guide, with a verdict of every sort on it: what findings are tested on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from scanner.model.estate import Environment, Estate, Resource, Unlisted
from scanner.model.facts import Crossing, Facts, Mark, Step
from scanner.model.logic import Tri, Verdict
from scanner.model.rule import CrossingVerdict, RuleVerdict
from scanner.model.snapshot import Gap, Reason, Scope, Source

DEV, PROD, CI, STRAY = "111111111111", "222222222222", "333333333333", "444444444444"
AS_OF = "2026-11-24T05:00:00Z"


def part(account: str, kind: str, region: str = "global") -> str:
    return f"parts/aws/{account}/{region}/{kind}.jsonl"


def role(account: str, name: str) -> str:
    return f"arn:aws:iam::{account}:role/{name}"


WORKER = role(DEV, "ValohaiWorkerRole-dev")
TRAINER = role(DEV, "trainer")
ETL = role(PROD, "prod-etl")
DEPLOY = role(PROD, "prod-deploy")
ARTIFACTS = "arn:aws:s3:::valohai-prod-artifacts"
RAW = "arn:aws:s3:::prod-raw-data"
ANA = f"arn:aws:iam::{PROD}:user/ana"

POLICY_DENIED = Gap(
    Scope("aws", PROD, "global"), "s3.bucket", "s3:GetBucketPolicy", "s3:GetBucketPolicy", Reason.DENIED, RAW
)
ROUTES_DENIED = Gap(
    Scope("aws", PROD, "eu-west-1"),
    "ec2.route_table",
    "ec2:DescribeRouteTables",
    "ec2:DescribeRouteTables",
    Reason.DENIED,
)
IMAGES_DENIED = Gap(
    Scope("aws", PROD, "us-east-1"),
    "ecr.repository",
    "ecr:DescribeRepositories",
    "ecr:DescribeRepositories",
    Reason.DENIED,
)


def resource(id_: str, kind: str, account: str, environment: str | None, line: int, **attrs: Any) -> Resource:
    native = {
        "store": "s3.bucket",
        "person": "iam.user",
        "credential": "iam.user",
        "boundary": "organizations.account",
    }
    return Resource(
        id=id_,
        kind=kind,
        name=id_.rsplit(":", 1)[-1].rsplit("/", 1)[-1],
        scope=Scope("aws", account, "global"),
        attrs=attrs,
        source=Source(part(account, native.get(kind, kind)), line, "/data"),
        pointers={attr: f"/data/{attr}" for attr in attrs},
        environment=environment,
    )


def step(source: str, target: str, by: str, at: tuple[str, str, int], **more: Any) -> Step:
    account, kind, line = at
    region = "eu-west-1" if kind.startswith("ec2.") else "global"
    return Step(source, target, by, Source(part(account, kind, region), line, "/data"), **more)


def crossing(fact: str, border: str, steps: tuple[Step, ...], **more: Any) -> Crossing:
    given = {
        "fact": fact,
        "source_env": "dev",
        "target_env": "prod",
        "border": border,
        "state": Tri.YES,
        "access": ("assume",),
        "sources": (steps[0].source_id,),
        "targets": (steps[-1].target_id,),
        "steps": steps,
    }
    return Crossing(**{**given, **more})


CHAIN = crossing(
    "identity_paths",
    f"{WORKER}/inline/launch#AssumeEtl",
    (
        step(TRAINER, WORKER, "pass-role in managed policy trainers", (DEV, "iam.role", 3)),
        step(WORKER, ETL, "inline policy launch, statement AssumeEtl", (DEV, "iam.role", 4)),
        step(ETL, ARTIFACTS, "inline policy etl, statement WriteArtifacts", (PROD, "iam.role", 9)),
    ),
    access=("assume", "read", "write"),
    sources=(TRAINER, WORKER, role(DEV, "notebook")),
    targets=(RAW, ARTIFACTS),
    closes=(f"{WORKER}/inline/launch#AssumeEtl",),
    smallest=True,
)
LATENT = crossing(
    "identity_paths",
    f"{WORKER}/inline/launch#AssumeDeploy",
    (
        step(WORKER, DEPLOY, "inline policy launch, statement AssumeDeploy", (DEV, "iam.role", 4)),
        step(
            DEPLOY,
            DEPLOY,
            "trust of prod-deploy, which does not name it",
            (PROD, "iam.role", 8),
            state=Tri.NO,
        ),
    ),
    latent=True,
)
OPEN = crossing(
    "identity_paths",
    f"{TRAINER}/inline/tagged#ByTag",
    (
        step(
            TRAINER,
            ETL,
            "statement ByTag under a condition on aws:PrincipalTag",
            (DEV, "iam.role", 3),
            state=Tri.UNKNOWN,
        ),
    ),
    state=Tri.UNKNOWN,
)
ASSUMED = crossing(
    "identity_paths",
    f"{ARTIFACTS}/policy#AllowDevRead",
    (step(WORKER, ARTIFACTS, "bucket policy, statement AllowDevRead", (PROD, "s3.bucket", 2)),),
    access=("read",),
    assumed=("scp absent",),
)
NETWORK = crossing(
    "network_paths",
    "pcx-0a1b2c3d",
    (
        step("subnet-dev-a", "rtb-dev", "route table of the subnet", (DEV, "ec2.subnet", 1)),
        step("rtb-dev", "pcx-0a1b2c3d", "route 10.20.0.0/16", (DEV, "ec2.route_table", 1)),
        step("pcx-0a1b2c3d", "vpc-prod", "active peering", (DEV, "ec2.vpc_peering_connection", 1)),
        step("vpc-prod", "acl-prod", "route 10.10.0.0/16 back", (PROD, "ec2.route_table", 2)),
        step("acl-prod", "sg-prod-db", "network ACL entry 100 allows tcp", (PROD, "ec2.network_acl", 1)),
        step(
            "sg-prod-db", "eni-prod-db", "ingress tcp 5432 from 10.10.0.0/16", (PROD, "ec2.security_group", 4)
        ),
    ),
    access=("connect",),
    detail={"ports": "tcp 5432"},
)
STORE = crossing(
    "store_access",
    f"{WORKER}/inline/launch#AssumeEtl",
    CHAIN.steps,
    access=("write",),
    targets=(ARTIFACTS,),
)

FACTS: Mapping[str, Facts] = {
    "identity_paths": Facts(crossings=(CHAIN, LATENT, OPEN, ASSUMED)),
    "network_paths": Facts(crossings=(NETWORK,), blind={"prod->dev": (ROUTES_DENIED,)}),
    "store_access": Facts(crossings=(STORE,)),
    "production_reach": Facts(
        marks=(
            Mark(
                ANA,
                "demands_mfa",
                value=False,
                steps=(step(ANA, ETL, "trust of prod-etl asks for no MFA", (PROD, "iam.role", 9)),),
            ),
        )
    ),
}

RESOURCES = (
    resource(
        ARTIFACTS, "store", PROD, "prod", 2, versioning="Suspended", logging=False, encryption="aws:kms"
    ),
    Resource(
        id=RAW,
        kind="store",
        name="prod-raw-data",
        scope=Scope("aws", PROD, "global"),
        attrs={"versioning": "Enabled"},
        unknown={"public_access": (POLICY_DENIED,)},
        source=Source(part(PROD, "s3.bucket"), 1, "/data"),
        pointers={"versioning": "/data/GetBucketVersioning/Status"},
        environment="prod",
    ),
    resource(ANA, "person", PROD, "prod", 5, mfa_registered=False),
    resource(
        f"{ANA}/access_key_1", "credential", PROD, "prod", 5, rotated_at="2026-01-02T03:04:05Z", active=True
    ),
    resource(STRAY, "boundary", "999999999999", None, 4, parent="ou-1", organization="o-1"),
)
UNLISTED = Unlisted("registry", Scope("aws", PROD, "us-east-1"), (IMAGES_DENIED,), environment="prod")


def estate(*more: Resource) -> Estate:
    resources = sorted((*RESOURCES, *more), key=lambda item: item.id)
    kinds = sorted({item.kind for item in resources})
    return Estate(
        resources={kind: tuple(item for item in resources if item.kind == kind) for kind in kinds},
        by_id={item.id: item for item in resources},
        unlisted=(UNLISTED,),
        gaps=(POLICY_DENIED, ROUTES_DENIED, IMAGES_DENIED),
        environments={
            "dev": Environment("dev", "nonproduction", owner="ml-team@example.com"),
            "prod": Environment("prod", "production", owner="ml-platform@example.com"),
        },
        services={"ci": {"owner": "ci@example.com", "purpose": "ci"}},
        flows=(),
        places={DEV: "dev", PROD: "prod", CI: "service:ci", STRAY: None},
        as_of=AS_OF,
    )


FAIL, UNKNOWN, PASS = Verdict.FAIL, Verdict.UNKNOWN, Verdict.PASS
VERDICTS = (
    RuleVerdict(
        "iso/identity_paths",
        "path",
        "dev->prod",
        FAIL,
        crossings=(
            CrossingVerdict(CHAIN.id, FAIL),
            CrossingVerdict(LATENT.id, FAIL, latent=True),
            CrossingVerdict(OPEN.id, UNKNOWN),
            CrossingVerdict(ASSUMED.id, FAIL),
        ),
    ),
    RuleVerdict("iso/identity_paths", "path", "prod->dev", PASS),
    RuleVerdict(
        "iso/network_paths", "path", "dev->prod", FAIL, crossings=(CrossingVerdict(NETWORK.id, FAIL),)
    ),
    RuleVerdict("iso/network_paths", "path", "prod->dev", UNKNOWN),
    RuleVerdict("iso/assignment", "assigned", STRAY, FAIL, evidence=("parent",)),
    RuleVerdict("img/registry_scanning", "scanning", UNLISTED.id, UNKNOWN, gaps=(IMAGES_DENIED.id,)),
    RuleVerdict("acc/mfa", "registered", ANA, FAIL, evidence=("mfa_registered",)),
    RuleVerdict("acc/mfa", "demanded", ANA, UNKNOWN, evidence=("demands_mfa",)),
    RuleVerdict("dat/foreign_access", "write", ARTIFACTS, FAIL, crossings=(CrossingVerdict(STORE.id, FAIL),)),
    RuleVerdict("dat/foreign_access", "write", RAW, PASS),
    RuleVerdict("dat/store_integrity", "versioning", ARTIFACTS, FAIL, evidence=("versioning",)),
    RuleVerdict("dat/store_integrity", "versioning", RAW, PASS, evidence=("versioning",)),
    RuleVerdict("dat/store_integrity", "public", ARTIFACTS, PASS),
    RuleVerdict("dat/store_integrity", "public", RAW, UNKNOWN, evidence=("public_access",)),
    RuleVerdict("dat/store_integrity", "logging", ARTIFACTS, FAIL, evidence=("logging",)),
    RuleVerdict("dat/store_integrity", "encryption", ARTIFACTS, PASS),
    RuleVerdict(
        "key/rotation",
        "age",
        f"{ANA}/access_key_1",
        FAIL,
        evidence=("rotated_at",),
        detail={"days": 326, "limit": "90 days"},
    ),
)


@dataclass(frozen=True)
class Attestation:
    evidence: str
    owner: str
    date: str
    expires: str


@dataclass(frozen=True)
class Config:
    """The one question that findings ask of the environment file."""

    vouched: Mapping[tuple[str, str], Attestation] = field(default_factory=dict)

    def attested(self, check: str, subject: str, on: date, since: date = date.min, /) -> Attestation | None:
        found = self.vouched.get((check, subject))
        holds = found and since.isoformat() <= found.date <= on.isoformat() < found.expires
        return found if holds else None


ATTESTATION = Attestation(
    "okta policy export, ticket SEC-12", "security@example.com", "2026-11-01", "2027-05-01"
)
CONFIG = Config({("ACC-005/demanded", ANA): ATTESTATION})
