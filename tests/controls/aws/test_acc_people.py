"""ACC-001, ACC-002, ACC-006, ACC-007: people and roles of production, over the wire."""

from __future__ import annotations

import json
from typing import Any

import pytest

from controls.aws.organized import Cloud, document

READ_ALL = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
WRITE_ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DETAILS = "iam:GetAccountAuthorizationDetails"


def trust(principal: dict[str, Any], action: str = "sts:AssumeRole", **more: Any) -> str:
    return document({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def assigned(cloud: Cloud, accounts: list[str], statement: dict[str, Any]) -> str:
    """A person of the directory, assigned a permission set whose roles stand in some accounts."""
    sso = cloud.management.client("sso-admin", region_name="eu-west-1")
    directory = cloud.management.client("identitystore", region_name="eu-west-1")
    instance = sso.list_instances()["Instances"][0]
    arn, store = instance["InstanceArn"], instance["IdentityStoreId"]
    ana = directory.create_user(
        IdentityStoreId=store,
        UserName="ana",
        DisplayName="Ana",
        Name={"GivenName": "Ana", "FamilyName": "Lima"},
        Emails=[{"Value": "ana@example.com", "Primary": True}],
    )["UserId"]
    held = sso.create_permission_set(InstanceArn=arn, Name="Engineer")["PermissionSet"]["PermissionSetArn"]
    for account in accounts:
        sso.create_account_assignment(
            InstanceArn=arn,
            TargetId=account,
            TargetType="AWS_ACCOUNT",
            PermissionSetArn=held,
            PrincipalType="USER",
            PrincipalId=ana,
        )
        sso.provision_permission_set(
            InstanceArn=arn, PermissionSetArn=held, TargetId=account, TargetType="AWS_ACCOUNT"
        )
        provider = f"arn:aws:iam::{account}:saml-provider/AWSSSO_1_DO_NOT_DELETE"
        name = "AWSReservedSSO_Engineer_0123456789abcdef"
        iam = cloud.client("iam", account)
        iam.create_role(
            Path="/aws-reserved/sso.amazonaws.com/",
            RoleName=name,
            AssumeRolePolicyDocument=trust({"Federated": provider}, "sts:AssumeRoleWithSAML"),
        )
        iam.put_role_policy(RoleName=name, PolicyName="main", PolicyDocument=document(statement))
    accounts_now = json.dumps({"AccountIds": accounts})
    cloud.server.answer("sso-admin:ListAccountsForProvisionedPermissionSet", 200, accounts_now.encode())
    return f"arn:aws:identitystore:::user/{ana}"


class TestWriters:
    """ACC-001."""

    def test_one_who_is_declared(self, cloud: Cloud) -> None:
        ana = assigned(cloud, [cloud.prod], WRITE_ALL)
        found = cloud.judge("ACC-001", prod={"people": ["ana@example.com"]})
        assert (found["declared", ana], found["distinct", ana]) == ("pass", "pass")

    def test_one_who_is_not_and_works_in_development_too(self, cloud: Cloud) -> None:
        ana = assigned(cloud, [cloud.dev, cloud.prod], WRITE_ALL)
        found = cloud.judge("ACC-001", prod={"people": ["ben@example.com"]})
        assert (found["declared", ana], found["distinct", ana]) == ("fail", "fail")

    def test_readers_are_no_subject(self, cloud: Cloud) -> None:
        ana = assigned(cloud, [cloud.prod], READ_ALL)
        assert ("declared", ana) not in cloud.judge("ACC-001", prod={"people": []})

    def test_nobody_declared(self, cloud: Cloud) -> None:
        ana = assigned(cloud, [cloud.prod], WRITE_ALL)
        assert cloud.judge("ACC-001")["declared", ana] == "unknown"

    @pytest.mark.parametrize(
        "call", [DETAILS, "sso-admin:ListPermissionSets", "sso-admin:ListAccountAssignments"]
    )
    def test_what_was_denied(self, cloud: Cloud, call: str) -> None:
        ana = assigned(cloud, [cloud.prod], WRITE_ALL)
        cloud.server.deny(call)
        assert cloud.judge("ACC-001", prod={"people": ["ana@example.com"]})["declared", ana] == "unknown"


class TestRoles:
    """ACC-002."""

    def role(self, cloud: Cloud, statement: dict[str, Any]) -> str:
        iam = cloud.client("iam", cloud.prod)
        made = iam.create_role(RoleName="ops", AssumeRolePolicyDocument=trust({"AWS": cloud.prod}))
        iam.put_role_policy(RoleName="ops", PolicyName="main", PolicyDocument=document(statement))
        return str(made["Role"]["Arn"])

    def test_no_administrator(self, cloud: Cloud) -> None:
        role = self.role(cloud, WRITE_ALL)
        found = cloud.judge("ACC-002")
        assert (found["administrator", role], found["direct", role]) == ("pass", "pass")

    @pytest.mark.parametrize(
        ("declared", "verdict"), [(["*:role/ops"], "pass"), ([], "fail"), (None, "unknown")]
    )
    def test_an_administrator(self, cloud: Cloud, declared: Any, verdict: str) -> None:
        role = self.role(cloud, ANYTHING)
        assert cloud.judge("ACC-002", prod={"administrators": declared})["administrator", role] == verdict

    def test_a_user_with_rights_of_its_own(self, cloud: Cloud) -> None:
        iam = cloud.client("iam", cloud.prod)
        arn = iam.create_user(UserName="ben")["User"]["Arn"]
        iam.put_user_policy(UserName="ben", PolicyName="main", PolicyDocument=document(READ_ALL))
        assert cloud.judge("ACC-002")["direct", arn] == "fail"

    def test_an_assignment_to_one_person(self, cloud: Cloud) -> None:
        assigned(cloud, [cloud.prod], READ_ALL)
        found = cloud.judge("ACC-002")
        (verdict,) = [word for (_, subject), word in found.items() if ":sso:" in subject]
        assert verdict == "fail"

    def test_denied(self, cloud: Cloud) -> None:
        self.role(cloud, ANYTHING)
        cloud.server.deny(DETAILS, account=cloud.prod)
        found = cloud.judge("ACC-002", prod={"administrators": []})
        assert found["administrator", f"aws/{cloud.prod}/global/identity"] == "unknown"


class TestProviders:
    """ACC-006."""

    def provider(self, cloud: Cloud) -> tuple[str, str]:
        iam = cloud.client("iam", cloud.prod)
        made = iam.create_saml_provider(Name="corp", SAMLMetadataDocument="<EntityDescriptor/>" * 80)
        arn = str(made["SAMLProviderArn"])
        role = iam.create_role(
            RoleName="people", AssumeRolePolicyDocument=trust({"Federated": arn}, "sts:AssumeRoleWithSAML")
        )
        return arn, str(role["Role"]["Arn"])

    @pytest.mark.parametrize(
        ("declared", "verdict"),
        [(["*:saml-provider/corp"], "pass"), (["*:saml-provider/other"], "fail"), (None, "unknown")],
    )
    def test_declared_or_not(self, cloud: Cloud, declared: Any, verdict: str) -> None:
        provider, role = self.provider(cloud)
        found = cloud.judge("ACC-006", prod={"identity_providers": declared})
        assert (found["provider", provider], found["trust", role]) == (verdict, verdict)

    def test_denied(self, cloud: Cloud) -> None:
        self.provider(cloud)
        cloud.server.deny("iam:ListSAMLProviders", account=cloud.prod)
        found = cloud.judge("ACC-006", prod={"identity_providers": ["*"]})
        assert found["provider", f"aws/{cloud.prod}/global/identity_provider"] == "unknown"


class TestStrictness:
    """ACC-007."""

    def passwords(self, cloud: Cloud, dev: int, prod: int) -> str:
        for account, length in ((cloud.dev, dev), (cloud.prod, prod)):
            cloud.client("iam", account).update_account_password_policy(MinimumPasswordLength=length)
        return f"arn:aws:iam::{cloud.prod}:password-policy"

    def sessions(self, cloud: Cloud, dev: int, prod: int) -> str:
        for account, seconds in ((cloud.dev, dev), (cloud.prod, prod)):
            cloud.client("iam", account).create_role(
                RoleName="people",
                AssumeRolePolicyDocument=trust({"AWS": account}),
                MaxSessionDuration=seconds,
            )
        return f"arn:aws:iam::{cloud.prod}:role/people"

    @pytest.mark.parametrize(("dev", "prod", "verdict"), [(8, 14, "pass"), (14, 14, "pass"), (14, 8, "fail")])
    def test_passwords(self, cloud: Cloud, dev: int, prod: int, verdict: str) -> None:
        policy = self.passwords(cloud, dev, prod)
        assert cloud.judge("ACC-007")["passwords", policy] == verdict

    @pytest.mark.parametrize(("dev", "prod", "verdict"), [(7200, 3600, "pass"), (3600, 7200, "fail")])
    def test_sessions(self, cloud: Cloud, dev: int, prod: int, verdict: str) -> None:
        role = self.sessions(cloud, dev, prod)
        assert cloud.judge("ACC-007")["sessions", role] == verdict

    def test_the_root_user(self, cloud: Cloud) -> None:
        assert cloud.judge("ACC-007")["root", cloud.prod] in ("pass", "unknown")
        cloud.server.deny("iam:GetCredentialReport", account=cloud.prod)
        assert cloud.judge("ACC-007")["root", cloud.prod] == "unknown"

    @pytest.mark.parametrize("call", ["iam:GetAccountPasswordPolicy", "iam:ListRoles"])
    def test_another_environment_that_was_not_read(self, cloud: Cloud, call: str) -> None:
        policy, role = self.passwords(cloud, 8, 14), self.sessions(cloud, 7200, 3600)
        cloud.server.deny(call, account=cloud.dev)
        found = cloud.judge("ACC-007")
        hidden = ("passwords", policy) if call.endswith("Policy") else ("sessions", role)
        assert found[hidden] == "unknown"
