from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest

from scanner import pipeline, preparation
from scanner.collect import examine
from scanner.collect.aws import call_table, calls
from scanner.collect.aws._simulation import principal_of
from scanner.collect.calls import Span
from scanner.model.checkup import Checkup, Method
from tests.collect.conftest import Seen, collected, config_of
from tests.collect.test_resume import _file
from tests.faults.estate import OWN, REGIONS, SmallEstate
from tests.faults.faulty_server import FaultyServer
from tests.faults.wire import Request

SIMULATE = "iam:SimulatePrincipalPolicy"
DENIED = (
    *("s3:GetBucketPolicy", "iam:GetAccountAuthorizationDetails", "ec2:DescribeVpcs", "ecr:DescribeImages"),
    "s3control:GetPublicAccessBlock",
)


VERSIONING = "s3:GetBucketVersioning"
FIRST = {call.read.name for call in calls() if call.read is not None}
"""Listings that need no other."""


REGIONAL = {read.name for call in calls() if call.span is Span.REGION for read, _, _ in call.all_reads()}
AWAY = next(region for region in REGIONS if region != "eu-west-1")


def away(request: Request) -> bool:
    """What an SCP denies that allows one region only: all but global services.

    https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
    """
    return request.region == AWAY and request.call in REGIONAL


def simulation(denied: frozenset[str]) -> Callable[[Request], bytes]:
    """https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html, an answer."""

    def answer(request: Request) -> bytes:
        names = [value for key, value in request.params.items() if key.startswith("ActionNames.member.")]
        assert request.params["PolicySourceArn"].startswith(f"arn:aws:iam::{request.account}:role/")
        assert 0 < len(names) <= 100
        results = "".join(
            f"<member><EvalActionName>{escape(name)}</EvalActionName><EvalResourceName>*</EvalResourceName>"
            f"<EvalDecision>{'implicitDeny' if name in denied else 'allowed'}</EvalDecision></member>"
            for name in names
        )
        return (
            '<SimulatePrincipalPolicyResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/">'
            f"<SimulatePrincipalPolicyResult><IsTruncated>false</IsTruncated><EvaluationResults>{results}"
            "</EvaluationResults></SimulatePrincipalPolicyResult></SimulatePrincipalPolicyResponse>"
        ).encode()

    return answer


def examined(estate: SmallEstate, *only: str, **aws: Any) -> dict[tuple[str, str], Checkup]:
    found = examine(config_of(estate, **aws), Seen(), only=frozenset(only) or None)
    return {(one.what, one.scope.boundary): one for one in found}


@pytest.fixture(autouse=True)
def no_simulation(cloud: FaultyServer) -> None:
    """As moto has it, without its traceback."""
    cloud.unsupported(SIMULATE)


