"""Promises over every kind at once: nothing is forgotten, nothing is made up, nothing is copied."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from estate import compute, native_keys
from estate.native import (
    BOSS,
    CONFIG,
    DEV,
    PROD,
    account_settings,
    bucket,
    counts,
    details,
    device,
    estate,
    gap,
    identity_center,
    image,
    native,
    organization,
    passwords,
    record,
    registry,
    repository,
    role,
    row,
    tags,
    user,
    without,
)
from estate.native_edges import edges
from estate.native_roads import all_roads
from estate.native_stores import all_stores
from scanner.collect import azure, gcp
from scanner.estate import LISTS, READS, VOCABULARY
from scanner.estate.normaliser import Normaliser, constant
from scanner.estate.providers import NOTHING_OF
from scanner.model.estate import Estate
from scanner.model.snapshot import Record

OPEN = {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}]}
TRAILS = {
    "Statement": [{"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "*"}]
}
EXPIRES = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 400}}
SHUT = {"RestrictPublicBuckets": True, "IgnorePublicAcls": True}
ENHANCED = {
    "scanType": "ENHANCED",
    "rules": [
        {"scanFrequency": "CONTINUOUS_SCAN", "repositoryFilters": [{"filter": "*", "filterType": "WILDCARD"}]}
    ],
}


def world() -> list[Record]:
    """Every native kind, with answers that pass, fail and are absent."""
    arn = f"arn:aws:iam::{PROD}"
    oidc = f"{arn}:oidc-provider/token.actions.githubusercontent.com"
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": OPEN}
    return [
        *organization(),
        account_settings(DEV, **SHUT),
        account_settings(PROD),
        bucket("blocked-by-account", DEV, GetBucketPolicy=OPEN, GetPublicAccessBlock=None),
        bucket("public", PROD, GetBucketPolicy=OPEN, GetPublicAccessBlock=None),
        bucket("open", PROD, GetPublicAccessBlock=None, GetBucketOwnershipControls=None, GetResources=None),
        bucket("trail", PROD, GetBucketPolicy=TRAILS, GetBucketLifecycleConfiguration=[EXPIRES]),
        bucket("blocked", PROD, GetBucketEncryption=None, GetBucketVersioning={}, GetBucketLogging={}),
        registry(),
        repository(on_push=True),
        image(),
        registry(DEV, GetRegistryScanningConfiguration=ENHANCED),
        repository("dev", DEV, on_push=False, GetRepositoryPolicy=OPEN),
        role(Tags=tags(environment="dev")),
        user(GroupList=["engineers"]),
        user("bo"),
        user("cy"),
        details("group", "engineers"),
        details("policy", "read", DefaultVersionId="v1", PolicyVersionList=[version]),
        row(),
        row("bo", mfa_active="false"),
        row("root", access_key_1_active="false", access_key_1_last_rotated="N/A"),
        counts(),
        counts(DEV, AccountMFAEnabled=0, AccountAccessKeysPresent=1),
        device(f"{arn}:user/cy"),
        record("iam.saml_provider", f"{arn}:saml-provider/okta", {"ListSAMLProviders": {}}),
        record("iam.oidc_provider", oidc, {"ListOpenIDConnectProviders": {}, "GetOpenIDConnectProvider": {}}),
        record(
            "iam.role_session",
            f"{arn}:role/worker",
            {"ListRoles": {"Arn": f"{arn}:role/worker", "MaxSessionDuration": 7200}},
        ),
        passwords(MinimumPasswordLength=14, RequireSymbols=True),
        passwords(DEV),
        *identity_center(DEV, PROD),
        *ec2(),
        *edges(),
        *native_keys.everything(),
        *compute.everything(),
        *all_stores(),
        *all_roads(),
    ]


def ec2() -> list[Record]:
    side = {"OwnerId": PROD, "VpcId": "vpc-1", "Region": "eu-west-1", "CidrBlock": "10.0.0.0/16"}
    instance = {
        "ImageId": "ami-1",
        "InstanceType": "t3",
        "State": {"Name": "running"},
        "Tags": tags(env="prod"),
    }
    peering = {"Status": {"Code": "active"}, "RequesterVpcInfo": side, "AccepterVpcInfo": side}
    return [
        native("vpc", "DescribeVpcs", "vpc/vpc-1", CidrBlock="10.0.0.0/16"),
        native("subnet", "DescribeSubnets", "subnet/subnet-1", VpcId="vpc-1", CidrBlock="10.0.1.0/24"),
        native("route_table", "DescribeRouteTables", "route-table/rtb-1", VpcId="vpc-1"),
        native(
            "security_group", "DescribeSecurityGroups", "security-group/sg-1", VpcId="vpc-1", GroupName="db"
        ),
        native("network_acl", "DescribeNetworkAcls", "network-acl/acl-1", VpcId="vpc-1"),
        native(
            "network_interface",
            "DescribeNetworkInterfaces",
            "network-interface/eni-1",
            SourceDestCheck=True,
            VpcId="v",
            SubnetId="s",
        ),
        native("instance", "DescribeInstances", "instance/i-1", **instance),
        native(
            "vpc_peering_connection",
            "DescribeVpcPeeringConnections",
            "vpc-peering-connection/pcx-1",
            **peering,
        ),
    ]


def shown(found: Estate) -> dict[tuple[str, str, str], Any]:
    return {
        (r.kind, r.id, attr): value
        for kind in found.resources.values()
        for r in kind
        for attr, value in r.attrs.items()
    }


def build(records: Iterable[Record], **told: Any) -> Estate:
    return estate(*records, config=CONFIG, asked=[DEV, PROD, BOSS], **told)


WORLD = world()
WHOLE = shown(build(WORLD))
KEYS = sorted({(at, key) for at, each in enumerate(WORLD) for key in each.data})
FOLLOW_UPS = {
    ("s3.account_settings", "GetAccountPublicAccessBlock"): "s3control:GetPublicAccessBlock",
    ("scheduler.schedule", "GetSchedule:stop"): "scheduler:GetSchedule",
}


def call_of(kind: str, key: str) -> str:
    if key == "GetResources":
        return "resourcegroupstaggingapi:GetResources"
    return FOLLOW_UPS.get((kind, key), f"{kind.partition('.')[0]}:{key}")


def lacking(cuts: Iterable[tuple[int, str]]) -> Iterator[Record]:
    cut = set(cuts)
    for at, each in enumerate(WORLD):
        kept = each
        for key in each.data:
            if (at, key) in cut:
                kept = without(kept, key)
        yield kept


def test_the_world_has_every_kind_and_each_attribute_is_known_somewhere() -> None:
    found = build(WORLD)
    assert set(found.resources) == set(VOCABULARY) - NOTHING_OF["aws"]
    known = {(kind, attr) for kind, _, attr in WHOLE}
    never = {
        (kind, "tagged_as")
        for kind in ("boundary", "container", "guardrail", "policy", "target_group", "permission_set")
    }
    never |= {(kind, "tagged_as") for kind in ("job",)}
    never |= {
        (kind, "assigned_by") for kind in ("container", "guardrail", "permission_set")
    }  # in an undeclared account
    never |= {
        (kind, "tagged_as") for kind in ("alarm", "budget", "quota", "recorder", "topic", "trail")
    }  # their tags are not collected
    every = {(kind, attr) for kind, attrs in VOCABULARY.items() for attr in attrs}
    assert known == {each for each in every if each[0] not in NOTHING_OF["aws"]} - never


@pytest.mark.parametrize(
    "records", [WORLD, [replace(each, data={}) for each in WORLD]], ids=["whole", "emptied"]
)
def test_each_attribute_is_known_or_unknown_and_never_both(records: list[Record]) -> None:
    for resources in build(records).resources.values():
        for each in resources:
            assert set(each.attrs) | set(each.unknown) == set(VOCABULARY[each.kind]), each.id
            assert not set(each.attrs) & set(each.unknown), each.id
            assert set(each.pointers) <= set(each.attrs), each.id
            assert each.scope.provider == "aws"


def test_pointers_lead_to_something_in_the_line() -> None:
    lines = {(each.source.part, each.id): each for each in WORLD}
    for resources in build(WORLD).resources.values():
        for each in resources:
            homes = [line for (part, _), line in lines.items() if part == each.source.part]
            for attr, pointer in each.pointers.items():
                assert any(leads(line, pointer) for line in homes), (each.id, attr, pointer)


def leads(line: Record, pointer: str) -> bool:
    at: Any = {"id": line.id, "kind": line.kind, "data": line.data}
    for step in pointer.split("/")[1:]:
        at = at[int(step)] if isinstance(at, list) else at.get(step, ...) if isinstance(at, dict) else ...
        if at is ...:
            return False
    return True


SO_FAR = ("contains", "holds_environment", "mixed_in")
"""What is known of a boundary's contents so far; `contains_complete` says whether it is all."""


