"""What an identity's policies allow, as IAM works it out (AWS IAM API, SimulatePrincipalPolicy).

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html: identity policies,
boundary and SCPs are taken into account; resource policies, and SCPs with conditions, are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from scanner.collect.aws._answers import SDK_ERRORS, unanswered
from scanner.collect.aws._gate import Entered
from scanner.collect.calls import UNEXPECTED, Read, UnansweredError
from scanner.model.snapshot import Reason

SIMULATE = Read("iam", "SimulatePrincipalPolicy")
AT_ONCE = 100
"""Actions a request; the API names no limit, and answers in pages."""
_SESSION = re.compile(r"arn:(aws[a-z-]*):sts::(\d{12}):assumed-role/([^/]+)/.+")


def principal_of(arn: str, role: str | None) -> str | None:
    """The principal whose policies count, of a caller's ARN: a user, or the role of a session.

    A session's ARN lacks the path of its role; ``role`` is the ARN as the environment file has it.
    """
    session = _SESSION.fullmatch(arn)
    if session is None:
        return arn if ":user/" in arn else None
    partition, account, name = session.groups()
    if role is not None and role.rpartition("/")[2] == name:
        return role.replace("{account}", account)
    return f"arn:{partition}:iam::{account}:role/{name}"


def simulate(entered: Entered, principal: str, actions: Iterable[str]) -> Mapping[str, bool]:
    """Action -> whether it is allowed. Raises `UnansweredError` where the simulation may not be used."""
    wanted = sorted(set(actions))
    allowed: dict[str, bool] = {}
    client = entered.clients.get("iam", entered.region)
    paginator = client.get_paginator("simulate_principal_policy")
    try:
        for start in range(0, len(wanted), AT_ONCE):
            asked = wanted[start : start + AT_ONCE]
            pages = paginator.paginate(PolicySourceArn=principal, ActionNames=asked)
            for result in pages.search("EvaluationResults[]"):
                allowed[result["EvalActionName"]] = _allows(result)
    except SDK_ERRORS as error:
        raise unanswered(error) from error
    except (KeyError, TypeError) as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
    if allowed.keys() != set(wanted):
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return allowed


def _allows(result: Mapping[str, Any]) -> bool:
    return bool(result["EvalDecision"] == "allowed")
