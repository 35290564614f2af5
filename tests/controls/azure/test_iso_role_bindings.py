"""ISO-008: role assignments of one environment that reach into another, over the wire."""

from __future__ import annotations

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.roles import assign, eligible, group_of, identity

RULE = "ISO-008"
OUT, BACK = "dev->prod", "prod->dev"


def _judged(lab: Lab) -> dict[str, str]:
    return {pair: verdict for (_, pair), verdict in lab.judge(RULE).items()}


def _declared(lab: Lab, **declared: object) -> None:
    base = lab.environment_file()["environments"]
    lab.environments = {**base, "dev": {**base["dev"], **declared}}


def test_roles_that_stay_at_home_pass(lab: Lab) -> None:
    for boundary in (lab.dev, lab.prod):
        assign(lab.cloud, "Owner", identity(lab.cloud, boundary, "worker")[1], group_of(boundary))
    assert _judged(lab) == {OUT: "pass", BACK: "pass"}


@pytest.mark.parametrize(
    ("role", "level"), [("Reader", "read"), ("Contributor", "write"), ("Owner", "admin")]
)
def test_whatever_role_reaches_in_fails(lab: Lab, role: str, level: str) -> None:
    made, principal = identity(lab.cloud, lab.dev, "worker")
    border = assign(lab.cloud, role, principal, group_of(lab.prod))
    decided = lab.decide(RULE)
    (found,) = decided.facts["role_bindings"].crossings
    assert (found.pair, found.border, found.access) == (OUT, border, (level,))
    assert (found.sources, found.targets) == ((made,), (lab.prod,))
    assert _judged(lab) == {OUT: "fail", BACK: "pass"}


def test_one_above_both_reaches_into_both(lab: Lab) -> None:
    above = "/providers/Microsoft.Management/managementGroups/mg-platform"
    both = (lab.dev_subscription, lab.prod_subscription)
    assign(lab.cloud, "Reader", identity(lab.cloud, lab.dev, "worker")[1], above, within=both)
    assert _judged(lab) == {OUT: "fail", BACK: "pass"}


def test_a_declared_flow_allows_its_level(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    assign(lab.cloud, "Reader", principal, group_of(lab.prod))
    flow = {
        "name": "look",
        "from": "dev",
        "to": "prod",
        "access": ["read"],
        "reason": "on call",
        "owner": "ops",
    }
    lab.file = {"flows": [flow]}
    assert _judged(lab)[OUT] == "pass"
    assign(lab.cloud, "Contributor", principal, group_of(lab.prod))
    assert _judged(lab)[OUT] == "fail"


def test_one_that_waits_is_half_open(lab: Lab) -> None:
    ana = lab.cloud.directory.user("ana")
    eligible(lab.cloud, "Reader", ana, group_of(lab.prod))
    _declared(lab, people=["ana@example.com"])
    assert lab.decide(RULE).facts["role_bindings"].crossings[0].latent


@pytest.mark.parametrize(
    ("call", "pairs"),
    [
        ("authorization:RoleAssignments", {OUT, BACK}),
        ("authorization:EligibleRoles", {OUT, BACK}),
        ("tenant:Groups", {OUT}),
        ("tenant:GroupMembers", {OUT}),
    ],
)
def test_what_was_not_read_is_unknown(lab: Lab, call: str, pairs: set[str]) -> None:
    group = lab.cloud.directory.group("ops")
    assign(lab.cloud, "Reader", group, group_of(lab.prod), "Group")
    assert _judged(lab) == {OUT: "pass", BACK: "pass"}
    lab.server.fault("denied", call)
    assert {pair for pair, verdict in _judged(lab).items() if verdict == "unknown"} == pairs


def test_identities_that_were_not_listed_may_hold_it(lab: Lab) -> None:
    assign(lab.cloud, "Reader", identity(lab.cloud, lab.dev, "worker")[1], group_of(lab.prod))
    lab.server.fault("denied", "managedidentity:UserAssignedIdentities")
    assert _judged(lab)[OUT] == "unknown"
