"""Identities, groups, policies, providers: from GetAccountAuthorizationDetails and the provider lists."""

from __future__ import annotations

from estate.native import DEV, PROD, TRUST, details, estate, gap, only, record, role, tags, user, without

DETAILS = "GetAccountAuthorizationDetails"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Sid": "Read", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}],
}
ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"
BASE = f"/data/{DETAILS}"


def test_a_role() -> None:
    made = role(
        path="/ml/",
        RolePolicyList=[{"PolicyName": "read", "PolicyDocument": POLICY}],
        AttachedManagedPolicies=[{"PolicyName": "AdministratorAccess", "PolicyArn": ADMIN}],
        PermissionsBoundary={"PermissionsBoundaryArn": ADMIN, "PermissionsBoundaryType": "Policy"},
        InstanceProfileList=[{"Arn": f"arn:aws:iam::{PROD}:instance-profile/worker"}],
        Tags=tags(environment="prod"),
    )
    found = only(estate(made), "identity", made.id)
    assert found.attrs["type"] == "role"
    assert found.attrs["trust"] == TRUST
    assert found.attrs["inline"] == [{"name": "read", "document": POLICY}]
    assert found.attrs["inline"][0]["document"] is POLICY, "documents are not copied"
    assert found.attrs["attached"] == [ADMIN]
    assert found.attrs["permissions_boundary"] == ADMIN
    assert found.attrs["instance_profiles"] == [f"arn:aws:iam::{PROD}:instance-profile/worker"]
    assert (found.attrs["path"], found.attrs["unique_id"], found.attrs["groups"]) == (
        "/ml/",
        "AROAworker",
        [],
    )
    assert found.attrs["service_linked"] is False
    assert (found.name, found.environment, found.tags) == ("worker", "prod", {"environment": "prod"})
    assert found.where("trust").pointer == f"{BASE}/AssumeRolePolicyDocument"
    assert found.where("inline").pointer == f"{BASE}/RolePolicyList"


def test_a_bare_role_has_nothing_and_says_so() -> None:
    found = only(estate(role()), "identity", role().id)
    assert found.attrs["inline"] == []
    assert found.attrs["attached"] == []
    assert found.attrs["permissions_boundary"] is None
    assert found.attrs["instance_profiles"] == []
    assert found.tags == {}


def test_a_service_linked_role_by_its_path() -> None:
    made = role(path="/aws-service-role/spot.amazonaws.com/")
    assert only(estate(made), "identity", made.id).attrs["service_linked"] is True


def test_a_role_without_its_detail_is_unknown_all_over() -> None:
    denied = gap(f"iam:{DETAILS}", "iam.role")
    found = only(estate(without(role(), DETAILS), gaps=[denied]), "identity", role().id)
    assert found.attrs["type"] == "role"
    assert {*found.unknown} >= {
        "trust",
        "inline",
        "attached",
        "permissions_boundary",
        "path",
        "service_linked",
    }
    assert {gaps for attr, gaps in found.unknown.items() if attr != "session_seconds"} == {(denied,)}
    assert found.tags is None


def test_a_document_that_is_missing_or_unreadable_is_unknown_not_absent() -> None:
    assert "trust" in only(estate(role(AssumeRolePolicyDocument=...)), "identity", role().id).unknown
    broken = role(RolePolicyList=[{"PolicyName": "read", "PolicyDocument": "%7B"}])
    assert "inline" in only(estate(broken), "identity", broken.id).unknown


def test_a_user_with_groups_by_their_arns() -> None:
    group = details(
        "group", "engineers", path="/ml/", GroupPolicyList=[{"PolicyName": "read", "PolicyDocument": POLICY}]
    )
    made = user(GroupList=["engineers"], UserPolicyList=[{"PolicyName": "read", "PolicyDocument": POLICY}])
    found = estate(made, group)
    assert only(found, "identity", made.id).attrs["groups"] == [f"arn:aws:iam::{PROD}:group/ml/engineers"]
    assert only(found, "identity", made.id).attrs["inline"] == [{"name": "read", "document": POLICY}]
    assert only(found, "identity", made.id).attrs["trust"] is None
    assert only(found, "group").attrs == {
        "inline": [{"name": "read", "document": POLICY}],
        "attached": [],
        "assigned_by": "boundary",
        "tagged_as": None,
    }


