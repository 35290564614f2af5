"""Requests about compute, budgets, quotas, logs and policies: each with its document and model.

No package has models of Azure Machine Learning for the API version that we ask for, nor of policy exemptions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

IDENTITY = r"/subscriptions/[^/]+/resourcegroups/[^/]+/providers/[^/]+(?:/[^/]+/[^/]+)+?"
SUBSCRIPTION = r"/subscriptions/(?P<subscription>[^/]+)"
_SETTING = "monitor.v2021_05_01_preview.models.DiagnosticSettingsResource"
_SETTINGS = r"/providers/microsoft\.insights/diagnosticsettings"
_MONITOR = "2021-05-01-preview"
_GROUP = "/subscriptions/[^/]+/resourcegroups/[^/]+/providers"
_ML = rf"{_GROUP}/microsoft\.machinelearningservices/workspaces/[^/]+"
_ML_VERSION = "2024-10-01"


def _get(name: str, path: str, version: str, document: str, model: str = "", **more: Any) -> Any:
    return name, path, {"version": version, "document": document, "model": model, **more}


WATCHED: tuple[tuple[str, str, Mapping[str, Any]], ...] = (
    _get(
        "keyvault:DiagnosticSettings",
        rf"{_GROUP}/microsoft\.keyvault/vaults/[^/]+{_SETTINGS}",
        _MONITOR,
        "monitor/diagnostic-settings/list",
        _SETTING,
    ),
    _get(
        "containerservice:DiagnosticSettings",
        rf"{_GROUP}/microsoft\.containerservice/managedclusters/[^/]+{_SETTINGS}",
        _MONITOR,
        "monitor/diagnostic-settings/list",
        _SETTING,
    ),
    _get(
        "insights:ActivityLogSettings",
        f"{SUBSCRIPTION}{_SETTINGS}",
        _MONITOR,
        "monitor/subscription-diagnostic-settings/list",
    ),
    _get(
        "storage:ManagementPolicies",
        rf"{IDENTITY}/managementpolicies/default",
        "2023-05-01",
        "storagerp/management-policies/get",
        "storage.models.ManagementPolicy",
        listed=False,
    ),
    _get(
        "web:SiteConfiguration",
        rf"{_GROUP}/microsoft\.web/sites/[^/]+/config/web",
        "2023-12-01",
        "appservice/web-apps/get-configuration",
        listed=False,
    ),
    _get(
        "web:SlotConfiguration",
        rf"{_GROUP}/microsoft\.web/sites/[^/]+/slots/[^/]+/config/web",
        "2023-12-01",
        "appservice/web-apps/get-configuration-slot",
        listed=False,
    ),
    _get(
        "operationalinsights:Tables",
        rf"{IDENTITY}/tables",
        "2022-10-01",
        "loganalytics/tables/list-by-workspace",
        "loganalytics.models.Table",
    ),
    *(
        _get(
            f"consumption:{name}",
            rf"{scope}/providers/microsoft\.consumption/budgets",
            "2023-05-01",
            "consumption/budgets/list",
            "consumption.models.Budget",
        )
        for name, scope in (
            ("Budgets", SUBSCRIPTION),
            ("GroupBudgets", rf"{SUBSCRIPTION}/resourcegroups/[^/]+"),
            ("ManagementGroupBudgets", r"/providers/microsoft\.management/managementgroups/[^/]+"),
        )
    ),
    _get(
        "resources:Descendants",
        r"/providers/microsoft\.management/managementgroups/[^/]+/descendants",
        "2020-05-01",
        "managementgroups/management-groups/get-descendants",
    ),
    _get(
        "policy:Assignments",
        rf"{SUBSCRIPTION}/providers/microsoft\.authorization/policyassignments",
        "2023-04-01",
        "policy/policy-assignments/list",
        "resource.policy.models.PolicyAssignment",
    ),
    _get(
        "policy:Exemptions",
        rf"{SUBSCRIPTION}/providers/microsoft\.authorization/policyexemptions",
        "2022-07-01-preview",
        "policy/policy-exemptions/list",
    ),
    _get(
        "policy:Definition",
        r"(?:/subscriptions/[^/]+|/providers/microsoft\.management/managementgroups/[^/]+)?"
        r"/providers/microsoft\.authorization/policydefinitions/[^/]+",
        "2023-04-01",
        "policy/policy-definitions/get",
        "resource.policy.models.PolicyDefinition",
        listed=False,
    ),
    _get("machinelearning:Computes", rf"{_ML}/computes", _ML_VERSION, "azureml/compute/list"),
    _get(
        "machinelearning:OnlineEndpoints",
        rf"{_ML}/onlineendpoints",
        _ML_VERSION,
        "azureml/online-endpoints/list",
    ),
    _get(
        "machinelearning:OnlineDeployments",
        rf"{_ML}/onlineendpoints/[^/]+/deployments",
        _ML_VERSION,
        "azureml/online-deployments/list",
    ),
    _get(
        "machinelearning:EnvironmentVersion",
        rf"{_ML}/environments/[^/]+/versions/[^/]+",
        _ML_VERSION,
        "azureml/environment-versions/get",
        listed=False,
    ),
)

WATCHED_TYPES: Mapping[str, tuple[str, tuple[str, str] | None]] = {
    "microsoft.compute/virtualmachines": (
        "compute:VirtualMachines",
        ("azure.mgmt.compute.models", "VirtualMachineProperties"),
    ),
    "microsoft.compute/locations/usages": ("quota:ComputeUsages", None),
    "microsoft.compute/virtualmachinescalesets": (
        "compute:ScaleSets",
        ("azure.mgmt.compute.models", "VirtualMachineScaleSetProperties"),
    ),
    "microsoft.containerservice/managedclusters": (
        "containerservice:ManagedClusters",
        ("azure.mgmt.containerservice.models", "ManagedClusterProperties"),
    ),
    "microsoft.containerinstance/containergroups": (
        "containerinstance:ContainerGroups",
        ("azure.mgmt.containerinstance.models", "ContainerGroup"),
    ),
    "microsoft.app/containerapps": ("app:ContainerApps", None),
    "microsoft.app/jobs": ("app:Jobs", None),
    "microsoft.web/sites": ("web:Sites", None),
    "microsoft.web/sites/slots": ("web:Slots", None),
    "microsoft.devtestlab/schedules": (
        "devtestlab:Schedules",
        ("azure.mgmt.devtestlabs.models", "Schedule"),
    ),
    "microsoft.insights/actiongroups": (
        "insights:ActionGroups",
        ("azure.mgmt.monitor.v2023_01_01.models", "ActionGroupResource"),
    ),
    "microsoft.insights/scheduledqueryrules": (
        "insights:ScheduledQueryRules",
        ("azure.mgmt.monitor.v2022_08_01_preview.models", "ScheduledQueryRuleResource"),
    ),
    "microsoft.insights/autoscalesettings": (
        "insights:AutoscaleSettings",
        ("azure.mgmt.monitor.v2022_10_01.models", "AutoscaleSettingResource"),
    ),
    "microsoft.machinelearningservices/workspaces": ("machinelearning:Workspaces", None),
    "microsoft.operationalinsights/workspaces": (
        "operationalinsights:Workspaces",
        ("azure.mgmt.loganalytics.models", "WorkspaceProperties"),
    ),
}
"""Type -> the call that asks for its rows, and the model that a row's properties are held to, if any.

Some models are of the whole object: `WHOLE`.
"""
WHOLE = frozenset(
    {
        "ActionGroupResource",
        "AutoscaleSettingResource",
        "ContainerGroup",
        "Schedule",
        "ScheduledQueryRuleResource",
    }
)