@pytest.mark.parametrize(("at", "key"), KEYS, ids=str)
def test_an_answer_that_is_gone_only_makes_unknown_what_reads_it(at: int, key: str) -> None:
    call = call_of(WORLD[at].kind, key)
    denied = gap(call, WORLD[at].kind, WORLD[at].id, WORLD[at].scope.boundary, region=WORLD[at].scope.region)
    found = build(lacking([(at, key)]), gaps=[denied])
    after = shown(found)
    for name, value in WHOLE.items():
        if name in after:
            assert after[name] == value or name[2] in SO_FAR, name
            continue
        assert call in READS[f"{name[0]}.{name[2]}"], f"{name} is unknown without {call}"
        unknown = next(each.unknown for each in found.of(name[0]) if each.id == name[1])
        assert unknown[name[2]] == (denied,), name
    for name in after.keys() - WHOLE.keys():
        assert name[1] not in {each[1] for each in WHOLE if each[0] == name[0]}, f"{name} became known"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(KEYS), max_size=12, unique=True))
def test_no_loss_turns_what_is_known_into_something_else(cuts: list[tuple[int, str]]) -> None:
    after = shown(build(lacking(cuts)))
    for name, value in after.items():
        if name[2] in SO_FAR:
            whole = WHOLE.get(name, ())
            assert value <= whole if isinstance(value, bool) else set(value) <= set(whole), name
        elif name in WHOLE:
            assert value == WHOLE[name], name


