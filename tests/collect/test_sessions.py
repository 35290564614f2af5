from __future__ import annotations

import re
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from scanner.collect.aws._clients import Clients
from scanner.collect.aws._gate import Gate
from scanner.collect.aws._guard import Guard
from scanner.collect.crew import Halt
from scanner.errors import CredentialsError, EnvsplitError
from scanner.model.snapshot import Reason, Scope
from tests.collect.conftest import ACCESS_KEY, SECRET_KEY, collected, config_of
from tests.faults.estate import OWN, ROLE, SmallEstate
from tests.faults.faulty_server import FaultyServer

CHEAP = "iam:GetAccountSummary"
ORGANIZATION = "organizations:DescribeOrganization"


def test_a_role_that_cannot_be_assumed_loses_its_account_only(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    def refuse(body: bytes) -> bytes:
        return b"<" if estate.prod.encode() in body else body

    cloud.amend("sts:AssumeRole", refuse)
    seen = collected(config_of(estate), CHEAP)
    assert [(g.scope, g.kind, g.call, g.permission, g.reason) for g in seen.gaps] == [
        (Scope("aws", estate.prod, "global"), "*", "sts:AssumeRole", "sts:AssumeRole", Reason.UNREACHED)
    ]
    assert seen.reached == [Scope("aws", estate.dev, "global")]
    assert len(seen.asked) == 2
    assert seen.kinds(estate.dev) == {"iam.account_summary"}


def test_denied_everywhere_reaches_nothing_and_says_so(cloud: FaultyServer, estate: SmallEstate) -> None:
    cloud.deny("sts:AssumeRole")
    seen = collected(config_of(estate), CHEAP)
    assert seen.reached == []
    assert {(g.scope.boundary, g.detail) for g in seen.gaps} == {
        (estate.dev, "AccessDenied"),
        (estate.prod, "AccessDenied"),
    }


def test_a_role_of_another_account_is_not_taken_for_the_one_asked_for(estate: SmallEstate) -> None:
    seen = collected(config_of(estate, role=f"arn:aws:iam::{estate.dev}:role/{ROLE}"), CHEAP)
    assert [(g.scope.boundary, g.reason, g.detail) for g in seen.gaps] == [
        (estate.prod, Reason.UNREACHED, "WrongAccount")
    ]
    assert seen.kinds(estate.prod) == set()


def test_without_a_role_only_the_own_account_is_read(estate: SmallEstate) -> None:
    seen = collected(config_of(estate, role=None, accounts=[OWN, estate.dev]), CHEAP)
    assert seen.reached == [Scope("aws", OWN, "global")]
    assert [(g.scope.boundary, g.kind, g.detail) for g in seen.gaps] == [
        (estate.dev, "*", "NoRoleConfigured")
    ]
    assert len(seen.of("iam.account_summary", OWN)) == 1


def test_a_first_region_that_is_closed_does_not_shut_everything(
    cloud: FaultyServer, estate: SmallEstate
) -> None:
    cloud.close_region("ap-east-1")
    seen = collected(config_of(estate, regions=["ap-east-1", "eu-west-1"]), CHEAP)
    assert seen.gaps == []
    assert len(seen.of("iam.account_summary")) == 2


def test_role_session_and_external_id_are_as_configured(cloud: FaultyServer, estate: SmallEstate) -> None:
    config = config_of(estate, accounts=[estate.dev], external_id="e-123", session_name="nightly")
    collected(config, CHEAP)
    (asked,) = [r.params for r in cloud.requests if r.call == "sts:AssumeRole"]
    assert asked["RoleArn"] == f"arn:aws:iam::{estate.dev}:role/{ROLE}"
    assert (asked["ExternalId"], asked["RoleSessionName"]) == ("e-123", "nightly")


def test_credentials_are_renewed_before_they_run_out(cloud: FaultyServer, estate: SmallEstate) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=5)).strftime("%Y-%m-%dT%H:%M:%SZ").encode()

    def short(body: bytes) -> bytes:
        start, end = body.index(b"<Expiration>") + 12, body.index(b"</Expiration>")
        return body[:start] + soon + body[end:]

    cloud.amend("sts:AssumeRole", short)
    config = config_of(estate, accounts=[estate.dev])
    assert collected(config, CHEAP).gaps == []
    assert cloud.calls["sts:AssumeRole"] > 1


