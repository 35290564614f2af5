"""Machine learning: workspaces, what computes there, and what serves models, with the images of both.

- https://learn.microsoft.com/rest/api/azureml/workspaces/get, compute/list;
- https://learn.microsoft.com/rest/api/azureml/online-endpoints/list, online-deployments/list;
- https://learn.microsoft.com/rest/api/azureml/environment-versions/get (a version never changes).

Resource Graph knows workspaces and endpoints, not computes and deployments. Setup scripts and settings of
deployments may hold secrets: a classification of each is kept.
"""

from __future__ import annotations

from scanner.collect.azure._words import COLUMNS, Get, Rows
from scanner.collect.calls import Call, Follow, Output

_SERVICE = "machinelearning"
_VERSION = "2024-10-01"
_ALLOWED = "Microsoft.MachineLearningServices/workspaces"

_DEPLOYMENTS = Call(
    Get(
        _SERVICE,
        "OnlineDeployments",
        f"{_ALLOWED}/onlineEndpoints/deployments/read",
        path="{id}/deployments",
        version=_VERSION,
        listed=True,
    ),
    (
        Output(
            f"{_SERVICE}.deployment",
            "value[]",
            "{id}",
            volatile=("properties.provisioningState", "systemData"),
            drop=("properties.livenessProbe", "properties.readinessProbe", "properties.properties"),
            conceal=("properties.environmentVariables",),
        ),
    ),
    params={"id": "{_parent}"},
    follows=(
        Follow(
            Get(
                _SERVICE,
                "EnvironmentVersion",
                f"{_ALLOWED}/environments/versions/read",
                path="{id}",
                version=_VERSION,
            ),
            {"id": "{properties[environmentId]}"},
            "{image: properties.image || '', built: properties.build != null}",
            # One of a registry has an address of its own (azureml://), which is not Resource Manager's.
            when="starts_with(properties.environmentId || '', '/subscriptions/') "
            "&& contains(properties.environmentId, '/versions/')",
        ),
    ),
)

CALLS = (
    Call(
        Rows(
            _SERVICE,
            "Workspaces",
            f"{_ALLOWED}/read",
            type="microsoft.machinelearningservices/workspaces",
            columns=(*COLUMNS, "identity"),
        ),
        (
            Output(
                f"{_SERVICE}.workspace",
                "rows[]",
                "{id}",
                volatile=("properties.provisioningState", "properties.notebookInfo"),
            ),
        ),
        children=(
            Call(
                Get(
                    _SERVICE,
                    "Computes",
                    f"{_ALLOWED}/computes/read",
                    path="{id}/computes",
                    version=_VERSION,
                    listed=True,
                ),
                (
                    Output(
                        f"{_SERVICE}.compute",
                        "value[]",
                        "{id}",
                        volatile=(
                            "properties.provisioningState",
                            "properties.modifiedOn",
                            "properties.properties.lastOperation",
                            "properties.properties.allocationStateTransitionTime",
                            "properties.properties.currentNodeCount",
                            "properties.properties.targetNodeCount",
                            "properties.properties.nodeStateCounts",
                            "properties.properties.errors",
                            "systemData",
                        ),
                        drop=(
                            "properties.properties.userAccountCredentials",
                            "properties.properties.administratorAccount",
                            "properties.properties.databricksAccessToken",
                            "properties.properties.applications",
                            "properties.properties.dataMounts",
                            "properties.properties.createdBy",
                        ),
                        conceal=("properties.properties.setupScripts.scripts",),
                    ),
                ),
                params={"id": "{_parent}"},
            ),
            Call(
                Get(
                    _SERVICE,
                    "OnlineEndpoints",
                    f"{_ALLOWED}/onlineEndpoints/read",
                    path="{id}/onlineEndpoints",
                    version=_VERSION,
                    listed=True,
                ),
                (
                    Output(
                        f"{_SERVICE}.endpoint",
                        "value[]",
                        "{id}",
                        volatile=("properties.provisioningState", "systemData"),
                        drop=("properties.keys", "properties.properties"),
                    ),
                ),
                params={"id": "{_parent}"},
                children=(_DEPLOYMENTS,),
            ),
        ),
    ),
)
