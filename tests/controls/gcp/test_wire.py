"""What the collector sends, and what becomes of what it is answered, over real HTTPS."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest

from scanner import collect as collecting
from scanner import pipeline, preparation
from scanner.collect.calls import Span
from scanner.collect.crew import Halt
from scanner.collect.gcp import calls
from scanner.collect.gcp._guard import Guard
from scanner.collect.gcp._words import RESOURCE, Assets
from scanner.config import EnvironmentFile, load
from scanner.errors import CredentialsError, EnvsplitError
from scanner.model.checkup import Method
from scanner.model.snapshot import Gap, Reason
from tests.collect.conftest import Seen
from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.cloud import ORGANIZATION
from tests.faults.gcp.makers import bucket, network, topic
from tests.faults.gcp.makers_more import budget, paid
from tests.faults.gcp.signing_in import SUBJECT

RESOURCES, POLICIES = "assets:RESOURCE", "assets:IAM_POLICY"
LIST = "cloudasset.assets.listResource"
BUCKETS = "storage:Buckets"


def _config(lab: Lab) -> EnvironmentFile:
    path = lab.folder / "envsplit.yaml"
    path.write_text(json.dumps(lab.environment_file()))
    return load(path)


def _collected(lab: Lab, *only: str, **source: Any) -> Seen:
    lab.source |= source
    lab.server.begin()
    seen = Seen()
    collecting.collect(_config(lab), seen, seen, only=frozenset(only) or None)
    return seen


def _filled(lab: Lab) -> None:
    bucket(lab.cloud, lab.prod, "models", labels={"environment": "prod"})
    network(lab.cloud, lab.prod, "vpc")
    topic(lab.cloud, lab.dev, "events", environment="dev")
    paid(lab.cloud, lab.prod)
    budget(lab.cloud, "prod", lab.prod)


def test_every_call_is_answered_and_nothing_is_missed(lab: Lab) -> None:
    _filled(lab)
    seen = _collected(lab, organization=ORGANIZATION)
    assert seen.gaps == []
    assert seen.reached == seen.asked
    assert [scope.boundary for scope in seen.asked] == [lab.dev, lab.prod]
    assert set(seen.calls) == collecting.gcp.made(None) - {"resourcemanager:SearchProjects"}
    assert [record.scope.boundary for record in seen.of("resources.project")] == [lab.dev, lab.prod]


def test_what_is_collected_is_the_same_twice(lab: Lab) -> None:
    _filled(lab)
    first = _collected(lab)
    lab.cloud.assets.reverse()
    lab.server.page = 1
    second = _collected(lab)
    assert {at: sorted(found, key=lambda one: one.id) for at, found in first.parts.items()} == {
        at: sorted(found, key=lambda one: one.id) for at, found in second.parts.items()
    }


def test_no_secret_of_ours_is_kept(lab: Lab) -> None:
    _filled(lab)
    seen = _collected(lab)
    text = repr(seen.parts) + repr(seen.gaps)
    assert "PRIVATE KEY" not in text
    assert "ya29." not in text


def test_all_is_of_one_read_time(lab: Lab) -> None:
    """The first page tells it, and every other one is asked with it (the server checks the value)."""
    _filled(lab)
    lab.server.page = 2
    _collected(lab)
    listed = [request for request in lab.server.requests if request.call.startswith("assets:")]
    first = [request for request in listed if "readTime" not in request.query]
    assert len(listed) >= 5
    # The pages of the first listing go on with what it was asked with.
    assert {(request.path, request.query["contentType"][0]) for request in first} == {
        (f"/v1/projects/{lab.dev}/assets", "1")
    }


def test_one_listing_answers_for_all_projects_of_an_organization(lab: Lab) -> None:
    for number in range(25):
        bucket(lab.cloud, lab.cloud.project(f"team-{number}"), f"store-{number}")
    lab.server.page = 10
    seen = _collected(lab, BUCKETS, organization=ORGANIZATION, discover=True)
    assert len(seen.of("storage.bucket")) == 25
    assert len(seen.reached) == 27
    assert seen.gaps == []
    # 27 projects and 25 buckets, ten a page.
    assert lab.server.calls[RESOURCES] == 6


def test_calls_for_ten_thousand_resources(lab: Lab) -> None:
    for project in (lab.dev, lab.prod):
        for number in range(2_500):
            network(lab.cloud, project, f"vpc-{number}")
            topic(lab.cloud, project, f"topic-{number}")
    seen = _collected(lab, organization=ORGANIZATION)
    assert len(seen.of("compute.network")) == len(seen.of("resources.other")) == 5_000
    assert len(lab.server.requests) < 60


@pytest.mark.parametrize(
    ("fault", "reason", "code"),
    [
        ("denied", Reason.DENIED, "IAM_PERMISSION_DENIED"),
        ("expired", Reason.FAILED, "ACCESS_TOKEN_EXPIRED"),
        ("missing", Reason.FAILED, "NOT_FOUND"),
        ("conflict", Reason.FAILED, "ABORTED"),
        ("throttled", Reason.THROTTLED, "RATE_LIMIT_EXCEEDED"),
        ("failing", Reason.FAILED, "INTERNAL"),
        ("unsupported", Reason.UNSUPPORTED, "UNIMPLEMENTED"),
        ("disabled", Reason.FAILED, "SERVICE_DISABLED"),
        ("endless", Reason.FAILED, "MoreThanAnswered"),
        ("undated", Reason.FAILED, "UnexpectedAnswer"),
        ("cut", Reason.FAILED, "UnexpectedAnswer"),
    ],
)
def test_assets_that_were_not_answered_make_a_gap_and_no_part(
    lab: Lab, fault: str, reason: Reason, code: str
) -> None:
    bucket(lab.cloud, lab.prod, "models")
    lab.server.fault(fault, RESOURCES, within=lab.prod)
    seen = _collected(lab, BUCKETS)
    asked = {scope.boundary: scope for scope in seen.asked}
    wanted = Gap(asked[lab.prod], "*", "resources:Projects", LIST, reason, "", code)
    assert seen.gaps == [wanted]
    assert seen.reached == [asked[lab.dev]]
    assert not [scope for scope, _ in seen.parts if scope == asked[lab.prod]]


@pytest.mark.parametrize("fault", ["denied", "missing", "throttled", "failing", "disabled", "endless", "cut"])
def test_policies_that_were_not_answered_are_a_gap_of_their_own(lab: Lab, fault: str) -> None:
    bucket(lab.cloud, lab.prod, "models")
    lab.server.fault(fault, POLICIES, within=lab.prod)
    seen = _collected(lab)
    (gap,) = [gap for gap in seen.gaps if gap.kind == "storage.bucket"]
    assert (gap.scope.boundary, gap.call) == (lab.prod, "asset:IamPolicies")
    (record,) = seen.of("storage.bucket")
    assert "IamPolicies" not in record.data


def test_what_was_throttled_for_a_while_is_asked_again(lab: Lab) -> None:
    models = bucket(lab.cloud, lab.prod, "models")
    for call in (RESOURCES, POLICIES):
        lab.server.fault("throttled", call, times=2)
    lab.server.fault("failing", RESOURCES, within=lab.prod, times=1)
    lab.server.fault("slow", POLICIES, times=1)
    seen = _collected(lab, organization=ORGANIZATION)
    assert seen.gaps == []
    assert [record.id for record in seen.of("storage.bucket")] == [models]


def test_a_listing_that_breaks_off_half_way_leaves_nothing_of_it(lab: Lab) -> None:
    """A page that was had is no whole listing."""
    for number in range(4):
        bucket(lab.cloud, lab.prod, f"store-{number}")
    lab.server.page = 2
    lab.server.fault("failing", RESOURCES, within="pageToken")
    seen = _collected(lab, BUCKETS)
    assert [gap.scope.boundary for gap in seen.gaps] == [lab.prod]
    assert seen.of("storage.bucket") == []


def test_kubernetes_objects_are_none_of_google_clouds(lab: Lab) -> None:
    lab.cloud.asset(lab.prod, "k8s.io/Namespace", "//container.googleapis.com/n", {"metadata": {"name": "n"}})
    assert _collected(lab, "resources:OtherAssets").of("resources.other") == []


class TestProjects:
    def test_one_that_is_not_in_the_organization_is_not_reached(self, lab: Lab) -> None:
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [lab.dev]}}},
            "prod": {"tier": "production", "match": {"gcp": {"projects": [lab.prod, "nowhere"]}}},
        }
        seen = _collected(lab, BUCKETS, organization=ORGANIZATION, discover=True)
        (gap,) = seen.gaps
        assert (gap.scope.boundary, gap.kind, gap.reason) == ("nowhere", "*", Reason.UNREACHED)
        assert gap.detail == "NotVisible"
        assert [scope.boundary for scope in seen.reached] == [lab.dev, lab.prod]

    def test_those_that_fit_a_pattern_are_found(self, lab: Lab) -> None:
        lab.cloud.project("other")
        lab.cloud.find(lab.cloud.assets[-1]["name"])["state"] = "DELETE_REQUESTED"
        lab.cloud.project("elsewhere")
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": ["*-dev"]}}},
            "prod": {"tier": "production", "match": {"gcp": {"projects": [lab.prod]}}},
        }
        seen = _collected(lab, BUCKETS)
        assert [scope.boundary for scope in seen.asked] == [lab.dev, lab.prod]
        assert lab.server.calls["resourcemanager:SearchProjects"] == 1
        assert seen.gaps == []

    def test_where_they_cannot_be_searched_it_is_a_gap(self, lab: Lab) -> None:
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": ["*-dev"]}}},
            "prod": {"tier": "production", "match": {"gcp": {"projects": [lab.prod]}}},
        }
        lab.server.fault("denied", "resourcemanager:SearchProjects")
        seen = _collected(lab, BUCKETS)
        (gap,) = seen.gaps
        assert (gap.scope.boundary, gap.kind, gap.call) == ("*", "*", "resourcemanager:SearchProjects")
        assert [scope.boundary for scope in seen.reached] == [lab.prod]

    def test_folders_are_read_whole(self, lab: Lab) -> None:
        inner = lab.cloud.folder("inner", parent=lab.prod_folder)
        other = lab.cloud.project("serving", parent=inner)
        number = lab.prod_folder.partition("/")[2]
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [lab.dev]}}},
            "prod": {"tier": "production", "match": {"gcp": {"folders": [number]}}},
        }
        seen = _collected(lab, BUCKETS)
        assert [scope.boundary for scope in seen.reached] == [lab.dev, lab.prod, other]
        assert {request.path for request in lab.server.requests} == {
            f"/v1/projects/{lab.dev}/assets",
            f"/v1/{lab.prod_folder}/assets",
        }


class TestDoctor:
    def test_who_may_everything_lacks_nothing(self, lab: Lab) -> None:
        found = collecting.examine(_config(lab), Seen())
        assert {one.scope.boundary for one in found} == {lab.dev, lab.prod}
        assert {(one.reached, one.method, one.gaps) for one in found} == {(True, Method.SIMULATED, ())}
        assert {one.untested for one in found} == {("billing:AccountPolicy", "billing:Budgets")}

    def test_it_tells_what_a_role_lacks(self, lab: Lab) -> None:
        lab.cloud.restrict(ml_dev={LIST}, ml_prod={LIST, "cloudasset.assets.listIamPolicy"})
        found = {one.scope.boundary: one for one in collecting.examine(_config(lab), Seen())}
        lacking = {gap.call for gap in found[lab.dev].gaps}
        assert "asset:IamPolicies" in lacking
        assert BUCKETS not in lacking
        assert "asset:IamPolicies" not in {gap.call for gap in found[lab.prod].gaps}

    def test_a_project_that_cannot_be_asked(self, lab: Lab) -> None:
        lab.server.fault("denied", "resourcemanager:TestIamPermissions", within=lab.prod)
        found = {one.scope.boundary: one for one in collecting.examine(_config(lab), Seen())}
        assert found[lab.prod].reached is False
        assert found[lab.dev].reached is True

    def test_at_the_organization_it_is_asked_there(self, lab: Lab) -> None:
        lab.source = {"organization": ORGANIZATION, "discover": True}
        collecting.examine(_config(lab), Seen())
        tested = [each for each in lab.server.requests if each.call == "resourcemanager:TestIamPermissions"]
        assert [each.path for each in tested] == [f"/v3/organizations/{ORGANIZATION}:testIamPermissions"]

    def test_rules_that_google_cloud_does_not_feed_yet_would_be_unknown(self, lab: Lab) -> None:
        found = preparation.checkup(_config(lab), pipeline.Judging(), Seen())
        assert "DAT-006" not in found["rules"]
        assert len(found["rules"]["ISO-004"]) == 2

    def test_the_least_role_is_enough(self, lab: Lab) -> None:
        _filled(lab)
        only = (BUCKETS, "asset:IamPolicies")
        role = collecting.permissions("gcp", frozenset(only))["envsplit_audit"]
        held = set(role["includedPermissions"])
        lab.cloud.restrict(ml_dev=held, ml_prod=held)
        assert _collected(lab, *only).gaps == []
        for permission in held - {"resourcemanager.projects.get"}:
            lab.cloud.restrict(ml_dev=held, ml_prod=held - {permission})
            assert _collected(lab, *only).gaps, permission


class TestGuard:
    @pytest.mark.parametrize(
        ("method", "url"),
        [
            ("POST", "https://cloudasset.googleapis.com/v1/projects/p:exportAssets"),
            ("POST", "https://cloudresourcemanager.googleapis.com/v3/projects/p:setIamPolicy"),
            ("PATCH", "https://cloudresourcemanager.googleapis.com/v3/projects/p"),
            ("DELETE", "https://cloudresourcemanager.googleapis.com/v3/projects/p"),
            ("GET", "https://cloudresourcemanager.googleapis.com/v3/projects/p"),
            ("GET", "https://secretmanager.googleapis.com/v1/projects/p/secrets/s/versions/1:access"),
            ("GET", "https://storage.googleapis.com/storage/v1/b/models/o"),
            ("GET", "https://cloudasset.googleapis.com/v1/projects/../assets"),
        ],
    )
    def test_it_refuses_what_is_not_in_the_table(self, method: str, url: str) -> None:
        with pytest.raises(EnvsplitError, match="Refused"):
            Guard(calls(), None, Halt()).check(method, url)

    @pytest.mark.parametrize("host", ["http://cloudasset.googleapis.com", "https://elsewhere.example"])
    def test_no_token_goes_elsewhere(self, host: str) -> None:
        guard = Guard(calls(), None, Halt())
        assert guard.is_read("GET", "https://cloudasset.googleapis.com:443/v1/projects/p/assets?pageSize=1")
        assert not guard.is_read("GET", f"{host}/v1/projects/p/assets")

    def test_it_stands_below_the_clients(self, lab: Lab) -> None:
        """A client that is asked for something else is stopped, whatever it was made for."""
        from scanner.collect.gcp._gate import Gate  # noqa: PLC0415 - needs the SDK

        source = _config(lab).sources.gcp
        assert source is not None
        gate = Gate(source, Guard(calls(), source.endpoint, Halt()))
        with pytest.raises(EnvsplitError, match="Refused"):
            gate.projects.delete_project(name="projects/ml-prod")
        with pytest.raises(EnvsplitError, match="Refused"):
            gate.session.get("http://127.0.0.1/v1/projects/p/assets")
        assert lab.server.requests == []


class TestCredentials:
    def test_a_key_that_is_not_known(self, lab: Lab) -> None:
        odd = lab.server.signing_in.key_file(lab.server.url, "odd.json", client_email="nobody@example.com")
        with pytest.raises(CredentialsError, match="do not work") as caught:
            _collected(lab, credentials=str(odd))
        assert caught.value.why == "invalid_grant: Invalid JWT Signature."

    def test_none_at_all(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(lab.folder / "nowhere.json"))
        with pytest.raises(CredentialsError, match="No Google Cloud credentials"):
            _collected(lab)

    def test_a_file_that_is_named_in_the_environment_file(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS")
        found = lab.server.signing_in.key_file(lab.server.url, "named.json")
        assert _collected(lab, BUCKETS, credentials=str(found)).gaps == []

    def test_workload_identity_federation(self, lab: Lab) -> None:
        found = lab.server.signing_in.federation_file(lab.server.url)
        seen = _collected(lab, BUCKETS, credentials=str(found))
        assert seen.gaps == []
        assert SUBJECT not in repr(seen.parts)

    def test_a_token_that_runs_out_is_renewed(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        from scanner.collect.gcp._projects import Collection  # noqa: PLC0415 - needs the SDK

        bucket(lab.cloud, lab.prod, "models")
        whole = Collection.placed

        def later(*asked: Any) -> dict[str, str]:
            lab.server.signing_in.forget()
            return whole(*asked)

        monkeypatch.setattr(Collection, "placed", later)
        seen = _collected(lab, BUCKETS)
        assert seen.gaps == []
        assert len(seen.of("storage.bucket")) == 1

    def test_a_server_whose_certificate_is_not_trusted(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(CredentialsError):
            _collected(lab)
        assert not lab.server.requests


def test_importing_the_collector_imports_no_sdk() -> None:
    code = (
        "import sys, scanner.collect as c; c.call_table(); c.permissions('gcp', None); "
        "print([name for name in sys.modules if name.split('.')[0] in ('google', 'requests', 'boto3')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_type_that_a_call_names_is_told_by_its_labels() -> None:
    """What `resources:OtherAssets` leaves out has a normaliser that reads its labels."""
    from scanner.estate.providers import PROVIDERS  # noqa: PLC0415 - of this test alone

    named = {
        call.kind
        for call in calls()
        for read, _, _ in call.all_reads()
        if isinstance(read, Assets) and read.content == RESOURCE and call.span is Span.GLOBAL
    }
    # What has no labels: versions of keys and secrets, keys, values of tags.
    without = {"resources.tagvalue", "iam.apikey", "iam.serviceaccountkey"}
    without |= {"cloudkms.cryptokeyversion", "secretmanager.secretversion"}
    assert named - without <= {each.native for each in PROVIDERS["gcp"] if each.taggable}


def test_the_permissions_command() -> None:
    command = [sys.executable, "-m", "scanner", "permissions", "gcp", "--rules", "DAT-006"]
    done = subprocess.run([*command, "--format", "terraform"], capture_output=True, text=True, check=True)
    assert 'resource "google_organization_iam_custom_role" "envsplit_audit"' in done.stdout
    assert '"cloudasset.assets.listResource",' in done.stdout
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["stage"] == "GA"


def test_scopes_are_alike(lab: Lab) -> None:
    seen = _collected(lab, BUCKETS)
    assert {replace(scope, boundary="x").id for scope in seen.asked} == {"gcp/x/global"}
