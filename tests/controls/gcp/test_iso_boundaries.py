"""ISO-001, ISO-010 and ISO-011 on projects."""

from __future__ import annotations

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.cloud import ORGANIZATION
from tests.faults.gcp.makers import bind, bucket, network, tag_value, topic


class TestOneEnvironment:
    RULE = "ISO-001"

    def test_projects_of_one_environment_each_pass(self, lab: Lab) -> None:
        topic(lab.cloud, lab.prod, "events", environment="prod")
        assert lab.judge(self.RULE) == {
            ("one_environment", lab.dev): "pass",
            ("one_environment", lab.prod): "pass",
        }

    def test_a_foreign_label_on_whatever_resource_fails(self, lab: Lab) -> None:
        events = topic(lab.cloud, lab.prod, "events", environment="dev")
        found = {item.subject: item for item in lab.verdicts(self.RULE)}
        assert found[lab.prod].verdict.value == "fail"
        assert found[lab.prod].detail["resources"] == [events]
        assert found[lab.dev].verdict.value == "pass"

    def test_a_foreign_label_on_the_project_fails(self, lab: Lab) -> None:
        lab.cloud.find(f"//cloudresourcemanager.googleapis.com/projects/{lab.cloud.number(lab.prod)}")[
            "labels"
        ] = {"environment": "dev"}
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "fail"

    def test_a_type_that_has_a_kind_of_its_own_is_told_by_its_labels_too(self, lab: Lab) -> None:
        bucket(lab.cloud, lab.prod, "scratch", labels={"environment": "dev"})
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "fail"

    def test_labels_that_an_api_calls_otherwise(self, lab: Lab) -> None:
        lab.cloud.asset(
            lab.prod,
            "sqladmin.googleapis.com/Instance",
            f"//cloudsql.googleapis.com/projects/{lab.prod}/instances/features",
            {"name": "features", "settings": {"userLabels": {"environment": "dev"}}},
        )
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "fail"

    def test_a_tag_counts_as_a_label_does(self, lab: Lab) -> None:
        value = tag_value(lab.cloud, "environment", "dev")
        bind(lab.cloud, lab.prod, value, "//compute.googleapis.com/projects/1/zones/z/instances/2")
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "unknown", "the value's name is not read"
        lab.source = {"organization": ORGANIZATION}
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "fail"

    def test_what_an_asset_does_not_tell_leaves_it_open(self, lab: Lab) -> None:
        events = topic(lab.cloud, lab.prod, "events", environment="prod")
        lab.cloud.whole(events)["assetExceptions"] = [{"exceptionType": "TRUNCATION", "details": "too large"}]
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "unknown"
        del lab.cloud.whole(events)["assetExceptions"]
        del lab.cloud.whole(events)["resource"]["data"]
        lab.cloud.whole(events)["resource"]["version"] = "v1"
        assert lab.judge(self.RULE)["one_environment", lab.prod] == "unknown"

    def test_what_could_not_be_listed_leaves_it_open(self, lab: Lab) -> None:
        topic(lab.cloud, lab.prod, "events")
        for fault in ("denied", "throttled", "failing", "disabled", "cut", "endless"):
            lab.server.clear()
            lab.server.fault(fault, "assets:RESOURCE", within=lab.prod)
            found = lab.judge(self.RULE)
            assert found["one_environment", lab.prod] == "unknown"
            assert found["one_environment", lab.dev] == "pass"

    def test_two_that_claim_a_project_fail(self, lab: Lab) -> None:
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": ["ml-*"]}}},
            "prod": {"tier": "production", "match": {"gcp": {"projects": [lab.prod]}}},
        }
        found = lab.judge(self.RULE)
        assert found["one_environment", lab.prod] == "fail"
        assert found["one_environment", lab.dev] == "pass"