def test_a_run_outlives_its_first_credentials(cloud: FaultyServer, estate: SmallEstate) -> None:
    """Each role session ends after two seconds, and the server refuses its keys from then on."""
    ends: dict[str, float] = {}

    def short(body: bytes) -> bytes:
        found = re.search(rb"<AccessKeyId>(\w+)</AccessKeyId>", body)
        assert found is not None
        ends[found[1].decode()] = time.monotonic() + 2
        soon = (datetime.now(UTC) + timedelta(seconds=2)).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        return re.sub(rb"(<Expiration>)[^<]+", rb"\g<1>" + soon, body)

    cloud.amend("sts:AssumeRole", short)
    cloud.refuse("expired", lambda request: time.monotonic() > ends.get(request.key, time.monotonic()))
    # Two regions after each other, and three seconds between their first calls and their last.
    cloud.slow("iam:GetAccountSummary", 3)
    cloud.slow("ec2:DescribeRegions", 3)
    config = config_of(estate, accounts=[estate.dev])
    seen = collected(config, CHEAP, "ec2:DescribeVpcs", "s3:GetBucketAcl")
    assert seen.gaps == []
    late = [r for r in cloud.requests if r.at - min(r.at for r in cloud.requests) > 3]
    assert {r.call for r in late} >= {"ec2:DescribeVpcs"}
    assert {r.key for r in late} - {r.key for r in cloud.requests if r not in late}, "a later key was used"