def test_a_group_that_is_not_there_leaves_the_users_groups_unknown() -> None:
    same_name_elsewhere = details("group", "engineers", DEV)
    found = estate(user(GroupList=["engineers"]), same_name_elsewhere)
    assert only(found, "identity", user().id).unknown["groups"] == ()


def test_the_default_version_of_a_managed_policy() -> None:
    old = {"VersionId": "v1", "IsDefaultVersion": False, "Document": {"Statement": []}}
    new = {"VersionId": "v2", "IsDefaultVersion": True, "Document": POLICY}
    made = details("policy", "read", DefaultVersionId="v2", PolicyVersionList=[old, new])
    found = only(estate(made), "policy")
    assert found.attrs["document"] == POLICY
    assert found.where("document").pointer == f"{BASE}/PolicyVersionList/1/Document"
    assert (found.attrs["managed_by"], found.environment) == ("customer", "prod")
    assert "document" in only(estate(details("policy", "read", PolicyVersionList=[old])), "policy").unknown


def test_what_aws_manages_is_one_policy_and_in_no_place() -> None:
    def made(account: str) -> object:
        version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": POLICY}
        data = {DETAILS: {"Arn": ADMIN, "PolicyVersionList": [version]}}
        return record("iam.policy", ADMIN, data, account)

    found = only(estate(made(PROD), made(DEV)), "policy")
    assert (found.attrs["managed_by"], found.place, found.scope.boundary) == ("aws", None, DEV)


def test_every_account_that_answered_has_a_root() -> None:
    found = estate(asked=[DEV, PROD], reached=[PROD])
    root = only(found, "identity")
    assert root.id == f"arn:aws:iam::{PROD}:root"
    assert (root.attrs["type"], root.attrs["unique_id"], root.unknown) == ("root", PROD, {})
    gov = record("iam.account_summary", f"arn:aws-us-gov:iam::{DEV}:root", {"GetAccountSummary": {}}, DEV)
    assert only(estate(gov, asked=[DEV]), "identity").id == f"arn:aws-us-gov:iam::{DEV}:root"


def test_identity_providers() -> None:
    saml = f"arn:aws:iam::{PROD}:saml-provider/okta"
    oidc = f"arn:aws:iam::{PROD}:oidc-provider/token.actions.githubusercontent.com"
    answer = {
        "Url": "token.actions.githubusercontent.com",
        "ClientIDList": ["sts.amazonaws.com"],
        "Tags": tags(env="prod"),
    }
    listed = {"ListOpenIDConnectProviders": {"Arn": oidc}, "GetOpenIDConnectProvider": answer}
    found = estate(
        record("iam.saml_provider", saml, {"ListSAMLProviders": {"Arn": saml}}),
        record("iam.oidc_provider", oidc, listed),
    )
    assert only(found, "identity_provider", saml).attrs["type"] == "saml"
    assert only(found, "identity_provider", saml).attrs["url"] is None
    got = only(found, "identity_provider", oidc)
    assert (got.attrs["url"], got.attrs["audiences"]) == (
        "token.actions.githubusercontent.com",
        ["sts.amazonaws.com"],
    )

    denied = gap("iam:GetOpenIDConnectProvider", "iam.oidc_provider", oidc)
    got = only(
        estate(record("iam.oidc_provider", oidc, {"ListOpenIDConnectProviders": {}}), gaps=[denied]),
        "identity_provider",
    )
    assert got.attrs["url"] == "token.actions.githubusercontent.com"
    assert (got.unknown["audiences"], got.tags) == ((denied,), None)
