"""What would make a call answer: a permission, a line of the environment file, or only time."""

from __future__ import annotations

from scanner.model.finding import Missing
from scanner.model.snapshot import Reason

UNTOLD = "NotUnderstood"
"""The detail of a gap for what was answered and does not say, or says in a way that is not understood."""
BOUNDARIES = {"aws": "account", "azure": "subscription", "gcp": "project"}
"""Provider -> what a boundary of it is called; its sources name them by that word, with an s."""
_REGISTER = "register the resource provider in the subscription"


def advice(read: Missing) -> str:
    """An imperative without a full stop: ``allow s3:GetBucketPolicy``, ``set sources.aws.role``."""
    provider = read.scope.partition("/")[0]
    sources = f"sources.{provider}"
    listed = f"{sources}.{BOUNDARIES.get(provider, 'account')}s"
    of_organization = read.call.startswith("organizations:") or read.scope.startswith("gcp/organizations")
    details = {
        "NoRoleConfigured": f"set {sources}.role",
        UNTOLD: "look into what it answered, or attest it",
        "NoCollector": "look by hand: this version does not read it",
        "NotFollowed": "look by hand: this version follows no path there",
        "SERVICE_DISABLED": "enable the API in the project that calls are counted against",
        "WrongAccount": f"correct {sources}.role, which leads to another account",
        "NotAsked": f"set {sources}.organization" if of_organization else f"add it to {listed}",
        "AWSOrganizationsNotInUseException": f"leave {sources}.organization out: there is none",
    }
    if read.detail in details:
        return details[read.detail]
    if read.call == "sts:AssumeRole":
        return f"let the role of {sources}.role be assumed"
    reasons: dict[str, str] = {
        Reason.NOT_ENABLED: (
            _REGISTER if provider == "azure" else f"enable the region or leave it out of {sources}.regions"
        ),
        Reason.THROTTLED: "run again later",
        Reason.UNSUPPORTED: "look elsewhere: the provider does not answer this here",
        Reason.FAILED: f"look into {read.detail}, then run again" if read.detail else "run again later",
    }
    return reasons.get(read.reason, f"allow {read.permission or read.call}")
