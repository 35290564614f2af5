"""KEY-003: settings of containers and deployments, scripts of compute instances; values are never kept."""

from __future__ import annotations

import base64

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import (
    compute,
    container_app,
    containers,
    deployment,
    environment,
    machine,
    site,
    workspace,
)
from tests.faults.azure.vaults import secret, vault

RULE = "KEY-003"
PASSWORD = "Tr0ub4dor-and-3-horses"
IMAGE = "prod.azurecr.io/serve:1"


def test_settings_of_containers(lab: Lab) -> None:
    clean = containers(lab.cloud, lab.prod, "clean", IMAGE, LOG_LEVEL="info")
    plain = containers(lab.cloud, lab.prod, "plain", IMAGE, DB_PASSWORD=PASSWORD)
    app = container_app(lab.cloud, lab.prod, "app", IMAGE, API_KEY=PASSWORD)
    referring = container_app(lab.cloud, lab.prod, "referring", IMAGE)
    env = lab.cloud.find(referring)["properties"]["template"]["containers"][0]["env"]
    env.append({"name": "API_KEY", "secretRef": "api-key"})
    decided = lab.decide(RULE)
    found = {(item.check, item.subject): item.verdict.value for item in decided.verdicts}
    assert [found["settings", one] for one in (clean, plain, app, referring)] == [
        "pass",
        "fail",
        "fail",
        "pass",
    ]
    told = next(item for item in decided.verdicts if item.subject == plain)
    assert told.detail["names"] == "DB_PASSWORD"
    assert PASSWORD not in repr(decided.taken.records)


def test_a_secure_value_is_none_of_ours(lab: Lab) -> None:
    group = containers(lab.cloud, lab.prod, "secure", IMAGE)
    inner = lab.cloud.find(group)["properties"]["containers"][0]["properties"]
    inner["environmentVariables"] = [{"name": "DB_PASSWORD", "secureValue": PASSWORD}]
    decided = lab.decide(RULE)
    found = {(item.check, item.subject): item.verdict.value for item in decided.verdicts}
    assert found["settings", group] == "pass"
    assert PASSWORD not in repr(decided.taken.records)


def test_a_command_that_carries_a_secret(lab: Lab) -> None:
    group = containers(lab.cloud, lab.prod, "shell", IMAGE)
    inner = lab.cloud.find(group)["properties"]["containers"][0]["properties"]
    inner["command"] = ["curl", "https://ana:hunter2hunter2@example.com/data"]
    decided = lab.decide(RULE)
    found = {(item.check, item.subject): item.verdict.value for item in decided.verdicts}
    assert found["settings", group] == "fail"
    assert "hunter2" not in repr(decided.taken.records)


def test_deployments_and_setup_scripts(lab: Lab) -> None:
    holder = workspace(lab.cloud, lab.prod, "ml")
    env = environment(lab.cloud, holder, "serve", image=IMAGE)
    serving = deployment(
        lab.cloud, holder, "serving", environmentId=env, environmentVariables={"DB_PASSWORD": PASSWORD}
    )
    script = base64.b64encode(f"#!/bin/bash\nexport DB_PASSWORD={PASSWORD}\n".encode()).decode()
    setup = {"scripts": {"creationScript": {"scriptSource": "inline", "scriptData": script}}}
    noted = compute(lab.cloud, holder, "noted", "ComputeInstance", state="Running", setupScripts=setup)
    clean = compute(lab.cloud, holder, "clean", "ComputeInstance", state="Running")
    decided = lab.decide(RULE)
    found = {(item.check, item.subject): item.verdict.value for item in decided.verdicts}
    assert [found["settings", one] for one in (serving, noted, clean)] == ["fail", "fail", "pass"]
    assert PASSWORD not in repr(decided.taken.records)
    assert script not in repr(decided.taken.records)


def test_what_nobody_tells_is_unknown(lab: Lab) -> None:
    web = site(lab.cloud, lab.prod, "web", "PYTHON|3.12")
    started = machine(lab.cloud, lab.prod, "server")
    kept = secret(lab.cloud, vault(lab.cloud, lab.prod, "kv"), "db-password", 1_790_000_000)
    found = lab.judge(RULE)
    assert found["settings", web] == "unknown"
    assert found["user_data", started] == "unknown"
    assert found["parameters", kept] == "pass", "it lies in a vault"


@pytest.mark.parametrize("call", ["containerinstance:ContainerGroups", "app:ContainerApps", "web:Sites"])
def test_what_could_not_be_listed(lab: Lab, call: str) -> None:
    containers(lab.cloud, lab.prod, "clean", IMAGE)
    lab.server.fault("failing", call)
    assert lab.judge(RULE)["settings", f"azure/{lab.prod_subscription}/global/workload"] == "unknown"
