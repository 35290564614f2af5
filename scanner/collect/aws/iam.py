"""IAM: identities, their policies, credentials and providers (AWS IAM API, version 2010-05-08)."""

from __future__ import annotations

import csv
import io
import time
from collections.abc import Iterator, Mapping
from typing import Any

from scanner.collect.calls import Call, Data, Desk, Follow, Output, Read, UnansweredError, required
from scanner.collect.documents import documents_in
from scanner.model.snapshot import Reason

_DETAILS = Read("iam", "GetAccountAuthorizationDetails", page=1000)
_ROLES = Read("iam", "ListRoles", page=1000)
_GENERATE = Read("iam", "GenerateCredentialReport")
_REPORT = Read("iam", "GetCredentialReport")

LISTS = {
    "iam.role": "RoleDetailList",
    "iam.user": "UserDetailList",
    "iam.group": "GroupDetailList",
    "iam.policy": "Policies",
}
"""Kind -> the list of the answer that holds it."""
DOCUMENTS = frozenset({"AssumeRolePolicyDocument", "PolicyDocument", "Document"})
"""Fields of that answer that hold documents."""

_POLLS = 30
_POLL_SECONDS = 2.0
_LAST_USED = (
    "password_last_used",
    *(f"access_key_{n}_last_used_{what}" for n in (1, 2) for what in ("date", "region", "service")),
)


def _details(desk: Desk) -> Mapping[str, list[Data]]:
    """All identities and policies; of the policies that AWS itself manages only those in use here."""
    answer = documents_in(desk.ask(_DETAILS, {}), DOCUMENTS)
    found = {kind: required(answer, key) for kind, key in LISTS.items()}
    used = set(_attached(answer))
    found["iam.policy"] = [
        policy
        for policy in found["iam.policy"]
        if policy["Arn"].split(":")[4] != "aws" or policy["Arn"] in used
    ]
    return {kind: [{_DETAILS.operation: item} for item in items] for kind, items in found.items()}


def _attached(answer: Mapping[str, Any]) -> Iterator[str]:
    """The policies that any identity has attached, or as its permissions boundary."""
    for key in ("RoleDetailList", "UserDetailList", "GroupDetailList"):
        for identity in answer[key]:
            yield from (policy["PolicyArn"] for policy in identity.get("AttachedManagedPolicies", ()))
            if boundary := identity.get("PermissionsBoundary"):
                yield boundary.get("PermissionsBoundaryArn", "")


def _credential_report(desk: Desk) -> Mapping[str, list[Data]]:
    """The report's rows. AWS makes a new report at most every four hours, else answers with the last.

    One that may be read though not be made is read all the same: AWS refuses it once it is older.
    """
    try:
        _generate(desk)
    except UnansweredError as error:
        desk.miss(_GENERATE, "iam.credential_report", error)
    return _rows(desk)


def _generate(desk: Desk) -> None:
    for _ in range(_POLLS):
        answer = desk.ask(_GENERATE, {}) or {}
        if answer.get("State") == "COMPLETE":
            return
        time.sleep(_POLL_SECONDS if answer.get("State") == "INPROGRESS" else 0)
    raise UnansweredError(Reason.FAILED, "ReportInProgress")


def _rows(desk: Desk) -> Mapping[str, list[Data]]:
    text = required(desk.ask(_REPORT, {}), "Content").decode("utf-8", "replace")
    rows = csv.DictReader(io.StringIO(text))
    if not rows.fieldnames or "arn" not in rows.fieldnames:
        raise UnansweredError(Reason.FAILED, "UnreadableReport")
    return {"iam.credential_report": [{_REPORT.operation: dict(row)} for row in rows]}


def _arn(kind: str) -> str:
    return f"arn:{{partition}}:iam::{{account}}:{kind}"


def _sessions(desk: Desk) -> Mapping[str, list[Data]]:
    """How long sessions of roles last at most, which GetAccountAuthorizationDetails does not tell."""
    listed = required(desk.ask(_ROLES, {}), "Roles")
    kept = ({key: role[key] for key in ("Arn", "MaxSessionDuration") if key in role} for role in listed)
    return {"iam.role_session": [{_ROLES.operation: role} for role in kept]}


CALLS = (
    Call(_ROLES, (Output("iam.role_session", "", "{Arn}"),), gather=_sessions),
    Call(
        _DETAILS,
        (
            Output(
                "iam.role", "", "{Arn}", volatile=("RoleLastUsed", "InstanceProfileList.Roles.RoleLastUsed")
            ),
            Output("iam.user", "", "{Arn}"),
            Output("iam.group", "", "{Arn}"),
            Output("iam.policy", "", "{Arn}"),
        ),
        gather=_details,
    ),
    Call(
        _REPORT,
        (Output("iam.credential_report", "", "{arn}", volatile=_LAST_USED),),
        gather=_credential_report,
        reads={_GENERATE: "iam.credential_report"},
    ),
    Call(
        None,
        (Output("iam.password_policy", "", _arn("password-policy")),),
        follows=(
            Follow(Read("iam", "GetAccountPasswordPolicy"), {}, "PasswordPolicy", absent=("NoSuchEntity",)),
        ),
    ),
    Call(Read("iam", "GetAccountSummary"), (Output("iam.account_summary", "[SummaryMap]", _arn("root")),)),
    Call(
        Read("iam", "ListVirtualMFADevices"),
        (
            Output(
                "iam.mfa_device",
                "VirtualMFADevices[]",
                "{SerialNumber}",
                volatile=("User.PasswordLastUsed",),
                # The seed makes the one-time codes, and the picture holds it.
                drop=("Base32StringSeed", "QRCodePNG"),
            ),
        ),
    ),
    Call(Read("iam", "ListSAMLProviders"), (Output("iam.saml_provider", "SAMLProviderList[]", "{Arn}"),)),
    Call(
        Read("iam", "ListOpenIDConnectProviders"),
        (Output("iam.oidc_provider", "OpenIDConnectProviderList[]", "{Arn}"),),
        follows=(
            Follow(Read("iam", "GetOpenIDConnectProvider"), {"OpenIDConnectProviderArn": "{Arn}"}, "@"),
        ),
    ),
)