class TestProbed:
    def test_all_is_well_where_nothing_is_denied(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        found = examined(estate)
        assert found.keys() == {("account", estate.dev), ("account", estate.prod), ("organization", OWN)}
        assert {one.method for one in found.values()} == {Method.PROBED}
        assert [one.gaps for one in found.values()] == [(), (), ()]
        # What is asked of some records only (`when`) is not asked of a first one that is none of them.
        assert {name for one in found.values() for name in one.untested}.isdisjoint(FIRST)
        whole = {r.region for r in cloud.requests if r.call == "ecr:DescribeImages"}
        assert whole == {"eu-west-1"}, "one region is examined in full"
        regions = found["account", estate.dev].regions
        assert {r.region for r in cloud.requests if r.call.startswith("ecr:")} == set(regions) == set(REGIONS)

    def test_a_region_that_is_denied_is_found_out(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        cloud.refuse("denied", away)
        config = config_of(estate, accounts=[estate.dev])
        (one,) = (one for one in examine(config, Seen()) if one.what == "account")
        there = {gap for gap in collected(config).gaps if gap.scope.region == AWAY}
        assert {gap.scope.region for gap in one.gaps} == {AWAY}
        assert {(gap.call, gap.permission, gap.reason) for gap in one.gaps} >= {
            (gap.call, gap.permission, gap.reason) for gap in there
        }

    def test_it_foretells_the_gaps_of_a_scan(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        for call in DENIED:
            cloud.deny(call, account=estate.dev)
        cloud.deny("organizations:ListPolicies")
        found = examined(estate)
        seen = collected(config_of(estate, regions=["eu-west-1"]))
        assert len(seen.gaps) > len(DENIED)
        for (what, boundary), one in found.items():
            gaps = [gap for gap in seen.gaps if gap.scope.boundary == boundary]
            assert {gap.call for gap in one.gaps} == {gap.call for gap in gaps}, what
            assert {(gap.permission, gap.reason) for gap in one.gaps} == {
                (gap.permission, gap.reason) for gap in gaps
            }

    def test_it_asks_little(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        examined(estate, accounts=[estate.dev])
        made = [r.call for r in cloud.requests if r.account == estate.dev]
        made = [
            call for call in made if call not in {"iam:GenerateCredentialReport", "sts:GetCallerIdentity"}
        ]
        # Some listings are made in several steps, for one kind of thing after the other.
        assert len(made) < 1.5 * len(call_table())

    def test_only_what_is_wanted(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        examined(estate, "s3:GetBucketPolicy")
        made = {call for call in cloud.calls if not call.startswith("sts:")} - {SIMULATE}
        assert made == {"s3:ListBuckets", "s3:GetBucketPolicy"}

    def test_what_follows_a_denied_listing_is_untested(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("ecr:DescribeRepositories")
        one = examined(estate)["account", estate.dev]
        assert {"ecr:GetRepositoryPolicy", "ecr:DescribeImages"} <= set(one.untested)
        assert [gap.call for gap in one.gaps] == ["ecr:DescribeRepositories"]


class TestSimulated:
    @pytest.fixture(autouse=True)
    def no_simulation(self, cloud: FaultyServer) -> None:
        """Not for these."""

    def test_iam_is_believed_and_only_regions_are_tried(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        denied = frozenset({"s3:GetBucketPolicy", "ec2:DescribeVpcs"})
        cloud.answer(SIMULATE, 200, simulation(denied))
        one = examined(estate, accounts=[estate.dev])["account", estate.dev]
        assert one.method is Method.SIMULATED
        assert {(gap.call, gap.permission) for gap in one.gaps} == {(name, name) for name in denied}
        made = Counter(r.call for r in cloud.requests if r.account == estate.dev)
        for call in ("sts:AssumeRole", "sts:GetCallerIdentity", SIMULATE, "ec2:DescribeRegions"):
            assert made.pop(call) <= 2, call
        assert set(made) <= REGIONAL
        assert {made[call] for call in ("kms:ListKeys", "eks:ListClusters", "lambda:ListFunctions")} == {
            len(REGIONS)
        }
        assert not set(made) & {"kms:GetKeyPolicy", "ecr:DescribeImages", "eks:DescribeCluster"}
        assert len(made) < len(REGIONAL) / 2, "about one read a service"

    def test_a_region_that_is_denied_is_found_out(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        """The simulation knows no SCP with a condition."""
        cloud.answer(SIMULATE, 200, simulation(frozenset()))
        cloud.refuse("denied", away)
        one = examined(estate, "ecr:DescribeRepositories", accounts=[estate.dev])["account", estate.dev]
        assert one.method is Method.SIMULATED
        assert [(gap.call, gap.scope.region) for gap in one.gaps] == [("ecr:DescribeRepositories", AWAY)]

    def test_permissions_that_are_named_otherwise(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        cloud.answer(SIMULATE, 200, simulation(frozenset({"s3:ListAllMyBuckets"})))
        one = examined(estate, accounts=[estate.dev])["account", estate.dev]
        assert [(gap.call, gap.permission) for gap in one.gaps] == [("s3:ListBuckets", "s3:ListAllMyBuckets")]

    @pytest.mark.parametrize("fault", ["deny", "throttle", "fail", "unsupported"])
    def test_where_it_may_not_be_used_calls_are_tried(
        self, cloud: FaultyServer, estate: SmallEstate, fault: str
    ) -> None:
        cloud.answer(SIMULATE, 200, simulation(frozenset()))
        getattr(cloud, fault)(SIMULATE)
        cloud.deny("ec2:DescribeVpcs")
        one = examined(estate, accounts=[estate.dev])["account", estate.dev]
        assert one.method is Method.PROBED
        assert [gap.call for gap in one.gaps] == ["ec2:DescribeVpcs"]

    def test_an_answer_that_leaves_actions_out_is_not_believed(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.answer(SIMULATE, 200, lambda r: simulation(frozenset())(r).replace(b"s3:GetBucketAcl", b"x:Y"))
        assert examined(estate, accounts=[estate.dev])["account", estate.dev].method is Method.PROBED

    @pytest.mark.parametrize(
        ("arn", "role", "principal"),
        [
            ("arn:aws:iam::111111111111:user/team/ana", None, "arn:aws:iam::111111111111:user/team/ana"),
            ("arn:aws:sts::111111111111:assumed-role/A/s", None, "arn:aws:iam::111111111111:role/A"),
            (
                "arn:aws-cn:sts::111111111111:assumed-role/A/s",
                "arn:aws-cn:iam::{account}:role/path/A",
                "arn:aws-cn:iam::111111111111:role/path/A",
            ),
            ("arn:aws:iam::111111111111:root", None, None),
        ],
    )
    def test_whose_policies_count(self, arn: str, role: str | None, principal: str | None) -> None:
        assert principal_of(arn, role) == principal


class TestReached:
    def test_an_account_that_cannot_be_entered(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        cloud.deny("sts:AssumeRole", account=estate.prod)
        one = examined(estate)["account", estate.prod]
        assert (one.reached, one.method) == (False, Method.NONE)
        assert [(gap.call, gap.detail) for gap in one.gaps] == [("sts:AssumeRole", "AccessDenied")]

    def test_an_organization_that_nobody_reads(self, cloud: FaultyServer, estate: SmallEstate) -> None:
        one = examined(estate, organization=False)["organization", OWN]
        assert (one.reached, [gap.detail for gap in one.gaps]) == (False, ["NotAsked"])
        assert not [call for call in cloud.calls if call == "organizations:ListPolicies"]

    def test_accounts_of_the_organization(self, estate: SmallEstate) -> None:
        found = examined(estate, "iam:GetAccountSummary", accounts=[estate.dev], discover=True)
        assert {boundary for what, boundary in found if what == "account"} == {OWN, estate.dev, estate.prod}


class TestRules:
    def _found(self, estate: SmallEstate, *only: str, **aws: Any) -> dict[str, Any]:
        return preparation.checkup(config_of(estate, **aws), pipeline.Judging(only=only), Seen())

    def test_the_rules_that_read_what_is_denied_would_be_unknown(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("s3:GetBucketVersioning", account=estate.prod)
        found = self._found(estate)
        assert found["rules"]["DAT-006"] == [f"aws/{estate.prod}/global"]
        loaded = pipeline.catalogue(pipeline.Judging()).rules
        reading = {name for name, rule in loaded.items() if VERSIONING in pipeline.calls_of(rule.requires)}
        assert set(found["rules"]) == reading < set(loaded)
        assert preparation.exit_code(found) == 11
        (missing,) = [gap for scope in found["scopes"] for gap in scope["missing"]]
        assert missing["permission"] == "s3:GetBucketVersioning"
        assert "DAT-006" in missing["rules"]

    def test_nothing_is_unknown_where_all_is_allowed(self, estate: SmallEstate) -> None:
        found = self._found(estate)
        assert found["rules"] == {}
        assert preparation.exit_code(found) == 0

    def test_an_unread_account_leaves_all_of_its_rules(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("sts:AssumeRole", account=estate.prod)
        found = self._found(estate)
        assert set(found["rules"]) == set(pipeline.catalogue(pipeline.Judging()).rules)
        assert preparation.exit_code(found) == 11
        cloud.deny("sts:AssumeRole")
        assert preparation.exit_code(self._found(estate)) == 3

    def test_an_unread_organization_leaves_only_those_that_read_it(
        self, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        cloud.deny("sts:AssumeRole", account=OWN)
        role = f"arn:aws:iam::{OWN}:role/x"
        rules = self._found(estate, organization={"role": role, "account": OWN})["rules"]
        tree = {entry.name for entry in call_table() if entry.span is Span.ORGANIZATION}
        loaded = pipeline.catalogue(pipeline.Judging()).rules
        assert set(rules) == {
            name for name, rule in loaded.items() if pipeline.calls_of(rule.requires) & tree
        }


class TestCommand:
    def _run(self, config: Path, *more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "scanner", "doctor", "-c", str(config), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    def test_in_words_and_as_json(self, cloud: FaultyServer, estate: SmallEstate, tmp_path: Path) -> None:
        cloud.deny("s3:GetBucketVersioning", account=estate.prod)
        config = _file(estate, tmp_path)
        done = self._run(config)
        assert done.returncode == 11, done.stderr
        assert f"allow s3:GetBucketVersioning in aws/{estate.prod}/global" in done.stdout
        assert "would be unknown: " in done.stdout
        assert "DAT-006" in done.stdout
        found = self._run(config, "--json", "--only", "ACC-005")
        assert found.returncode == 0, found.stderr
        assert json.loads(found.stdout)["rules"] == {}
        assert not (tmp_path / "out").exists()

    def test_without_credentials_it_says_what_a_scan_would(
        self, estate: SmallEstate, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        done = self._run(_file(estate, tmp_path))
        assert done.returncode == 1
        assert "No AWS credentials found" in done.stderr
