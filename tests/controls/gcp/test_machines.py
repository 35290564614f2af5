"""CST-003, CST-004 and HRD-002 on instances."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.gcp.conftest import Lab
from tests.faults.gcp.makers_more import instance, schedule

FAULTS = ("denied", "throttled", "failing", "cut")
SPOT: dict[str, Any] = {"scheduling": {"provisioningModel": "SPOT"}}
OF_A_GROUP = {"metadata": {"items": [{"key": "created-by", "value": "projects/1/instanceGroupManagers/g"}]}}


class TestChoice:
    RULE = "CST-004"

    @pytest.fixture(autouse=True)
    def _declared(self, lab: Lab) -> None:
        lab.environments = {
            "dev": {
                "tier": "nonproduction",
                "match": {"gcp": {"projects": [lab.dev]}},
                "costs": {"spot": True, "types": ["e2-*", "n2-standard-?"]},
            },
            "prod": {
                "tier": "production",
                "match": {"gcp": {"projects": [lab.prod]}},
                "costs": {"spot": False, "types": ["n2-*"]},
            },
        }

    def test_spot_in_development_and_on_demand_in_production(self, lab: Lab) -> None:
        right = instance(lab.cloud, lab.dev, "right", **SPOT), instance(lab.cloud, lab.prod, "serving")
        wrong = instance(lab.cloud, lab.dev, "wrong"), instance(lab.cloud, lab.prod, "cheap", **SPOT)
        preemptible = instance(lab.cloud, lab.prod, "old", scheduling={"preemptible": True})
        found = lab.judge(self.RULE)
        assert {found["lifecycle", each] for each in right} == {"pass"}
        assert {found["lifecycle", each] for each in (*wrong, preemptible)} == {"fail"}

    def test_sizes(self, lab: Lab) -> None:
        kind = f"https://www.googleapis.com/compute/v1/projects/{lab.dev}/zones/z/machineTypes/a3-megagpu-8g"
        fits, large = (
            instance(lab.cloud, lab.dev, "fits"),
            instance(lab.cloud, lab.dev, "x", machineType=kind),
        )
        found = lab.judge(self.RULE)
        assert (found["types", fits], found["types", large]) == ("pass", "fail")

    def test_machines_of_a_group_are_the_groups_choice(self, lab: Lab) -> None:
        made = instance(lab.cloud, lab.dev, "made", **OF_A_GROUP)
        assert not any(subject == made for _, subject in lab.judge(self.RULE))

    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_was_not_listed(self, lab: Lab, fault: str) -> None:
        instance(lab.cloud, lab.prod, "serving")
        lab.server.fault(fault, "assets:RESOURCE", within=lab.prod)
        found = lab.judge(self.RULE)
        assert {found[check, f"gcp/{lab.prod}/global/instance"] for check in ("lifecycle", "types")} == {
            "unknown"
        }


class TestStops:
    RULE = "CST-003"

    def test_a_schedule_that_names_it(self, lab: Lab) -> None:
        night, day, serving = (
            instance(lab.cloud, project, name)
            for project, name in ((lab.dev, "night"), (lab.dev, "day"), (lab.prod, "serving"))
        )
        schedule(lab.cloud, lab.dev, "nightly", night, stop="0 20 * * *")
        found = lab.judge(self.RULE)
        assert [found["stops", one] for one in (night, day, serving)] == ["pass", "fail", "pass"]

    def test_production_must_not_stop(self, lab: Lab) -> None:
        serving = instance(lab.cloud, lab.prod, "serving")
        schedule(lab.cloud, lab.prod, "nightly", serving, stop="0 20 * * *")
        assert lab.judge(self.RULE)["stops", serving] == "fail"

    @pytest.mark.parametrize(
        "more",
        [{"status": "EXPIRED"}, {"status": "INVALID"}],
    )
    def test_a_schedule_that_does_not_act(self, lab: Lab, more: dict[str, str]) -> None:
        trainer = instance(lab.cloud, lab.dev, "trainer")
        schedule(lab.cloud, lab.dev, "nightly", trainer, stop="0 20 * * *", **more)
        assert lab.judge(self.RULE)["stops", trainer] == "fail"

    def test_one_that_only_starts_or_snapshots_stops_nothing(self, lab: Lab) -> None:
        trainer = instance(lab.cloud, lab.dev, "trainer")
        schedule(lab.cloud, lab.dev, "mornings", trainer, stop=None)
        found = lab.cloud.find(schedule(lab.cloud, lab.dev, "snapshots", trainer, stop=None))
        del found["instanceSchedulePolicy"]
        assert lab.judge(self.RULE)["stops", trainer] == "fail"

    @pytest.mark.parametrize("status", ["TERMINATED", "SUSPENDED", "STOPPING"])
    def test_what_does_not_run(self, lab: Lab, status: str) -> None:
        trainer = instance(lab.cloud, lab.dev, "trainer", status=status)
        assert lab.judge(self.RULE)["stops", trainer] == "pass"

    def test_a_limit_of_its_run_stops_it_too(self, lab: Lab) -> None:
        limit = {"scheduling": {"maxRunDuration": {"seconds": "3600"}, "instanceTerminationAction": "STOP"}}
        trainer, serving = (
            instance(lab.cloud, lab.dev, "trainer", **limit),
            instance(lab.cloud, lab.prod, "serving", **limit),
        )
        found = lab.judge(self.RULE)
        assert (found["stops", trainer], found["stops", serving]) == ("pass", "fail")

    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_was_not_listed(self, lab: Lab, fault: str) -> None:
        instance(lab.cloud, lab.dev, "trainer")
        lab.server.fault(fault, "assets:RESOURCE", within=lab.dev)
        assert lab.judge(self.RULE)["stops", f"gcp/{lab.dev}/global/instance"] == "unknown"

    def test_a_schedule_that_was_cut_off_may_stop_it(self, lab: Lab) -> None:
        trainer = instance(lab.cloud, lab.dev, "trainer")
        policy = schedule(lab.cloud, lab.dev, "nightly", trainer, stop="0 20 * * *")
        lab.cloud.whole(policy)["assetExceptions"] = [{"exceptionType": "TRUNCATION"}]
        assert lab.judge(self.RULE)["stops", trainer] == "unknown"


class TestHardening:
    RULE = "HRD-002"

    def test_shielded(self, lab: Lab) -> None:
        safe = instance(lab.cloud, lab.prod, "safe")
        no_boot = instance(lab.cloud, lab.prod, "b", shieldedInstanceConfig={"enableVtpm": True})
        no_tpm = instance(lab.cloud, lab.prod, "t", shieldedInstanceConfig={"enableSecureBoot": True})
        none = instance(lab.cloud, lab.prod, "n", shieldedInstanceConfig={})
        found = lab.judge(self.RULE)
        assert [found["boot", one] for one in (safe, no_boot, no_tpm, none)] == [
            "pass",
            "fail",
            "fail",
            "fail",
        ]
        assert {found["metadata", one] for one in (safe, none)} == {"pass"}

    def test_an_instance_that_was_cut_off(self, lab: Lab) -> None:
        safe = instance(lab.cloud, lab.prod, "safe")
        lab.cloud.whole(safe)["assetExceptions"] = [{"exceptionType": "TRUNCATION"}]
        found = lab.judge(self.RULE)
        assert {found[check, safe] for check in ("boot", "metadata")} == {"unknown"}

    @pytest.mark.parametrize("fault", FAULTS)
    def test_what_was_not_listed(self, lab: Lab, fault: str) -> None:
        instance(lab.cloud, lab.prod, "safe")
        lab.server.fault(fault, "assets:RESOURCE", within=lab.prod)
        found = lab.judge(self.RULE)
        assert {found[check, f"gcp/{lab.prod}/global/instance"] for check in ("boot", "metadata")} == {
            "unknown"
        }

    def test_no_value_of_its_metadata_is_kept(self, lab: Lab) -> None:
        token = "AKIAIOSFODNN7EXAMPLE"
        script = [{"key": "startup-script", "value": f"export AWS_ACCESS_KEY_ID={token}"}]
        plain = [{"key": "db-password", "value": "correct horse battery"}]
        quiet = [{"key": "enable-oslogin", "value": "TRUE"}, {"key": "startup-script", "value": "echo hello"}]
        made = [
            instance(lab.cloud, lab.prod, f"i-{number}", metadata={"items": items})
            for number, items in enumerate((script, plain, quiet))
        ]
        decided = lab.decide(self.RULE)
        assert token not in repr(decided.taken.records)
        assert "correct horse" not in repr(decided.taken.records)
        told = [decided.estate.by_id[each].attrs["user_data_secret"] for each in made]
        assert told == [True, True, False]
