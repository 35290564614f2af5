"""More assets as Google's APIs describe them: registries, keys, secrets, datasets, machines, budgets."""

from __future__ import annotations

from typing import Any

from tests.faults.gcp.cloud import ACTIVITIES, PLACE, Cloud, Json, fresh

ACCOUNT = "000000-AAAAAA-111111"
ZONE = f"{PLACE}-a"
_COMPUTE = "https://www.googleapis.com/compute/v1"


def repository(cloud: Cloud, project: str, name: str, **data: Any) -> str:
    """https://cloud.google.com/artifact-registry/docs/reference/rest/v1/projects.locations.repositories."""
    path = f"projects/{project}/locations/{PLACE}/repositories/{name}"
    return cloud.asset(
        project,
        "artifactregistry.googleapis.com/Repository",
        f"//artifactregistry.googleapis.com/{path}",
        {"name": path, "format": "DOCKER", "mode": "STANDARD_REPOSITORY", **data},
        location=PLACE,
    )


def service(cloud: Cloud, project: str, name: str, state: str = "ENABLED") -> str:
    """https://cloud.google.com/service-usage/docs/reference/rest/v1/services#Service."""
    path = f"projects/{cloud.number(project)}/services/{name}"
    return cloud.asset(
        project,
        "serviceusage.googleapis.com/Service",
        f"//serviceusage.googleapis.com/{path}",
        {"name": path, "parent": f"projects/{cloud.number(project)}", "state": state},
    )


def account_key(cloud: Cloud, project: str, made: str, **data: Any) -> str:
    """https://cloud.google.com/iam/docs/reference/rest/v1/projects.serviceAccounts.keys#ServiceAccountKey."""
    email = f"trainer@{project}.iam.gserviceaccount.com"
    identity = f"k{fresh()}"
    path = f"projects/{project}/serviceAccounts/{email}/keys/{identity}"
    return cloud.asset(
        project,
        "iam.googleapis.com/ServiceAccountKey",
        f"//iam.googleapis.com/projects/{project}/serviceAccounts/104857600000/keys/{identity}",
        {
            "name": path,
            "keyType": "USER_MANAGED",
            "keyOrigin": "GOOGLE_PROVIDED",
            "keyAlgorithm": "KEY_ALG_RSA_2048",
            "validAfterTime": made,
            "validBeforeTime": "9999-12-31T23:59:59Z",
            **data,
        },
    )


def used(cloud: Cloud, project: str, key: str, at: str | None) -> None:
    """https://cloud.google.com/policy-intelligence/docs/reference/policyanalyzer/rest/v1/Activity."""
    kind = "serviceAccountKeyLastAuthentication"
    found: Json = {
        "fullResourceName": f"//iam.googleapis.com/projects/{project}/serviceAccounts/trainer/keys/"
        + key.rsplit("/", 1)[-1],
        "activityType": kind,
        "observationPeriod": {"startTime": "2026-01-01T07:00:00Z", "endTime": "2026-11-20T07:00:00Z"},
        "activity": {} if at is None else {"lastAuthenticatedTime": at},
    }
    activities(cloud, project).append(found)


def activities(cloud: Cloud, project: str) -> list[Json]:
    """What Policy Analyzer saw of a project's keys."""
    found: list[Json] = cloud.answers[f"/v1/projects/{project}{ACTIVITIES}"]
    return found


def api_key(cloud: Cloud, project: str, made: str, **data: Any) -> str:
    """https://cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys#Key."""
    path = f"projects/{cloud.number(project)}/locations/global/keys/{fresh()}"
    return cloud.asset(
        project,
        "apikeys.googleapis.com/Key",
        f"//apikeys.googleapis.com/{path}",
        {"name": path, "displayName": "maps", "createTime": made, **data},
    )


