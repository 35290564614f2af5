"""Identity Center: few calls, little of people, and the region it lives in."""

from __future__ import annotations

import json
from typing import Any

from tests.collect.conftest import collected, config_of
from tests.faults.estate import OWN, SmallEstate
from tests.faults.faulty_server import FaultyServer

SETS, BY_ACCOUNT = "sso-admin:ListPermissionSets", "sso-admin:ListAccountAssignments"
BY_PRINCIPAL, USERS = "sso-admin:ListAccountAssignmentsForPrincipal", "identitystore:ListUsers"


def changed(**fields: Any) -> Any:
    """Change the members of a JSON answer."""
    return lambda body: json.dumps({**json.loads(body), **fields}).encode()


def test_people_are_kept_with_what_they_sign_in_as_and_no_more(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    born = {"Birthdate": "1990-01-01", "PhoneNumbers": [{"Value": "+1"}], "Addresses": [{"Country": "FI"}]}

    def more(body: bytes) -> bytes:
        answer = json.loads(body)
        return json.dumps({"Users": [{**user, **born} for user in answer["Users"]]}).encode()

    cloud.amend(USERS, more)
    (person,) = collected(config_of(estate), USERS).of("identitystore.user", OWN)
    assert person.id.startswith("arn:aws:identitystore:::user/")
    kept = person.data["ListUsers"]
    assert set(kept) <= {"UserId", "UserName", "DisplayName", "UserStatus", "Emails", "IdentityStoreId"}
    assert (kept["UserName"], kept["Emails"]) == ("ana", ["ana@example.com"])


def test_assignments_are_the_same_by_account_and_by_person(cloud: FaultyServer, estate: SmallEstate) -> None:
    accounts = [estate.dev, estate.prod]  # moto names one of them alone
    cloud.amend("sso-admin:ListAccountsForProvisionedPermissionSet", changed(AccountIds=accounts))
    by_account = collected(config_of(estate), BY_ACCOUNT)
    assert (cloud.calls[BY_ACCOUNT], cloud.calls[BY_PRINCIPAL]) == (2, 0)
    cloud.clear()
    # One more account has the permission set, so that there are fewer people and groups than pairs.
    accounts = [estate.dev, estate.prod, "999999999999"]
    cloud.amend("sso-admin:ListAccountsForProvisionedPermissionSet", changed(AccountIds=accounts))
    by_person = collected(config_of(estate), BY_ACCOUNT)
    assert (cloud.calls[BY_ACCOUNT], cloud.calls[BY_PRINCIPAL]) == (0, 2)
    kind = "sso-admin.assignment"
    assert by_account.of(kind) == by_person.of(kind)
    assert {record.data["ListAccountAssignments"]["AccountId"] for record in by_person.of(kind)} == {
        estate.dev,
        estate.prod,
    }


def test_a_denied_person_leaves_no_assignments_but_a_gap(cloud: FaultyServer, estate: SmallEstate) -> None:
    accounts = [estate.dev, estate.prod, "999999999999"]
    cloud.amend("sso-admin:ListAccountsForProvisionedPermissionSet", changed(AccountIds=accounts))
    cloud.deny(BY_PRINCIPAL)
    seen = collected(config_of(estate), BY_ACCOUNT)
    assert "sso-admin.assignment" not in seen.kinds(OWN)
    assert [(gap.call, gap.kind, gap.resource) for gap in seen.gaps] == [
        (BY_PRINCIPAL, "sso-admin.assignment", "")
    ]


def test_it_is_read_in_the_region_it_was_enabled_in(cloud: FaultyServer, estate: SmallEstate) -> None:
    def elsewhere(body: bytes) -> bytes:
        answer = json.loads(body)
        return json.dumps(
            {"Instances": [{**each, "PrimaryRegion": "eu-central-1"} for each in answer["Instances"]]}
        ).encode()

    cloud.amend("sso-admin:ListInstances", elsewhere)
    collected(config_of(estate), SETS)
    asked = {request.region for request in cloud.requests if request.call == SETS}
    assert asked == {"eu-central-1"}
    (first,) = [request for request in cloud.requests if request.call == "sso-admin:ListInstances"]
    assert json.loads(first.body) == {"RegionScope": "ALL_REGIONS"}


def test_an_instance_of_another_account_assigns_nothing(cloud: FaultyServer, estate: SmallEstate) -> None:
    def foreign(body: bytes) -> bytes:
        answer = json.loads(body)
        return json.dumps(
            {"Instances": [{**each, "OwnerAccountId": estate.dev} for each in answer["Instances"]]}
        ).encode()

    cloud.amend("sso-admin:ListInstances", foreign)
    seen = collected(config_of(estate), SETS)
    assert seen.of("sso-admin.permission_set") == []
    assert cloud.calls[SETS] == 0


def test_a_permission_set_with_what_follows(cloud: FaultyServer, estate: SmallEstate) -> None:
    (held,) = collected(config_of(estate)).of("sso-admin.permission_set", OWN)
    assert held.data["DescribePermissionSet"]["SessionDuration"] == "PT8H"
    assert held.data["ListManagedPoliciesInPermissionSet"][0]["Name"] == "ReadOnlyAccess"
    assert json.loads(held.data["GetInlinePolicyForPermissionSet"])["Statement"][0]["Sid"] == "Only"
    assert cloud.calls["sso-admin:DescribePermissionSet"] == 1
