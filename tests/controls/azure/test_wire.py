"""What the collector sends, and what becomes of what it is answered, over real HTTPS."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from azure.core.pipeline import PipelineContext, PipelineRequest
from azure.core.rest import HttpRequest

from scanner import collect as collecting
from scanner import pipeline, preparation
from scanner.collect.azure import calls
from scanner.collect.azure._guard import Guard
from scanner.collect.azure._sight import ASSIGNED, DEFINED
from scanner.collect.crew import Halt
from scanner.config import EnvironmentFile, load
from scanner.errors import CredentialsError, EnvsplitError
from scanner.model.checkup import Method
from scanner.model.snapshot import Gap, Reason
from tests.collect.conftest import Seen
from tests.controls.azure.conftest import Lab
from tests.faults.azure.cloud import READER, TENANT
from tests.faults.azure.makers import network, plan, registry, storage
from tests.faults.azure.server import SECRET
from tests.faults.azure.vaults import key, secret, vault

ROWS = "storage:StorageAccounts"
NOW = 1_790_000_000
_ASSIGNMENTS = "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments"
_ACCOUNT = "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a"


def _config(lab: Lab, **azure: Any) -> EnvironmentFile:
    path = lab.folder / "envsplit.yaml"
    lab.file = {
        **lab.file,
        "sources": {"azure": {"endpoint": lab.server.url, "directory_endpoint": lab.server.url, **azure}},
    }
    path.write_text(json.dumps(lab.environment_file()))
    return load(path)


def _collected(lab: Lab, *only: str, **azure: Any) -> Seen:
    seen = Seen()
    collecting.collect(_config(lab, **azure), seen, seen, only=frozenset(only) or None)
    return seen


def _filled(lab: Lab) -> None:
    storage(lab.cloud, lab.prod, "models", environment="prod")
    network(lab.cloud, lab.prod, "vnet", "10.0.0.0/16")
    registry(lab.cloud, lab.prod, "images")
    plan(lab.cloud, lab.prod_subscription, "Containers", "Standard")
    holder = vault(lab.cloud, lab.prod, "kv")
    key(lab.cloud, holder, "signing", NOW - 100, NOW)
    secret(lab.cloud, holder, "database", NOW)
    lab.cloud.resource(lab.dev, "Microsoft.Compute/virtualMachines", "trainer", {})


def test_every_call_is_answered_and_nothing_is_missed(lab: Lab) -> None:
    _filled(lab)
    seen = _collected(lab)
    assert seen.gaps == []
    assert seen.reached == seen.asked
    made = {entry.name for entry in collecting.call_table() if entry.name in lab.server.calls}
    assert made == set(lab.server.calls)
    assert set(seen.calls) == made
    assert [record.id for record in seen.of("resources.group")] == [lab.dev, lab.prod]


def test_what_is_collected_is_the_same_twice(lab: Lab) -> None:
    _filled(lab)
    first = _collected(lab)
    lab.cloud.resources.reverse()
    lab.server.page = 1
    second = _collected(lab)
    assert {at: sorted(found, key=lambda one: one.id) for at, found in first.parts.items()} == {
        at: sorted(found, key=lambda one: one.id) for at, found in second.parts.items()
    }


def test_no_secret_of_ours_is_kept(lab: Lab) -> None:
    _filled(lab)
    seen = _collected(lab)
    text = repr(seen.parts) + repr(seen.gaps)
    assert SECRET not in text
    assert "Bearer" not in text


def test_one_query_answers_for_all_subscriptions(lab: Lab) -> None:
    for number in range(25):
        group = lab.cloud.group(lab.cloud.subscription(f"team-{number}"), "rg")
        storage(lab.cloud, group, f"store{number}")
    lab.server.page = 10
    seen = _collected(lab, ROWS, subscriptions=None, management_group="mg-platform")
    assert len(seen.of("storage.account")) == 25
    # 25 rows, ten a page; and the subscriptions that are found twice: all, then those that are asked.
    assert lab.server.calls[ROWS] == 3
    assert seen.gaps == []


def test_calls_for_ten_thousand_resources(lab: Lab) -> None:
    for group in (lab.dev, lab.prod):
        for number in range(2_500):
            network(lab.cloud, group, f"vnet-{number}", "10.0.0.0/16")
            lab.cloud.resource(group, "Microsoft.Compute/disks", f"disk-{number}", {})
    seen = _collected(lab)
    graph = sum(1 for request in lab.server.requests if request.method == "POST")
    assert len(seen.of("network.virtualnetwork")) == len(seen.of("resources.other")) == 5_000
    assert graph < 60


@pytest.mark.parametrize(
    ("fault", "reason", "code"),
    [
        ("denied", Reason.DENIED, "AuthorizationFailed"),
        ("expired", Reason.FAILED, "ExpiredAuthenticationToken"),
        ("missing", Reason.FAILED, "ResourceNotFound"),
        ("conflict", Reason.FAILED, "ReadOnlyDisabledSubscription"),
        ("throttled", Reason.THROTTLED, "TooManyRequests"),
        ("failing", Reason.FAILED, "InternalServerError"),
        ("unsupported", Reason.UNSUPPORTED, "InvalidResourceType"),
        ("unregistered", Reason.NOT_ENABLED, "MissingSubscriptionRegistration"),
        ("truncated", Reason.FAILED, "MoreThanAnswered"),
        ("miscounted", Reason.FAILED, "MoreThanAnswered"),
        ("limited", Reason.FAILED, "MoreThanAnswered"),
    ],
)
def test_rows_that_were_not_answered_make_a_gap_and_no_part(
    lab: Lab, fault: str, reason: Reason, code: str
) -> None:
    storage(lab.cloud, lab.prod, "models")
    storage(lab.cloud, lab.prod, "artifacts")
    lab.server.fault(fault, ROWS)
    seen = _collected(lab, ROWS)
    wanted = Gap(
        seen.asked[0], "storage.account", ROWS, "Microsoft.Storage/storageAccounts/read", reason, "", code
    )
    assert sorted(seen.gaps) == [replace(wanted, scope=scope) for scope in seen.asked]
    assert seen.of("storage.account") == []
    assert not [kind for _, kind in seen.parts if kind == "storage.account"]


def test_half_an_answer_is_a_gap(lab: Lab) -> None:
    storage(lab.cloud, lab.prod, "models")
    lab.server.fault("cut", ROWS)
    assert {gap.reason for gap in _collected(lab, ROWS).gaps} == {Reason.FAILED}


def test_what_was_throttled_for_a_while_is_asked_again(lab: Lab) -> None:
    account = storage(lab.cloud, lab.prod, "models")
    for call in (ROWS, "storage:BlobServiceProperties", "authorization:OwnRoleAssignments"):
        lab.server.fault("throttled", call, times=2)
    lab.server.fault("failing", ROWS, times=1)
    lab.server.fault("slow", "storage:DiagnosticSettings", times=1)
    seen = _collected(lab, ROWS, "storage:BlobServiceProperties", "storage:DiagnosticSettings")
    assert seen.gaps == []
    assert [record.id for record in seen.of("storage.account")] == [account]
    assert lab.server.calls["storage:BlobServiceProperties"] == 3


def test_a_used_up_quota_is_waited_for(lab: Lab) -> None:
    lab.server.headers.update({"x-ms-user-quota-remaining": "0", "x-ms-user-quota-resets-after": "00:00:01"})
    import time  # noqa: PLC0415 - of this test alone

    begun = time.monotonic()
    assert _collected(lab, ROWS).gaps == []
    assert time.monotonic() - begun >= 1


class TestSight:
    def test_a_subscription_that_is_not_seen_is_not_reached(self, lab: Lab) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        seen = _collected(lab, ROWS)
        lost = next(gap for gap in seen.gaps)
        assert (lost.kind, lost.reason, lost.detail) == ("*", Reason.UNREACHED, "NotVisible")
        assert [scope.boundary for scope in seen.reached] == [lab.dev_subscription]

    def test_rows_of_a_subscription_that_is_seen_in_part_do_not_count(self, lab: Lab) -> None:
        """A reader of one resource group gets its rows, and no sign that there are others."""
        storage(lab.cloud, lab.prod, "models")
        lab.cloud.revoke(lab.prod_subscription)
        lab.cloud.partly[lab.prod_subscription] = True
        (gap,) = _collected(lab, ROWS).gaps
        assert (gap.reason, gap.detail) == (Reason.DENIED, "NotGranted")
        assert gap.permission == "Microsoft.Storage/storageAccounts/read"

    @pytest.mark.parametrize(
        ("scope", "seen"),
        [
            ("/", True),
            ("/providers/Microsoft.Management/managementGroups/mg-platform", True),
            ("/subscriptions/{}", True),
            ("/subscriptions/{}/resourceGroups/rg-ml", False),
        ],
    )
    def test_a_role_counts_at_the_subscription_and_above(self, lab: Lab, scope: str, seen: bool) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        lab.cloud.grant(lab.prod_subscription, READER, scope=scope.format(lab.prod_subscription))
        assert bool(_collected(lab, ROWS).gaps) is not seen

    @pytest.mark.parametrize(
        ("actions", "denied", "condition", "seen"),
        [
            (("*",), (), "", True),
            (("microsoft.storage/*/READ",), (), "", True),
            (("*/read",), ("Microsoft.Storage/*",), "", False),
            (("Microsoft.Storage/storageAccounts/listKeys/action",), (), "", False),
            (("*/read",), (), "@Resource[x] StringEquals 'y'", False),
        ],
    )
    def test_a_role_shows_what_its_actions_are(
        self, lab: Lab, actions: tuple[str, ...], denied: tuple[str, ...], condition: str, seen: bool
    ) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        more = {"condition": condition, "conditionVersion": "2.0"} if condition else {}
        lab.cloud.grant(lab.prod_subscription, lab.cloud.role(*actions, denied=denied), **more)
        gaps = [gap for gap in _collected(lab, ROWS).gaps if gap.scope.boundary == lab.prod_subscription]
        assert bool(gaps) is not seen

    def test_a_role_that_leaves_some_reads_out_does_not_show_all(self, lab: Lab) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        some = lab.cloud.role("*/read", denied=("Microsoft.KeyVault/*/read",))
        lab.cloud.grant(lab.prod_subscription, some)
        gaps = _collected(lab, "resources:OtherResources").gaps
        assert {gap.scope.boundary for gap in gaps} == {lab.prod_subscription}

    def test_another_role_may_give_what_one_leaves_out(self, lab: Lab) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        for role in (
            lab.cloud.role("*/read", denied=("Microsoft.Storage/*",)),
            lab.cloud.role("Microsoft.Storage/storageAccounts/read"),
        ):
            lab.cloud.grant(lab.prod_subscription, role)
        assert _collected(lab, ROWS).gaps == []

    @pytest.mark.parametrize(
        ("call", "permission"),
        [
            ("authorization:OwnRoleAssignments", "Microsoft.Authorization/roleAssignments/read"),
            ("authorization:RoleDefinition", "Microsoft.Authorization/roleDefinitions/read"),
        ],
    )
    def test_rows_count_for_nothing_where_roles_cannot_be_read(
        self, lab: Lab, call: str, permission: str
    ) -> None:
        storage(lab.cloud, lab.prod, "models")
        lab.server.fault("denied", call)
        seen = _collected(lab, ROWS)
        assert seen.of("storage.account") == []
        assert {(gap.call, gap.reason) for gap in seen.gaps} == {(ROWS, Reason.DENIED)}
        assert {gap.permission for gap in seen.gaps} == {permission}


class TestDoctor:
    def test_a_reader_lacks_nothing(self, lab: Lab) -> None:
        found = collecting.examine(_config(lab), Seen())
        tenant = f"tenant:{TENANT}"
        assert {one.scope.boundary for one in found} == {lab.dev_subscription, lab.prod_subscription, tenant}
        assert {(one.reached, one.gaps) for one in found} == {(True, ())}
        methods = {one.scope.boundary: one.method for one in found}
        assert methods.pop(tenant) is Method.PROBED
        assert {*methods.values()} == {Method.SIMULATED}

    def test_it_tries_the_directory(self, lab: Lab) -> None:
        for call in ("tenant:Users", "tenant:Groups"):
            lab.server.fault("denied", call)
        found = {one.scope.boundary: one for one in collecting.examine(_config(lab), Seen())}
        gaps = found[f"tenant:{TENANT}"].gaps
        assert [(gap.call, gap.permission, gap.reason) for gap in gaps] == [
            ("tenant:Groups", "GroupMember.Read.All", Reason.DENIED),
            ("tenant:Users", "User.Read.All", Reason.DENIED),
        ]

    def test_it_tells_what_a_role_lacks(self, lab: Lab) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        lab.cloud.grant(lab.prod_subscription, lab.cloud.role("Microsoft.Storage/*/read"))
        found = {one.scope.boundary: one for one in collecting.examine(_config(lab), Seen())}
        lacking = {gap.call for gap in found[lab.prod_subscription].gaps}
        assert "network:VirtualNetworks" in lacking
        assert not any(call.startswith("storage:Blob") for call in lacking)

    def test_a_subscription_that_is_not_seen(self, lab: Lab) -> None:
        lab.cloud.revoke(lab.prod_subscription)
        found = {one.scope.boundary: one for one in collecting.examine(_config(lab), Seen())}
        assert found[lab.prod_subscription].reached is False
        assert found[lab.dev_subscription].reached is True

    def test_rules_that_azure_does_not_feed_yet_would_be_unknown(self, lab: Lab) -> None:
        found = preparation.checkup(_config(lab), pipeline.Judging(), Seen())
        assert "DAT-006" not in found["rules"]
        scopes = {f"azure/{each}/global" for each in (lab.dev_subscription, lab.prod_subscription)}
        assert scopes <= {*found["rules"]["ISO-005"]}

    @pytest.mark.parametrize("rule_calls", [(ROWS, "storage:DiagnosticSettings"), ("keyvault:KeyVersions",)])
    def test_the_least_role_is_enough(self, lab: Lab, rule_calls: tuple[str, ...]) -> None:
        _filled(lab)
        role = collecting.permissions("azure", frozenset(rule_calls))["envsplit-audit"]
        for subscription in (lab.dev_subscription, lab.prod_subscription):
            lab.cloud.revoke(subscription)
            lab.cloud.grant(subscription, lab.cloud.role(*role["Actions"]))
        assert _collected(lab, *rule_calls).gaps == []
        assert not any("*" in action or not action.endswith("/read") for action in role["Actions"])


class TestGuard:
    @pytest.mark.parametrize(
        ("method", "path"),
        [
            (
                "POST",
                "/subscriptions/1/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/a/listKeys",
            ),
            ("POST", "/subscriptions/1/providers/Microsoft.Storage/register?api-version=2016-02-01"),
            (
                "PUT",
                "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments/x?api-version=2022-04-01",
            ),
            (
                "DELETE",
                "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments?api-version=2022-04-01",
            ),
            ("GET", "/subscriptions/1/providers/Microsoft.Web/sites?api-version=2022-03-01"),
            (
                "GET",
                "/subscriptions/1/providers/Microsoft.Authorization/roleAssignments?api-version=2015-07-01",
            ),
            ("POST", "/providers/Microsoft.ResourceGraph/resourcesHistory?api-version=2021-03-01"),
        ],
    )
    def test_it_refuses_what_is_not_in_the_table(self, method: str, path: str) -> None:
        guard = Guard(calls(), (ASSIGNED, DEFINED), "https://management.azure.com", Halt())
        sent = HttpRequest(method, f"https://management.azure.com{path}")
        request = PipelineRequest(sent, PipelineContext(None))
        with pytest.raises(EnvsplitError, match="Refused"):
            guard.on_request(request)

    @pytest.mark.parametrize("host", ["http://management.azure.com", "https://elsewhere.example"])
    def test_no_token_goes_elsewhere(self, host: str) -> None:
        guard = Guard(calls(), (ASSIGNED, DEFINED), "https://management.azure.com", Halt())
        path = f"{_ASSIGNMENTS}?api-version=2022-04-01"
        assert guard.is_read("GET", f"https://management.azure.com{path}")
        assert not guard.is_read("GET", f"{host}{path}")


class TestCredentials:
    def test_a_wrong_secret(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
        with pytest.raises(CredentialsError, match="do not work") as caught:
            _collected(lab)
        assert caught.value.why.startswith("EnvironmentCredential: Authentication failed")
        assert "aka.ms" not in caught.value.why

    def test_what_the_sdk_logs_is_not_shown_beside(self, lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AZURE_CLIENT_SECRET", "wrong")
        file = lab.folder / "envsplit.yaml"
        file.write_text(json.dumps(lab.environment_file()))
        command = [sys.executable, "-m", "scanner", "collect", "-q", "-c", file, "-o", lab.folder / "out"]
        ran = subprocess.run(command, capture_output=True, text=True, check=False)
        assert (ran.returncode, ran.stderr.splitlines()[0]) == (
            1,
            "envsplit: The Azure credentials do not work",
        )

    def test_a_server_whose_certificate_is_not_trusted(
        self, lab: Lab, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("REQUESTS_CA_BUNDLE")
        with pytest.raises(CredentialsError):
            _collected(lab)
        assert not lab.server.requests


def test_importing_the_collector_imports_no_sdk() -> None:
    code = (
        "import sys, scanner.collect as c; c.call_table(); c.permissions('azure', None); "
        "print([name for name in sys.modules if name.split('.')[0] in ('azure', 'msal', 'boto3')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_row_of_a_type_that_a_call_names_is_told_by_its_tags() -> None:
    """What `resources:OtherResources` leaves out has a normaliser that reads its tags."""
    from scanner.collect.azure._words import Rows  # noqa: PLC0415 - of this test alone
    from scanner.estate.providers import PROVIDERS  # noqa: PLC0415 - of this test alone

    named = {
        call.kind
        for call in calls()
        for read, _, _ in call.all_reads()
        if isinstance(read, Rows) and read.table == "resources"
    }
    assert named == {each.native for each in PROVIDERS["azure"] if each.taggable and each.native in named}


def test_the_permissions_command(tmp_path: Path) -> None:
    del tmp_path
    command = [sys.executable, "-m", "scanner", "permissions", "azure", "--rules", "DAT-006"]
    done = subprocess.run([*command, "--format", "terraform"], capture_output=True, text=True, check=True)
    assert 'resource "azurerm_role_definition" "envsplit_audit"' in done.stdout
    assert '"Microsoft.Storage/storageAccounts/read",' in done.stdout
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["IsCustom"] is True