def crypto_key(
    cloud: Cloud, project: str, name: str, *versions: str, purpose: str = "ENCRYPT_DECRYPT", **data: Any
) -> str:
    """A key with a version for each of some times, the last of them primary.

    https://cloud.google.com/kms/docs/reference/rest/v1/projects.locations.keyRings.cryptoKeys#CryptoKey
    """
    path = f"projects/{project}/locations/{PLACE}/keyRings/ml/cryptoKeys/{name}"
    made = [
        {"name": f"{path}/cryptoKeyVersions/{number}", "state": "ENABLED", "createTime": at}
        for number, at in enumerate(versions, 1)
    ]
    for each in made:
        cloud.asset(
            project,
            "cloudkms.googleapis.com/CryptoKeyVersion",
            f"//cloudkms.googleapis.com/{each['name']}",
            each,
        )
    primary = {"primary": made[-1]} if made and purpose == "ENCRYPT_DECRYPT" else {}
    whole = {"name": path, "purpose": purpose, "createTime": versions[0] if versions else None, **primary}
    return cloud.asset(
        project,
        "cloudkms.googleapis.com/CryptoKey",
        f"//cloudkms.googleapis.com/{path}",
        {**whole, **data},
        location=PLACE,
    )


def secret(cloud: Cloud, project: str, name: str, *versions: str, **data: Any) -> str:
    """A secret with a version for each of some times.

    https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets#Secret
    """
    path = f"projects/{cloud.number(project)}/secrets/{name}"
    for number, at in enumerate(versions, 1):
        cloud.asset(
            project,
            "secretmanager.googleapis.com/SecretVersion",
            f"//secretmanager.googleapis.com/{path}/versions/{number}",
            {"name": f"{path}/versions/{number}", "state": "ENABLED", "createTime": at},
        )
    made = versions[0] if versions else "2026-01-01T00:00:00Z"
    return cloud.asset(
        project,
        "secretmanager.googleapis.com/Secret",
        f"//secretmanager.googleapis.com/{path}",
        {"name": path, "replication": {"automatic": {}}, "createTime": made, **data},
    )


def dataset(cloud: Cloud, project: str, name: str, **data: Any) -> str:
    """https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets#Dataset."""
    whole = {
        "kind": "bigquery#dataset",
        "id": f"{project}:{name}",
        "datasetReference": {"datasetId": name, "projectId": project},
        "location": PLACE.upper(),
        "access": [{"role": "OWNER", "specialGroup": "projectOwners"}],
        **data,
    }
    path = f"//bigquery.googleapis.com/projects/{project}/datasets/{name}"
    return cloud.asset(project, "bigquery.googleapis.com/Dataset", path, whole, location=PLACE)


def table(cloud: Cloud, project: str, of: str, name: str, *members: str) -> str:
    """https://cloud.google.com/bigquery/docs/reference/rest/v2/tables#Table."""
    more: Json = {}
    if members:
        more["iamPolicy"] = {"bindings": [{"role": "roles/bigquery.dataViewer", "members": list(members)}]}
    where = {"projectId": project, "datasetId": of.rsplit("/", 1)[-1], "tableId": name}
    data = {"kind": "bigquery#table", "tableReference": where, "description": "nobody keeps this"}
    return cloud.asset(project, "bigquery.googleapis.com/Table", f"{of}/tables/{name}", data, **more)


def subnet(cloud: Cloud, project: str, network: str, name: str, cidr: str, **data: Any) -> str:
    """A subnet that records everything.

    https://cloud.google.com/compute/docs/reference/rest/v1/subnetworks
    """
    path = f"projects/{project}/regions/{PLACE}/subnetworks/{name}"
    whole = {
        "name": name,
        "network": f"{_COMPUTE}/{network.partition('googleapis.com/')[2]}",
        "ipCidrRange": cidr,
        "purpose": "PRIVATE",
        "region": f"{_COMPUTE}/projects/{project}/regions/{PLACE}",
        "logConfig": {"enable": True, "flowSampling": 1, "metadata": "INCLUDE_ALL_METADATA"},
        **data,
    }
    return cloud.asset(
        project,
        "compute.googleapis.com/Subnetwork",
        f"//compute.googleapis.com/{path}",
        whole,
        location=PLACE,
    )


