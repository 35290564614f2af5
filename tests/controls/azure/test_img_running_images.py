"""IMG-001 and IMG-002: images of container groups, apps, web apps and deployments."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import container_app, containers, deployment, environment, site, workspace
from tests.faults.azure.makers import registry

OURS = "prodimages.azurecr.io/serve:1"
DIGEST = f"prodimages.azurecr.io/serve@sha256:{'a' * 64}"


def _approving(lab: Lab, *patterns: str) -> None:
    lab.environments = {
        "dev": {"tier": "nonproduction", "match": {"azure": {"subscriptions": [lab.dev_subscription]}}},
        "prod": {
            "tier": "production",
            "match": {"azure": {"subscriptions": [lab.prod_subscription]}},
            "images": {"approved": list(patterns)},
        },
    }


def _serving(lab: Lab, name: str, **environment_of: Any) -> str:
    holder = workspace(lab.cloud, lab.prod, f"ml-{name}")
    version = environment(lab.cloud, holder, name, **environment_of)
    return deployment(lab.cloud, holder, name, environmentId=version)


class TestApproved:
    RULE = "IMG-001"

    def test_by_name(self, lab: Lab) -> None:
        _approving(lab, "prodimages.azurecr.io/serve")
        subjects = {
            containers(lab.cloud, lab.prod, "group", OURS): "pass",
            containers(lab.cloud, lab.prod, "other", "docker.io/library/redis:7"): "fail",
            containers(lab.cloud, lab.prod, "alike", "prodimages.azurecr.io.example.com/serve:1"): "fail",
            container_app(lab.cloud, lab.prod, "app", OURS): "pass",
            container_app(lab.cloud, lab.prod, "hub", "redis:7"): "fail",
            site(lab.cloud, lab.prod, "web", f"DOCKER|{OURS}"): "pass",
            site(lab.cloud, lab.prod, "hubweb", "DOCKER|nginx:latest"): "fail",
            site(lab.cloud, lab.prod, "several", "COMPOSE|dmVyc2lvbg=="): "unknown",
            _serving(lab, "ours", image=OURS): "pass",
            _serving(lab, "curated", image="mcr.microsoft.com/azureml/minimal:1"): "fail",
            _serving(
                lab, "built", build={"contextUri": "https://x", "dockerfilePath": "Dockerfile"}
            ): "unknown",
        }
        runtime = site(lab.cloud, lab.prod, "runtime", "PYTHON|3.12")
        found = lab.judge(self.RULE)
        assert {subject: found["approved", subject] for subject in subjects} == subjects
        assert ("approved", runtime) not in found, "the provider supplies what runs"

    def test_a_slot_of_a_web_app_and_revisions_beside_each_other(self, lab: Lab) -> None:
        _approving(lab, "prodimages.azurecr.io/serve")
        web = site(lab.cloud, lab.prod, "web", f"DOCKER|{OURS}")
        slot = lab.cloud.resource(lab.prod, "Microsoft.Web/sites/slots", "web/staging", {"state": "Running"})
        lab.cloud.find(slot)["id"] = slot = f"{web}/slots/staging"
        lab.cloud.below[f"{slot}/config/web"] = {"properties": {"linuxFxVersion": "DOCKER|nginx"}}
        app = container_app(lab.cloud, lab.prod, "app", OURS)
        lab.cloud.find(app)["properties"]["configuration"]["activeRevisionsMode"] = "Multiple"
        found = lab.judge(self.RULE)
        assert [found["approved", each] for each in (web, slot, app)] == ["pass", "fail", "unknown"]

    def test_an_init_container_counts(self, lab: Lab) -> None:
        _approving(lab, "prodimages.azurecr.io/serve")
        group = containers(lab.cloud, lab.prod, "group", OURS)
        first = {"name": "first", "properties": {"image": "busybox"}}
        lab.cloud.find(group)["properties"]["initContainers"] = [first]
        assert lab.judge(self.RULE)["approved", group] == "fail"

    def test_nothing_declared(self, lab: Lab) -> None:
        group = containers(lab.cloud, lab.prod, "group", OURS)
        assert lab.judge(self.RULE)["approved", group] == "unknown"

    def test_an_environment_of_a_registry_is_not_told(self, lab: Lab) -> None:
        _approving(lab, "prodimages.azurecr.io/serve")
        holder = workspace(lab.cloud, lab.prod, "ml")
        named = "azureml://registries/azureml/environments/minimal/versions/3"
        one = deployment(lab.cloud, holder, "serving", environmentId=named)
        assert lab.judge(self.RULE)["approved", one] == "unknown"

    @pytest.mark.parametrize("fault", ["denied", "missing", "throttled", "cut"])
    @pytest.mark.parametrize("call", ["machinelearning:EnvironmentVersion", "web:SiteConfiguration"])
    def test_what_was_not_answered(self, lab: Lab, call: str, fault: str) -> None:
        _approving(lab, "prodimages.azurecr.io/serve")
        serving, web = _serving(lab, "ours", image=OURS), site(lab.cloud, lab.prod, "web", f"DOCKER|{OURS}")
        lab.server.fault(fault, call)
        found = lab.judge(self.RULE)
        words = (found["approved", serving], found["approved", web])
        assert words == (("unknown", "pass") if call.startswith("machine") else ("pass", "unknown"))

    @pytest.mark.parametrize(
        "call",
        ["machinelearning:OnlineDeployments", "machinelearning:OnlineEndpoints", "app:Jobs", "web:Sites"],
    )
    def test_what_could_not_be_listed(self, lab: Lab, call: str) -> None:
        _approving(lab, "prodimages.azurecr.io/serve")
        _serving(lab, "ours", image=OURS)
        lab.server.fault("denied", call)
        scope = f"azure/{lab.prod_subscription}/global/workload"
        assert lab.judge(self.RULE)["approved", scope] == "unknown"


class TestPinned:
    RULE = "IMG-002"

    def test_digests_and_tags(self, lab: Lab) -> None:
        registry(lab.cloud, lab.prod, "prodimages")
        subjects = {
            containers(lab.cloud, lab.prod, "digest", DIGEST): "pass",
            containers(lab.cloud, lab.prod, "tag", OURS): "unknown",
            containers(lab.cloud, lab.prod, "elsewhere", "otherimages.azurecr.io/x:1"): "unknown",
            containers(lab.cloud, lab.prod, "hub", "redis:7"): "fail",
            container_app(lab.cloud, lab.prod, "app", "mcr.microsoft.com/k8se/quickstart:latest"): "fail",
        }
        found = lab.judge(self.RULE)
        assert {subject: found["pinned", subject] for subject in subjects} == subjects

    def test_what_could_not_be_listed(self, lab: Lab) -> None:
        containers(lab.cloud, lab.prod, "digest", DIGEST)
        lab.server.fault("unsupported", "containerinstance:ContainerGroups")
        scope = f"azure/{lab.prod_subscription}/global/workload"
        assert lab.judge(self.RULE)["pinned", scope] == "unknown"