class TestPattern:
    RULE = "ISO-010"

    def test_projects(self, lab: Lab) -> None:
        assert lab.judge(self.RULE) == {("pattern", lab.dev): "pass", ("pattern", lab.prod): "pass"}
        bucket(lab.cloud, lab.dev, "models", labels={"environment": "prod"})
        assert lab.judge(self.RULE)["pattern", lab.dev] == "fail"
        lab.server.fault("failing", "assets:RESOURCE", within=lab.prod)
        assert lab.judge(self.RULE)["pattern", lab.prod] == "unknown"


class TestAssignment:
    RULE = "ISO-011"

    def test_declared_projects_pass_and_so_does_what_lies_in_them(self, lab: Lab) -> None:
        right = bucket(lab.cloud, lab.prod, "models", labels={"environment": "prod"})
        bare = network(lab.cloud, lab.prod, "vpc")
        found = lab.judge(self.RULE)
        assert {found["assigned", each] for each in (lab.dev, lab.prod)} == {"pass"}
        assert {found["tag_agrees", each] for each in (right, bare)} == {"pass"}

    def test_a_project_that_nobody_declares_fails(self, lab: Lab) -> None:
        other = lab.cloud.project("forgotten")
        lab.source = {"organization": ORGANIZATION, "discover": True}
        found = lab.judge(self.RULE)
        assert found["assigned", other] == "fail"
        assert found["assigned", lab.prod] == "pass"

    def test_one_that_is_being_deleted_is_left_out(self, lab: Lab) -> None:
        other = lab.cloud.project("forgotten")
        name = f"//cloudresourcemanager.googleapis.com/projects/{lab.cloud.number(other)}"
        lab.cloud.find(name)["state"] = "DELETE_REQUESTED"
        lab.source = {"organization": ORGANIZATION, "discover": True}
        assert ("assigned", other) not in lab.judge(self.RULE)

    def test_a_label_that_contradicts(self, lab: Lab) -> None:
        wrong = bucket(lab.cloud, lab.prod, "scratch", labels={"environment": "dev"})
        other = topic(lab.cloud, lab.prod, "events", environment="dev")
        found = lab.judge(self.RULE)
        assert found["tag_agrees", wrong] == "fail"
        assert found["tag_agrees", other] == "fail"

    def test_what_was_not_listed_is_unknown(self, lab: Lab) -> None:
        lab.server.fault("denied", "assets:RESOURCE", within=lab.prod)
        found = lab.judge(self.RULE)
        assert found["tag_agrees", f"gcp/{lab.prod}/global/store"] == "unknown"
        assert found["assigned", lab.prod] == "pass", "it is declared, seen or not"

    def test_a_folder_places_what_nothing_else_names(self, lab: Lab) -> None:
        inner = lab.cloud.folder("inner", parent=lab.prod_folder)
        below = lab.cloud.project("serving", parent=inner)
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"projects": [lab.dev]}}},
            "prod": {
                "tier": "production",
                "match": {"gcp": {"folders": [lab.prod_folder.partition("/")[2]]}},
            },
        }
        lab.source = {"organization": ORGANIZATION, "discover": True}
        other = lab.cloud.project("elsewhere")
        found = lab.decide(self.RULE)
        places = {item.id: item.environment for item in found.estate.of("boundary")}
        assert places == {below: "prod", lab.prod: "prod", lab.dev: "dev", other: None}
        words = {item.subject: item.verdict.value for item in found.verdicts if item.check == "assigned"}
        assert words[below] == "pass"
        assert words[other] == "fail"

    def test_labels_select_where_projects_do_not(self, lab: Lab) -> None:
        lab.environments = {
            "dev": {"tier": "nonproduction", "match": {"gcp": {"tags": {"stage": ["dev*"]}}}},
            "prod": {"tier": "production", "match": {"gcp": {"tags": {"stage": ["prod"]}}}},
        }
        models = bucket(lab.cloud, lab.prod, "models", labels={"stage": "prod"})
        found = lab.decide(self.RULE)
        assert found.estate.by_id[models].environment == "prod"
        assert found.estate.by_id[models].attrs["assigned_by"] == "tag"