def test_order_of_records_does_not_matter() -> None:
    turned = build(reversed(WORLD))
    assert turned.resources.keys() == build(WORLD).resources.keys()
    assert shown(turned) == WHOLE


def test_reads_know_every_attribute_and_name_calls_that_are_made() -> None:
    wanted = {f"{kind}.{attr}" for kind, attrs in VOCABULARY.items() for attr in attrs} | set(VOCABULARY)
    assert wanted <= set(READS)
    assert {key for key in READS if key not in wanted} == {f"{kind}.tags" for kind in TAGGABLE}
    made = {call_of(each.kind, key) for each in WORLD for key in each.data} | UNSEEN
    others = {entry.name for provider in (azure, gcp) for entry in provider.call_table()}
    assert {call for calls in READS.values() for call in calls} - others == made
    assert set(LISTS) - others <= made
    assert {"s3:ListBuckets", "s3:GetBucketVersioning"} <= set(READS["store.versioning"])
    assert "s3:GetBucketPolicy" not in READS["store.versioning"]
    assert {call for call, kinds in LISTS.items() if "store" in kinds} == set(READS["store"])
    assert "storage:StorageAccounts" in READS["store"]
    assert {"s3:ListBuckets", "resourcegroupstaggingapi:GetResources"} <= set(READS["store.tags"])
    assert "resourcegroupstaggingapi:GetResources" in READS["image.assigned_by"]


UNSEEN = {
    "iam:GenerateCredentialReport",
    "budgets:DescribeSubscribersForNotification",
    "sso-admin:ListInstances",
    "sso-admin:ListAccountsForProvisionedPermissionSet",
    "sso-admin:ListAccountAssignmentsForPrincipal",
}
"""Calls whose answers are kept under the name of another, or not at all."""
TAGGABLE = (
    *("identity", "identity_provider", "instance", "interface", "network", "network_acl", "peering"),
    *("registry", "route_table", "security_group", "store", "subnet"),
    *("transit_gateway", "transit_attachment", "transit_route_table", "transit_peering"),
    *("endpoint", "endpoint_service", "nat_gateway", "internet_gateway", "vpn_gateway", "prefix_list"),
    *("public_access_exclusion", "flow_log", "load_balancer", "network_firewall"),
    *("key", "log", "secret"),
    *("cluster", "model", "node_pool", "topic", "workload"),
    *("share", "pipeline"),
    *("boundary", "other_resource", "alarm", "bearer", "schedule"),  # of Azure
)


def test_a_normaliser_cannot_forget_an_attribute_or_invent_one() -> None:
    group = {"inline": constant([]), "attached": constant([])}
    Normaliser("iam.group", "group", (), group)
    with pytest.raises(ValueError, match="attached"):
        Normaliser("iam.group", "group", (), {"inline": constant([])})
    with pytest.raises(ValueError, match="colour"):
        Normaliser("iam.group", "group", (), group | {"colour": constant("red")})


def test_glossary_and_schema_are_made_of_the_kinds() -> None:
    command = [sys.executable, "scripts/vocabulary.py", "--check"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")