class TestWithoutCredentials:
    def test_none_at_all(self, estate: SmallEstate, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        with pytest.raises(CredentialsError, match="No AWS credentials found") as caught:
            collected(config_of(estate), CHEAP)
        assert "aws sts get-caller-identity" in caught.value.hint

    def test_a_profile_that_is_not_there(self, estate: SmallEstate) -> None:
        with pytest.raises(CredentialsError, match="nowhere"):
            collected(config_of(estate, profile="nowhere"), CHEAP)

    def test_refused(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        cloud.deny("sts:GetCallerIdentity")
        with pytest.raises(CredentialsError, match="do not work: This is the fault denied"):
            collected(config_of(estate), CHEAP)

    def test_a_cloud_that_is_away(self, estate: SmallEstate, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
        with pytest.raises(CredentialsError, match="Could not connect"):
            collected(config_of(estate), CHEAP)

    def test_no_sdk(self) -> None:
        program = """
import sys; sys.modules["botocore"] = None
from scanner.collect import collect
from scanner.config import parse
from scanner.errors import CredentialsError
places = [(tier, {"aws": {"accounts": [account]}}) for tier, account in
          (("production", "1" * 12), ("nonproduction", "2" * 12))]
file = {"version": 1, "environments": {t: {"tier": t, "match": m} for t, m in places}, "sources": {"aws": {}}}
try:
    collect(parse(str(file), "x"), None, None)
except CredentialsError as error:
    print(error, "|", error.hint)
"""
        run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        assert run.stdout.strip() == (
            "AWS cannot be collected: botocore is not installed | pip install 'envsplit[aws]'"
        )


def test_a_profile_of_the_users_own_is_honoured(
    cloud: FaultyServer, estate: SmallEstate, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name)
    (tmp_path / "credentials").write_text(
        f"[audit]\naws_access_key_id = {ACCESS_KEY}\naws_secret_access_key = {SECRET_KEY}\n"
    )
    (tmp_path / "config").write_text(
        f"[profile audit]\nregion = eu-west-1\nendpoint_url = {cloud.url}\n"
        f"[profile hop]\nsource_profile = audit\nregion = eu-west-1\nendpoint_url = {cloud.url}\n"
        f"role_arn = arn:aws:iam::{OWN}:role/hop\n"
    )
    assert collected(config_of(estate, accounts=[estate.dev], profile="audit"), CHEAP).gaps == []
    # A profile may itself assume a role first.
    monkeypatch.setenv("AWS_PROFILE", "hop")
    cloud.clear()
    assert collected(config_of(estate, accounts=[estate.dev]), CHEAP).gaps == []
    assert cloud.calls["sts:AssumeRole"] == 2


class TestOrganization:
    def test_an_account_in_no_organization_says_so(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        gone = b'{"__type": "AWSOrganizationsNotInUseException", "Message": "none"}'
        cloud.answer(ORGANIZATION, 400, gone)
        seen = collected(config_of(estate), ORGANIZATION)
        assert {(g.scope.boundary, g.kind, g.reason) for g in seen.gaps} == {
            (account, "organizations.organization", Reason.NOT_ENABLED)
            for account in (OWN, estate.dev, estate.prod)
        }

    def test_every_account_says_which_organization_it_is_in(self, estate: SmallEstate) -> None:
        seen = collected(config_of(estate), ORGANIZATION)
        found = {record.scope.boundary: record.data for record in seen.of("organizations.organization")}
        assert found.keys() == {OWN, estate.dev, estate.prod}
        assert {data["DescribeOrganization"]["MasterAccountId"] for data in found.values()} == {OWN}

    @pytest.mark.parametrize("denied", [False, True])
    def test_a_management_account_that_is_collected_is_described_once(
        self, cloud: FaultyServer, estate: SmallEstate, denied: bool
    ) -> None:
        if denied:
            cloud.deny("sts:AssumeRole", account=OWN)
        seen = collected(config_of(estate, accounts=[OWN, estate.dev]), ORGANIZATION)
        assert len(seen.of("organizations.organization", OWN)) == 1

    def test_the_advice_for_an_organization_that_is_not_asked(self, estate: SmallEstate) -> None:
        seen = collected(config_of(estate, organization=False), "organizations:ListPolicies")
        (gap,) = [gap for gap in seen.gaps if gap.call == "organizations:ListPolicies"]
        assert "sources.aws.organization" in gap.permission
        assert "assume: {scp: absent, rcp: absent}" in gap.permission

    def test_not_asked_for_is_a_gap_and_no_call(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        seen = collected(config_of(estate, organization=False), ORGANIZATION, "organizations:ListPolicies")
        assert not [call for call in cloud.calls if call.startswith("organizations:")]
        assert {(g.call, g.reason, g.detail) for g in seen.gaps} >= {
            (ORGANIZATION, Reason.UNREACHED, "NotAsked"),
            ("organizations:ListPolicies", Reason.UNREACHED, "NotAsked"),
        }

    def test_read_with_a_role(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        role = f"arn:aws:iam::{estate.dev}:role/{ROLE}"
        config = config_of(estate, organization={"role": role, "account": estate.dev})
        seen = collected(config, ORGANIZATION)
        # moto's organization answers its members too; its records belong to the management account.
        assert OWN not in {r.account for r in cloud.requests if r.call == ORGANIZATION}
        assert len(seen.of("organizations.organization", OWN)) == 1

    def test_a_role_that_cannot_be_assumed_hides_all_of_it(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("sts:AssumeRole")
        role = f"arn:aws:iam::{OWN}:role/organization"
        config = config_of(estate, accounts=[], organization={"role": role, "account": OWN})
        seen = collected(config)
        assert {g.scope for g in seen.gaps} == {Scope("aws", OWN, "global")}
        assert {(g.reason, g.detail) for g in seen.gaps} == {(Reason.UNREACHED, "AccessDenied")}
        assert {g.kind for g in seen.gaps} == {
            *(f"organizations.{kind}" for kind in ("organization", "root", "unit", "account", "policy")),
            "ce.cost_allocation_tag",
            *(
                "identitystore.group",
                "identitystore.user",
                "sso-admin.assignment",
                "sso-admin.permission_set",
            ),
        }


class TestReadOnly:
    @pytest.fixture
    def gate(self, estate: SmallEstate) -> Gate:
        source = config_of(estate).sources.aws
        assert source is not None
        return Gate(source, Guard(frozenset({"s3:ListBuckets"}), Halt()))

    @pytest.mark.parametrize("own", [True, False])
    def test_what_the_table_does_not_list_is_never_sent(
        self, cloud: FaultyServer, estate: SmallEstate, gate: Gate, own: bool
    ) -> None:
        entered = gate.own if own else gate.enter(estate.dev)
        cloud.clear()
        s3 = entered.clients.get("s3", "eu-west-1")
        for refused in (
            lambda: s3.delete_bucket(Bucket="dev-backup"),
            lambda: s3.get_object(Bucket="dev-artifacts", Key="model.bin"),
            lambda: entered.clients.get("iam", "eu-west-1").create_user(UserName="mallory"),
            lambda: entered.clients.get("sts", "eu-west-1").get_session_token(),
        ):
            with pytest.raises(EnvsplitError, match=r"Refused to call .* not in the table"):
                refused()
        assert not cloud.calls
        s3.list_buckets()
        assert cloud.calls == {"s3:ListBuckets": 1}

    def test_tls_is_verified_whatever_the_environment_says(
        self, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        for service in ("s3", "iam", "sts", "s3control"):
            client = Clients(gate._session, 1, gate._budgets).get(service, "eu-west-1")
            assert client.meta.endpoint_url.startswith("https://")
            verified = client._endpoint.http_session._verify
            assert verified is True or Path(verified).is_file()

    def test_a_foreign_endpoint_gets_path_style_and_aws_does_not(
        self, gate: Gate, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        style = [gate.own.clients.get("s3", "eu-west-1").meta.config.s3]
        monkeypatch.delenv("AWS_ENDPOINT_URL")
        style.append(Clients(gate._session, 1, gate._budgets).get("s3", "eu-west-1").meta.config.s3)
        assert style == [{"addressing_style": "path"}, None]
