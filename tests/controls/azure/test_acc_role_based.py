"""ACC-002: full rights in production, and roles that hang on single people, over the wire."""

from __future__ import annotations

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.roles import assign, eligible, group_of, identity

RULE = "ACC-002"


def _judged(lab: Lab, administrators: list[str] | None) -> dict[tuple[str, str], str]:
    base = lab.environment_file()["environments"]
    lab.environments = {**base, "prod": {**base["prod"], "administrators": administrators}}
    return lab.judge(RULE)


def test_an_owner_has_to_be_declared(lab: Lab) -> None:
    group = lab.cloud.directory.group("ops")
    one = assign(lab.cloud, "Owner", group, group_of(lab.prod), "Group")
    assert _judged(lab, [])["administrator", one] == "fail"
    assert _judged(lab, [])["direct", one] == "pass"
    assert _judged(lab, [f"/groups/{group}"])["administrator", one] == "pass"
    assert _judged(lab, None)["administrator", one] == "unknown"


@pytest.mark.parametrize(
    ("role", "verdict"),
    [("Contributor", "pass"), ("User Access Administrator", "pass"), ("Reader", "pass"), ("Owner", "fail")],
)
def test_others_have_less(lab: Lab, role: str, verdict: str) -> None:
    one = assign(lab.cloud, role, lab.cloud.directory.group("ops"), group_of(lab.prod), "Group")
    assert _judged(lab, [])["administrator", one] == verdict


def test_an_owner_of_one_thing_is_no_administrator(lab: Lab) -> None:
    thing = identity(lab.cloud, lab.prod, "worker")[0]
    one = assign(lab.cloud, "Owner", lab.cloud.directory.group("ops"), thing, "Group")
    assert _judged(lab, [])["administrator", one] == "pass"


def test_one_above_production_is_judged_in_production(lab: Lab) -> None:
    above = "/providers/Microsoft.Management/managementGroups/mg-platform"
    both = (lab.dev_subscription, lab.prod_subscription)
    one = assign(lab.cloud, "Owner", lab.cloud.directory.group("ops"), above, "Group", within=both)
    found = _judged(lab, [])
    assert found["administrator", f"/subscriptions/{lab.prod_subscription}{one}"] == "fail"
    assert ("administrator", f"/subscriptions/{lab.dev_subscription}{one}") not in found


def test_an_identity_of_production_is_judged_itself(lab: Lab) -> None:
    made, principal = identity(lab.cloud, lab.prod, "worker")
    one = assign(lab.cloud, "Owner", principal, group_of(lab.prod))
    found = _judged(lab, [])
    assert (found["administrator", made], found["administrator", one]) == ("fail", "pass")
    assert _judged(lab, [made])["administrator", made] == "pass"


def test_an_identity_of_another_environment_is_judged_by_its_assignment(lab: Lab) -> None:
    principal = identity(lab.cloud, lab.dev, "worker")[1]
    one = assign(lab.cloud, "Owner", principal, group_of(lab.prod))
    assert _judged(lab, [])["administrator", one] == "fail"


def test_a_role_of_ones_own_with_a_wildcard(lab: Lab) -> None:
    whole, most = lab.cloud.role("*"), lab.cloud.role("*", denied=("Microsoft.Authorization/*",))
    group = lab.cloud.directory.group("ops")
    one = assign(lab.cloud, whole, group, group_of(lab.prod), "Group")
    other = assign(lab.cloud, most, group, group_of(lab.prod), "Group")
    found = _judged(lab, [])
    assert (found["administrator", one], found["administrator", other]) == ("fail", "pass")
    lab.server.fault("denied", "authorization:CustomRoleDefinitions")
    found = _judged(lab, [])
    assert (found["administrator", one], found["administrator", other]) == ("unknown", "unknown")


def test_a_condition_on_assigning_leaves_it_open(lab: Lab) -> None:
    condition = (
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
        "(@Request[Microsoft.Authorization/roleAssignments:PrincipalType] StringEquals 'User'))"
    )
    more = {"condition": condition, "conditionVersion": "2.0"}
    one = assign(lab.cloud, "Owner", lab.cloud.directory.group("ops"), group_of(lab.prod), "Group", **more)
    assert _judged(lab, [])["administrator", one] == "unknown"


def test_a_role_of_a_person_alone(lab: Lab) -> None:
    ana = lab.cloud.directory.user("ana")
    one = assign(lab.cloud, "Reader", ana, group_of(lab.prod), "User")
    waits = eligible(lab.cloud, "Owner", ana, group_of(lab.prod))
    found = _judged(lab, [])
    assert (found["direct", one], found["direct", waits]) == ("fail", "fail")
    assert found["administrator", waits] == "fail"
    assert _judged(lab, ["ANA@example.com"])["administrator", waits] == "pass"


@pytest.mark.parametrize("call", ["authorization:RoleAssignments", "authorization:EligibleRoles"])
def test_what_was_not_listed_is_unknown(lab: Lab, call: str) -> None:
    made = identity(lab.cloud, lab.prod, "worker")[0]
    assert _judged(lab, [])["administrator", made] == "pass"
    lab.server.fault("denied", call)
    found = _judged(lab, [])
    scope = f"azure/{lab.prod_subscription}/global"
    assert found["administrator", made] == "unknown"
    assert (
        found["direct", f"{scope}/assignment"] == found["administrator", f"{scope}/assignment"] == "unknown"
    )


def test_identities_that_were_not_listed_are_unknown(lab: Lab) -> None:
    lab.server.fault("throttled", "managedidentity:Bearers")
    assert _judged(lab, [])["administrator", f"azure/{lab.prod_subscription}/global/identity"] == "unknown"
