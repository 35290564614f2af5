"""ACC-001, ACC-002, ACC-006, ACC-007: people and roles of production, over the wire."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from tests.controls.aws.organized import Cloud, policy

READ_ALL = {"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"}
WRITE_ALL = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
ANYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
DETAILS = "iam:GetAccountAuthorizationDetails"


def trust(principal: dict[str, Any], action: str = "sts:AssumeRole", **more: Any) -> str:
    return policy({"Effect": "Allow", "Principal": principal, "Action": action, **more})


def assigned(org: Cloud, accounts: list[str], statement: dict[str, Any]) -> str:
    """A person of the directory, assigned a permission set whose roles stand in some accounts."""
    sso = org.management("sso-admin")
    directory = org.management("identitystore")
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
        iam = org.client("iam", account)
        iam.create_role(
            Path="/aws-reserved/sso.amazonaws.com/",
            RoleName=name,
            AssumeRolePolicyDocument=trust({"Federated": provider}, "sts:AssumeRoleWithSAML"),
        )
        iam.put_role_policy(RoleName=name, PolicyName="main", PolicyDocument=policy(statement))
    accounts_now = json.dumps({"AccountIds": accounts})
    org.server.answer("sso-admin:ListAccountsForProvisionedPermissionSet", 200, accounts_now.encode())
    return f"arn:aws:identitystore:::user/{ana}"


def credential_report(account: str, root_used: str) -> bytes:
    """An answer of IAM GetCredentialReport of an account with a root user alone.

    Shape: IAM API Reference, GetCredentialReport, and IAM User Guide, "Get credential reports".
    """
    columns = {
        "user": "<root_account>",
        "arn": f"arn:aws:iam::{account}:root",
        "user_creation_time": "2020-01-01T00:00:00+00:00",
        "password_enabled": "not_supported",
        "password_last_used": root_used,
        "mfa_active": "true",
        "access_key_1_active": "false",
        "access_key_1_last_used_date": "N/A",
        "access_key_2_active": "false",
        "access_key_2_last_used_date": "N/A",
    }
    table = "\n".join([",".join(columns), ",".join(columns.values())])
    return f"""<GetCredentialReportResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">
      <GetCredentialReportResult>
        <Content>{base64.b64encode(table.encode()).decode()}</Content>
        <ReportFormat>text/csv</ReportFormat>
        <GeneratedTime>2029-12-31T00:00:00Z</GeneratedTime>
      </GetCredentialReportResult>
      <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
    </GetCredentialReportResponse>""".encode()


class TestWriters:
    """ACC-001."""

    def test_one_who_is_declared(self, org: Cloud) -> None:
        ana = assigned(org, [org.prod], WRITE_ALL)
        found = org.judge("ACC-001", prod={"people": ["ana@example.com"]})
        assert (found["declared", ana], found["distinct", ana]) == ("pass", "pass")

    def test_one_who_is_not_and_works_in_development_too(self, org: Cloud) -> None:
        ana = assigned(org, [org.dev, org.prod], WRITE_ALL)
        found = org.judge("ACC-001", prod={"people": ["ben@example.com"]})
        assert (found["declared", ana], found["distinct", ana]) == ("fail", "fail")

    def test_readers_are_no_subject(self, org: Cloud) -> None:
        ana = assigned(org, [org.prod], READ_ALL)
        assert ("declared", ana) not in org.judge("ACC-001", prod={"people": []})

    @pytest.mark.parametrize(("action", "verdict"), [("s3:PutObject", "fail"), ("s3:GetObject", None)])
    def test_one_whom_a_bucket_of_production_admits(
        self, org: Cloud, action: str, verdict: str | None
    ) -> None:
        """Who writes into production from development, as nobody there."""
        user = org.client("iam", org.dev).create_user(UserName="ben")["User"]["Arn"]
        iam, s3 = org.client("iam", org.dev), org.client("s3", org.prod)
        iam.put_user_policy(UserName="ben", PolicyName="main", PolicyDocument=policy(WRITE_ALL))
        s3.create_bucket(Bucket="data", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
        admit = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": action}
        document = policy({**admit, "Resource": "arn:aws:s3:::data/*"})
        s3.put_bucket_policy(Bucket="data", Policy=document)
        iam.create_login_profile(UserName="ben", Password="Not-a-real-1")
        found = org.judge("ACC-001", prod={"people": []})
        assert (found.get(("declared", user)), found.get(("distinct", user))) == (verdict, verdict)
        assert found.get(("declared", user)) == verdict
        org.server.deny("s3:GetBucketPolicy")
        assert org.judge("ACC-001", prod={"people": []})["declared", user] == "unknown"

    def test_nobody_declared(self, org: Cloud) -> None:
        ana = assigned(org, [org.prod], WRITE_ALL)
        assert org.judge("ACC-001")["declared", ana] == "unknown"

    @pytest.mark.parametrize(
        "call", [DETAILS, "sso-admin:ListPermissionSets", "sso-admin:ListAccountAssignments"]
    )
    def test_what_was_denied(self, org: Cloud, call: str) -> None:
        ana = assigned(org, [org.prod], WRITE_ALL)
        org.server.deny(call)
        assert org.judge("ACC-001", prod={"people": ["ana@example.com"]})["declared", ana] == "unknown"


class TestRoles:
    """ACC-002."""

    def role(self, org: Cloud, statement: dict[str, Any]) -> str:
        iam = org.client("iam", org.prod)
        made = iam.create_role(RoleName="ops", AssumeRolePolicyDocument=trust({"AWS": org.prod}))
        iam.put_role_policy(RoleName="ops", PolicyName="main", PolicyDocument=policy(statement))
        return str(made["Role"]["Arn"])

    def test_no_administrator(self, org: Cloud) -> None:
        role = self.role(org, WRITE_ALL)
        found = org.judge("ACC-002")
        assert (found["administrator", role], found["direct", role]) == ("pass", "pass")

    @pytest.mark.parametrize(
        ("declared", "verdict"), [(["*:role/ops"], "pass"), ([], "fail"), (None, "unknown")]
    )
    def test_an_administrator(self, org: Cloud, declared: Any, verdict: str) -> None:
        role = self.role(org, ANYTHING)
        assert org.judge("ACC-002", prod={"administrators": declared})["administrator", role] == verdict

    def test_a_user_with_rights_of_its_own(self, org: Cloud) -> None:
        iam = org.client("iam", org.prod)
        arn = iam.create_user(UserName="ben")["User"]["Arn"]
        iam.put_user_policy(UserName="ben", PolicyName="main", PolicyDocument=policy(READ_ALL))
        assert org.judge("ACC-002")["direct", arn] == "fail"

    def test_an_assignment_to_one_person(self, org: Cloud) -> None:
        assigned(org, [org.prod], READ_ALL)
        found = org.judge("ACC-002")
        # Full rights are judged of the role that the assignment gives.
        told = {check: word for (check, subject), word in found.items() if ":sso:" in subject}
        assert told == {"direct": "fail", "administrator": "pass"}

    def test_denied(self, org: Cloud) -> None:
        self.role(org, ANYTHING)
        org.server.deny(DETAILS, account=org.prod)
        found = org.judge("ACC-002", prod={"administrators": []})
        assert found["administrator", f"aws/{org.prod}/global/identity"] == "unknown"


class TestProviders:
    """ACC-006."""

    def provider(self, org: Cloud) -> tuple[str, str]:
        iam = org.client("iam", org.prod)
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
    def test_declared_or_not(self, org: Cloud, declared: Any, verdict: str) -> None:
        provider, role = self.provider(org)
        found = org.judge("ACC-006", prod={"identity_providers": declared})
        assert (found["provider", provider], found["trust", role]) == (verdict, verdict)

    def test_denied(self, org: Cloud) -> None:
        self.provider(org)
        org.server.deny("iam:ListSAMLProviders", account=org.prod)
        found = org.judge("ACC-006", prod={"identity_providers": ["*"]})
        assert found["provider", f"aws/{org.prod}/global/identity_provider"] == "unknown"


class TestStrictness:
    """ACC-007."""

    def passwords(self, org: Cloud, dev: int, prod: int) -> str:
        for account, length in ((org.dev, dev), (org.prod, prod)):
            org.client("iam", account).update_account_password_policy(MinimumPasswordLength=length)
        return f"arn:aws:iam::{org.prod}:password-policy"

    def sessions(self, org: Cloud, dev: int, prod: int) -> str:
        for account, seconds in ((org.dev, dev), (org.prod, prod)):
            org.client("iam", account).create_role(
                RoleName="people",
                AssumeRolePolicyDocument=trust({"AWS": account}),
                MaxSessionDuration=seconds,
            )
        return f"arn:aws:iam::{org.prod}:role/people"

    @pytest.mark.parametrize(("dev", "prod", "verdict"), [(8, 14, "pass"), (14, 14, "pass"), (14, 8, "fail")])
    def test_passwords(self, org: Cloud, dev: int, prod: int, verdict: str) -> None:
        policy = self.passwords(org, dev, prod)
        assert org.judge("ACC-007")["passwords", policy] == verdict

    @pytest.mark.parametrize(("dev", "prod", "verdict"), [(7200, 3600, "pass"), (3600, 7200, "fail")])
    def test_sessions(self, org: Cloud, dev: int, prod: int, verdict: str) -> None:
        role = self.sessions(org, dev, prod)
        assert org.judge("ACC-007")["sessions", role] == verdict

    @pytest.mark.parametrize(
        ("used", "verdict"),
        [("no_information", "pass"), ("2029-01-01T00:00:00+00:00", "pass"), ("2029-12-24T00:00:00Z", "fail")],
    )
    def test_the_root_user(self, org: Cloud, used: str, verdict: str) -> None:
        org.server.answer(
            "iam:GetCredentialReport", 200, lambda request: credential_report(request.account, used)
        )
        assert org.judge("ACC-007")["root", org.prod] == verdict
        org.server.deny("iam:GetCredentialReport", account=org.prod)
        assert org.judge("ACC-007")["root", org.prod] == "unknown"

    @pytest.mark.parametrize(("dev", "prod", "verdict"), [(0, 1, "pass"), (1, 1, "pass"), (1, 0, "fail")])
    def test_second_factors(self, org: Cloud, dev: int, prod: int, verdict: str) -> None:
        for account, devices in ((org.dev, dev), (org.prod, prod)):
            iam = org.client("iam", account)
            arn = iam.create_user(UserName="ana")["User"]["Arn"]
            iam.create_login_profile(UserName="ana", Password="x")
            if devices:
                device = iam.create_virtual_mfa_device(VirtualMFADeviceName="ana")["VirtualMFADevice"]
                iam.enable_mfa_device(
                    UserName="ana",
                    SerialNumber=device["SerialNumber"],
                    AuthenticationCode1="123456",
                    AuthenticationCode2="654321",
                )
        assert org.judge("ACC-007")["factors", arn] == verdict
        for call in ("GetCredentialReport", "ListVirtualMFADevices", "GetAccountSummary"):
            org.server.deny(f"iam:{call}", account=org.prod)
        assert org.judge("ACC-007")["factors", arn] == "unknown"

    @pytest.mark.parametrize("call", ["iam:GetAccountPasswordPolicy", "iam:ListRoles"])
    def test_another_environment_that_was_not_read(self, org: Cloud, call: str) -> None:
        policy, role = self.passwords(org, 8, 14), self.sessions(org, 7200, 3600)
        org.server.deny(call, account=org.dev)
        found = org.judge("ACC-007")
        hidden = ("passwords", policy) if call.endswith("Policy") else ("sessions", role)
        assert found[hidden] == "unknown"
