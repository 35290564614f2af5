"""What could not be listed of compute hides as far as it could matter, and no farther."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from facts.watched import PROD, REGION, estate, marks, thing
from scanner.model.estate import Resource, Unlisted
from scanner.model.snapshot import Gap, Reason, Scope

ROLE = f"arn:aws:iam::{PROD}:role/worker"
LISTINGS = {"workload": ("batch:DescribeJobDefinitions", "lambda:ListFunctions")}


def role(service: str = "lambda.amazonaws.com") -> Resource:
    statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    attrs: dict[str, Any] = {"type": "role", "service_linked": False, "instance_profiles": []}
    return thing("identity", ROLE, region="global", trust=trust, **attrs)


def used(*gaps: Gap) -> Any:
    hidden = Unlisted("workload", Scope("aws", PROD, REGION), gaps, "prod")
    found = replace(estate(role(), unlisted=[hidden]), reads=LISTINGS)
    mark = marks("workload_identities", found)[ROLE, "workload_identity"]
    return "unknown" if mark.unknown else mark.value


def gap(kind: str, call: str, reason: Reason = Reason.DENIED) -> Gap:
    return Gap(Scope("aws", PROD, REGION), kind, call, call, reason)


@pytest.mark.parametrize(
    ("gaps", "answer"),
    [
        ([gap("lambda.function", "lambda:ListFunctions")], "unknown"),
        ([gap("batch.job_definition", "batch:DescribeJobDefinitions")], False),
        ([gap("*", "sts:AssumeRole", Reason.UNREACHED)], "unknown"),
        ([], "unknown"),
    ],
    ids=["its service", "another service", "nothing was read", "nobody asked"],
)
def test_a_function_that_was_not_listed_may_act_as_a_role_of_functions(gaps: list[Gap], answer: Any) -> None:
    assert used(*gaps) == answer


@pytest.mark.parametrize(
    ("attrs", "answer"),
    [({"sized": True}, True), ({"sized": False}, False), ({"unknown": {"sized": ()}}, "unknown")],
)
def test_a_policy_on_images_holds_where_a_pool_has_machines(attrs: dict[str, Any], answer: Any) -> None:
    pool = thing("node_pool", f"arn:aws:autoscaling:{REGION}:{PROD}:autoScalingGroup:x/y", **attrs)
    policy = thing("image_policy", f"aws/{PROD}/{REGION}/image_policy", state="enabled")
    mark = marks("machine_policies", estate(pool, policy))[policy.id, "own"]
    assert ("unknown" if mark.unknown else mark.value) == answer


ALLOW = {"Effect": "Allow", "Action": "sts:AssumeRole"}


@pytest.mark.parametrize(
    "said", [{**ALLOW, "Principal": "*"}, {**ALLOW, "NotPrincipal": {"AWS": PROD}}, "not understood"]
)
def test_a_function_that_was_not_listed_may_act_as_a_role_of_anybody(said: Any) -> None:
    trust = {"Version": "2012-10-17", "Statement": [said]}
    held = thing("identity", ROLE, region="global", trust=trust, type="role", service_linked=False)
    missing = gap("lambda.function", "lambda:ListFunctions")
    hidden = Unlisted("workload", Scope("aws", PROD, REGION), (missing,), "prod")
    found = replace(estate(held, unlisted=[hidden]), reads=LISTINGS)
    assert marks("workload_identities", found)[ROLE, "workload_identity"].unknown


@pytest.mark.parametrize(
    "issuer",
    [
        "oidc.eks.eu-west-1.amazonaws.com/id/ML",
        "oidc-eks.eu-west-1.api.aws/id/ML",
        "oidc-eks.eu-west-1.amazonaws.com/id/ML",
    ],
)
@pytest.mark.parametrize(("seen", "answer"), [(True, True), (False, "unknown")])
def test_pods_of_a_cluster_act_as_a_role_that_accepts_its_tokens(
    issuer: str, seen: bool, answer: Any
) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": f"arn:aws:iam::{PROD}:oidc-provider/{issuer}"},
        "Action": "sts:AssumeRoleWithWebIdentity",
    }
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    attrs: dict[str, Any] = {"type": "role", "service_linked": False, "instance_profiles": []}
    taken = thing("identity", ROLE, region="global", trust=trust, **attrs)
    cluster = thing("cluster", f"arn:aws:eks:{REGION}:{PROD}:cluster/ml", issuer=issuer)
    scope, call = Scope("aws", PROD, REGION), "eks:DescribeCluster"
    lost = Gap(scope, "eks.cluster", call, call, Reason.DENIED)
    hidden = replace(cluster, attrs={}, unknown={"issuer": (lost,)})
    found = marks("workload_identities", estate(taken, cluster if seen else hidden))
    mark = found[ROLE, "workload_identity"]
    assert ("unknown" if mark.unknown else mark.value) == answer