def instance(cloud: Cloud, project: str, name: str, **data: Any) -> str:
    """A shielded machine on demand that runs. https://cloud.google.com/compute/docs/reference/rest/v1/instances."""
    path = f"projects/{project}/zones/{ZONE}/instances/{name}"
    whole = {
        "name": name,
        "machineType": f"{_COMPUTE}/projects/{project}/zones/{ZONE}/machineTypes/n2-standard-8",
        "status": "RUNNING",
        "zone": f"{_COMPUTE}/projects/{project}/zones/{ZONE}",
        "scheduling": {"preemptible": False, "provisioningModel": "STANDARD", "automaticRestart": True},
        "shieldedInstanceConfig": {
            "enableSecureBoot": True,
            "enableVtpm": True,
            "enableIntegrityMonitoring": True,
        },
        "serviceAccounts": [{"email": f"trainer@{project}.iam.gserviceaccount.com", "scopes": []}],
        **data,
    }
    return cloud.asset(
        project, "compute.googleapis.com/Instance", f"//compute.googleapis.com/{path}", whole, location=ZONE
    )


def schedule(cloud: Cloud, project: str, name: str, *instances: str, stop: str | None, **data: Any) -> str:
    """An instance schedule that is attached to some machines.

    https://cloud.google.com/compute/docs/reference/rest/v1/resourcePolicies
    """
    path = f"projects/{project}/regions/{PLACE}/resourcePolicies/{name}"
    times: Json = {"timeZone": "UTC", "vmStartSchedule": {"schedule": "0 6 * * 1-5"}}
    if stop is not None:
        times["vmStopSchedule"] = {"schedule": stop}
    for each in instances:
        cloud.find(each).setdefault("resourcePolicies", []).append(f"{_COMPUTE}/{path}")
    return cloud.asset(
        project,
        "compute.googleapis.com/ResourcePolicy",
        f"//compute.googleapis.com/{path}",
        {"name": name, "status": "READY", "instanceSchedulePolicy": times, **data},
        location=PLACE,
    )


def paid(cloud: Cloud, project: str, account: str = ACCOUNT) -> None:
    """https://cloud.google.com/billing/docs/reference/rest/v1/ProjectBillingInfo."""
    path = f"projects/{project}/billingInfo"
    cloud.asset(
        project,
        "cloudbilling.googleapis.com/ProjectBillingInfo",
        f"//cloudbilling.googleapis.com/{path}",
        {
            "name": path,
            "projectId": project,
            "billingAccountName": f"billingAccounts/{account}",
            "billingEnabled": True,
        },
    )
    cloud.answers.setdefault(f"/v1/billingAccounts/{account}/budgets", [])
    held = {"billing.budgets.list", "billing.accounts.getIamPolicy"}
    cloud.granted.setdefault(f"billingAccounts/{account}", held)
    written_to(cloud, "user:ada@example.com", account=account)


def written_to(cloud: Cloud, *members: str, account: str = ACCOUNT) -> None:
    """Who administers a billing account, and is written to by its budgets.

    https://cloud.google.com/billing/docs/reference/rest/v1/billingAccounts/getIamPolicy
    """
    cloud.answers[f"/v1/billingAccounts/{account}:getIamPolicy"] = {
        "version": 1,
        "etag": "abc=",
        "bindings": [{"role": "roles/billing.admin", "members": list(members)}],
    }


def budget(cloud: Cloud, name: str, *projects: str, account: str = ACCOUNT, **data: Any) -> Json:
    """A budget of an account, limited to some projects. It can be changed.

    https://cloud.google.com/billing/docs/reference/budget/rest/v1/billingAccounts.budgets#Budget
    """
    found: Json = {
        "name": f"billingAccounts/{account}/budgets/{name}",
        "displayName": name,
        "amount": {"specifiedAmount": {"currencyCode": "EUR", "units": "5000"}},
        "budgetFilter": {
            "projects": [f"projects/{cloud.number(each)}" for each in projects],
            "calendarPeriod": "MONTH",
            "creditTypesTreatment": "INCLUDE_ALL_CREDITS",
        },
        "thresholdRules": [{"thresholdPercent": 0.9, "spendBasis": "CURRENT_SPEND"}],
        **data,
    }
    if not projects:
        del found["budgetFilter"]["projects"]
    cloud.answers.setdefault(f"/v1/billingAccounts/{account}/budgets", []).append(found)
    return found
