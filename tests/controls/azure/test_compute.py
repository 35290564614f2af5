"""CST-004 and HRD-002 on virtual machines, scale sets, clusters and computes of machine learning."""

from __future__ import annotations

from typing import Any

import pytest

from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import (
    compute,
    container_app,
    containers,
    kubernetes,
    machine,
    pool,
    scale_set,
    site,
    workspace,
)


def _set(lab: Lab, identity: str, **properties: Any) -> None:
    lab.cloud.find(identity)["properties"].update(properties)


def _declared(lab: Lab, **costs: Any) -> None:
    lab.environments = {
        name: {"tier": tier, "match": {"azure": {"subscriptions": [subscription]}}, "costs": costs}
        for name, tier, subscription in (
            ("dev", "nonproduction", lab.dev_subscription),
            ("prod", "production", lab.prod_subscription),
        )
    }


class TestMachineHardening:
    RULE = "HRD-002"

    def test_machines_that_check_what_they_start(self, lab: Lab) -> None:
        trusted, standard, unsigned = (machine(lab.cloud, lab.prod, name) for name in ("a", "b", "c"))
        del lab.cloud.find(standard)["properties"]["securityProfile"]
        firmware = {"secureBootEnabled": False, "vTpmEnabled": True}
        _set(lab, unsigned, securityProfile={"securityType": "TrustedLaunch", "uefiSettings": firmware})
        found = lab.judge(self.RULE)
        assert [found["boot", one] for one in (trusted, standard, unsigned)] == ["pass", "fail", "fail"]
        assert {found["metadata", one] for one in (trusted, standard, unsigned)} == {"pass"}

    def test_pools_and_sets(self, lab: Lab) -> None:
        trusted = scale_set(lab.cloud, lab.prod, "trusted")
        standard = scale_set(lab.cloud, lab.prod, "standard")
        del lab.cloud.find(standard)["properties"]["virtualMachineProfile"]["securityProfile"]
        bare = {"name": "bare", "count": 1, "vmSize": "Standard_D4s_v5"}
        cluster = kubernetes(lab.cloud, lab.prod, "aks", pool("system"), bare)
        computes = compute(lab.cloud, workspace(lab.cloud, lab.prod, "ml"), "cpu", "AmlCompute")
        found = lab.judge(self.RULE)
        assert found["boot", trusted] == "pass"
        assert found["boot", standard] == "fail"
        assert found["boot", f"{cluster}/agentpools/system"] == "pass"
        assert found["boot", f"{cluster}/agentpools/bare"] == "fail"
        assert found["boot", computes] == "pass"

    def test_nodes_that_a_cluster_makes_of_its_own_accord_are_not_known(self, lab: Lab) -> None:
        cluster = kubernetes(lab.cloud, lab.prod, "aks", pool("system"))
        _set(lab, cluster, nodeProvisioningProfile={"mode": "Auto"})
        assert lab.judge(self.RULE)["boot", f"{cluster}/agentpools/*"] == "unknown"

    def test_a_set_of_a_cluster_is_told_by_its_pool(self, lab: Lab) -> None:
        group = lab.cloud.group(lab.prod_subscription, "MC_aks")
        cluster = kubernetes(lab.cloud, lab.prod, "aks", pool("system"))
        nodes = scale_set(lab.cloud, group, "nodes", **{"aks-managed-poolName": "system"})
        assert lab.judge(self.RULE)["boot", nodes] == "pass", "the tag alone proves nothing"
        lab.cloud.containers[-1]["managedBy"] = cluster
        assert ("boot", nodes) not in lab.judge(self.RULE)
        lab.server.fault("denied", "resources:ResourceGroups")
        assert lab.judge(self.RULE)["boot", nodes] == "unknown"

    def test_a_container_with_the_rights_of_its_machine(self, lab: Lab) -> None:
        plain, rooted = (containers(lab.cloud, lab.prod, name, "a.azurecr.io/x:1") for name in ("p", "r"))
        inner = lab.cloud.find(rooted)["properties"]["containers"][0]["properties"]
        inner["securityContext"] = {"privileged": True}
        found = lab.judge(self.RULE)
        assert (found["privileges", plain], found["privileges", rooted]) == ("pass", "fail")

    @pytest.mark.parametrize(
        ("call", "kind"),
        [
            ("compute:VirtualMachines", "instance"),
            ("compute:ScaleSets", "node_pool"),
            ("containerservice:ManagedClusters", "node_pool"),
            ("machinelearning:Computes", "workload"),
            ("containerinstance:ContainerGroups", "workload"),
            ("web:Sites", "workload"),
        ],
    )
    @pytest.mark.parametrize("fault", ["denied", "throttled", "unsupported"])
    def test_what_could_not_be_listed_is_unknown(self, lab: Lab, call: str, kind: str, fault: str) -> None:
        workspace(lab.cloud, lab.prod, "ml")
        machine(lab.cloud, lab.prod, "a")
        lab.server.fault(fault, call)
        assert lab.judge(self.RULE)["metadata", f"azure/{lab.prod_subscription}/global/{kind}"] == "unknown"

    def test_a_role_that_shows_no_machines(self, lab: Lab) -> None:
        machine(lab.cloud, lab.prod, "a")
        lab.cloud.revoke(lab.prod_subscription)
        lab.cloud.grant(lab.prod_subscription, lab.cloud.role("Microsoft.Resources/*/read"))
        assert lab.judge(self.RULE)["boot", f"azure/{lab.prod_subscription}/global/instance"] == "unknown"


