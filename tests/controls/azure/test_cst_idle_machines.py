"""CST-003: what stops by itself in development, and what must not in production."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import compute, kubernetes, machine, pool, scale_set, workspace
from tests.faults.azure.watching import autoscale, shutdown

RULE = "CST-003"


def _stop(**more: Any) -> dict[str, Any]:
    cron = {"expression": "0 19 * * *", "timeZone": "UTC"}
    return {"action": "Stop", "status": "Enabled", "triggerType": "Cron", "cron": cron, **more}


def test_machines_that_are_shut_down_every_day(lab: Lab) -> None:
    names = ("stopped", "kept", "off", "gone", "still", "lab")
    stopped, kept, off, gone, still, foreign = (machine(lab.cloud, lab.dev, name) for name in names)
    shutdown(lab.cloud, lab.dev, stopped)
    shutdown(lab.cloud, lab.dev, off, status="Disabled")
    shutdown(lab.cloud, lab.dev, foreign, dailyRecurrence=None)
    state = {"deallocated": gone, "stopped": still}
    for word, item in state.items():
        code = {"instanceView": {"powerState": {"code": f"PowerState/{word}"}}}
        lab.cloud.find(item)["properties"]["extended"] = code
    found = lab.judge(RULE)
    assert [found["stops", one] for one in (stopped, kept, off, gone, still, foreign)] == [
        "pass",
        "fail",
        "fail",
        "pass",
        "fail",
        "fail",
    ]


def test_production_is_not_stopped(lab: Lab) -> None:
    stopped, kept = (machine(lab.cloud, lab.prod, name) for name in ("stopped", "kept"))
    shutdown(lab.cloud, lab.prod, stopped)
    decided = lab.decide(RULE)
    found = {item.subject: item.verdict.value for item in decided.verdicts}
    assert (found[stopped], found[kept]) == ("fail", "pass")
    assert "ana@example.com" not in repr(decided.taken.records)


def test_scale_sets(lab: Lab) -> None:
    fixed, empty, nightly, capped = (
        scale_set(lab.cloud, lab.dev, name, count=0 if name == "empty" else 2)
        for name in ("fixed", "empty", "nightly", "capped")
    )
    autoscale(lab.cloud, lab.dev, nightly, (1, 4, False), (0, 0, True))
    second = lab.cloud.resource(
        lab.dev,
        "Microsoft.Insights/autoscaleSettings",
        "capped",
        {
            "enabled": True,
            "targetResourceUri": capped,
            "profiles": [
                {"name": "all", "capacity": {"minimum": "1", "maximum": "4", "default": "1"}, "rules": []}
            ],
        },
    )
    found = lab.judge(RULE)
    assert second
    assert [found["stops", one] for one in (fixed, empty, nightly, capped)] == [
        "fail",
        "pass",
        "pass",
        "fail",
    ]


def test_pools_that_scale_to_nothing(lab: Lab) -> None:
    scaling: dict[str, Any] = {"enableAutoScaling": True, "maxCount": 5}
    pools = (
        pool("system", mode="System"),
        pool("gpu", 0, minCount=0, **scaling),
        pool("warm", 1, minCount=1, **scaling),
        pool("off", 3, powerState={"code": "Stopped"}),
    )
    cluster = kubernetes(lab.cloud, lab.dev, "aks", *pools)
    night = kubernetes(lab.cloud, lab.dev, "night", pool("system"))
    lab.cloud.find(night)["properties"]["powerState"] = {"code": "Stopped"}
    found = lab.judge(RULE)
    names = ("system", "gpu", "warm", "off")
    assert [found["stops", f"{cluster}/agentpools/{name}"] for name in names] == [
        "fail",
        "pass",
        "fail",
        "pass",
    ]
    assert found["stops", f"{night}/agentpools/system"] == "pass"


def test_computes_of_machine_learning(lab: Lab) -> None:
    holder = workspace(lab.cloud, lab.dev, "ml")

    def notebook(name: str, **more: Any) -> str:
        return compute(lab.cloud, holder, name, "ComputeInstance", **{"state": "Running", **more})

    subjects = {
        notebook("idle", idleTimeBeforeShutdown="PT1H"): "pass",
        notebook("patient", idleTimeBeforeShutdown="P1DT2H"): "fail",
        notebook("forever"): "fail",
        notebook("stopped", state="Stopped"): "pass",
        notebook("nightly", schedules={"computeStartStop": [_stop()]}): "pass",
        notebook("morning", schedules={"computeStartStop": [_stop(action="Start")]}): "fail",
        notebook("off", schedules={"computeStartStop": [_stop(status="Disabled")]}): "fail",
        compute(
            lab.cloud, holder, "cpu", "AmlCompute", scaleSettings={"minNodeCount": 0, "maxNodeCount": 4}
        ): "pass",
        compute(
            lab.cloud, holder, "warm", "AmlCompute", scaleSettings={"minNodeCount": 1, "maxNodeCount": 4}
        ): "fail",
        compute(lab.cloud, holder, "making", "AmlCompute"): "unknown",
    }
    compute(lab.cloud, holder, "attached", "Kubernetes")
    found = lab.judge(RULE)
    assert {subject: found["stops", subject] for subject in subjects} == subjects
    assert ("stops", f"{holder}/computes/attached") not in found


@pytest.mark.parametrize("call", ["devtestlab:Schedules", "insights:AutoscaleSettings"])
@pytest.mark.parametrize("fault", ["denied", "throttled", "failing"])
def test_schedules_that_could_not_be_read_may_stop_anything(lab: Lab, call: str, fault: str) -> None:
    dev, prod = machine(lab.cloud, lab.dev, "a"), machine(lab.cloud, lab.prod, "b")
    lab.server.fault(fault, call)
    found = lab.judge(RULE)
    assert (found["stops", dev], found["stops", prod]) == ("unknown", "unknown")


def test_a_machine_that_does_not_tell_whether_it_runs(lab: Lab) -> None:
    one = machine(lab.cloud, lab.dev, "a")
    del lab.cloud.find(one)["properties"]["extended"]
    assert lab.judge(RULE)["stops", one] == "unknown"