class TestMachineChoice:
    RULE = "CST-004"

    def test_spot_and_on_demand(self, lab: Lab) -> None:
        _declared(lab, spot=True)
        spot, regular = (machine(lab.cloud, lab.dev, name) for name in ("spot", "regular"))
        _set(lab, spot, priority="Spot")
        mixed = scale_set(lab.cloud, lab.dev, "mixed")
        _set(lab, mixed, priorityMixPolicy={"baseRegularPriorityCount": 1})
        lab.cloud.find(mixed)["properties"]["virtualMachineProfile"]["priority"] = "Spot"
        cluster = kubernetes(
            lab.cloud, lab.dev, "aks", pool("spot", scaleSetPriority="Spot"), pool("system", mode="System")
        )
        holder = workspace(lab.cloud, lab.dev, "ml")
        low = compute(lab.cloud, holder, "low", "AmlCompute", vmPriority="LowPriority")
        dedicated = compute(lab.cloud, holder, "dedicated", "AmlCompute", vmPriority="Dedicated")
        notebook = compute(lab.cloud, holder, "notebook", "ComputeInstance", state="Running")
        found = lab.judge(self.RULE)
        assert {found["lifecycle", each] for each in (spot, mixed, low, f"{cluster}/agentpools/spot")} == {
            "pass"
        }
        assert {
            found["lifecycle", each]
            for each in (regular, dedicated, notebook, f"{cluster}/agentpools/system")
        } == {"fail"}

    def test_production_is_on_demand(self, lab: Lab) -> None:
        _declared(lab, spot=False)
        regular, low = (machine(lab.cloud, lab.prod, name) for name in ("regular", "low"))
        _set(lab, low, priority="Low")
        found = lab.judge(self.RULE)
        assert (found["lifecycle", regular], found["lifecycle", low]) == ("pass", "fail")

    def test_sizes(self, lab: Lab) -> None:
        _declared(lab, types=["Standard_D*", "STANDARD_DS*"])
        small = machine(lab.cloud, lab.prod, "small")
        large = machine(lab.cloud, lab.prod, "large", size="Standard_ND96asr_v4")
        flexible = scale_set(lab.cloud, lab.prod, "flexible")
        lab.cloud.find(flexible)["sku"]["name"] = "Mix"
        sizes = {"vmSizes": [{"name": "Standard_D4s_v5"}, {"name": "Standard_E4s_v5"}]}
        _set(lab, flexible, skuProfile=sizes)
        notebook = compute(
            lab.cloud, workspace(lab.cloud, lab.prod, "ml"), "notebook", "ComputeInstance", state="Running"
        )
        found = lab.judge(self.RULE)
        assert [found["types", one] for one in (small, large, flexible, notebook)] == [
            "pass",
            "fail",
            "fail",
            "pass",
        ]

    def test_machines_that_nobody_sizes_are_no_subjects(self, lab: Lab) -> None:
        _declared(lab, spot=False)
        app = container_app(lab.cloud, lab.prod, "app", "a.azurecr.io/x:1")
        web = site(lab.cloud, lab.prod, "web", "PYTHON|3.12")
        assert not {subject for _, subject in lab.judge(self.RULE)} & {app, web}

    def test_what_a_machine_does_not_say(self, lab: Lab) -> None:
        _declared(lab, spot=False, types=["Standard_D*"])
        cluster = kubernetes(lab.cloud, lab.prod, "aks", pool("system"))
        _set(lab, cluster, nodeProvisioningProfile={"mode": "Auto"})
        lab.server.fault("denied", "machinelearning:Computes")
        workspace(lab.cloud, lab.prod, "ml")
        found = lab.judge(self.RULE)
        assert found["lifecycle", f"{cluster}/agentpools/*"] == "unknown"
        assert found["lifecycle", f"azure/{lab.prod_subscription}/global/workload"] == "unknown"
