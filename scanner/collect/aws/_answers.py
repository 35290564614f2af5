"""Why AWS gave no answer: error codes to reasons (AWS General Reference, common error codes)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from botocore.parsers import ResponseParserError

from scanner.collect.calls import UnansweredError
from scanner.model.snapshot import Reason

_DENIED = re.compile(r"AccessDenied|^Unauthorized|Forbidden|NotAuthorized|AuthorizationError|^403$")
_THROTTLED = re.compile(r"Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|LimitExceeded$|^429$")
_UNSUPPORTED = re.compile(r"^UnknownOperation|NotImplemented|InvalidAction|^UnsupportedOperation|^501$")
_NOT_ENABLED = frozenset({"OptInRequired", "AWSOrganizationsNotInUseException"})
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")

SDK_ERRORS = (ClientError, BotoCoreError, ResponseParserError)
"""Everything that the SDK raises for a call that was not answered as it should."""
REGION_CLOSED = frozenset(
    {
        "AuthFailure",
        "UnrecognizedClientException",
        "OptInRequired",
        "InvalidClientTokenId",
        "InvalidAccessKeyId",
    }
)
"""Codes with which a region answers that the account has not enabled: it does not know the account."""


def unanswered(error: Exception) -> UnansweredError:
    """What the SDK raised (one of `SDK_ERRORS`) as reason and bare code: no message, request id or time."""
    code = _code(error)
    return UnansweredError(_reason(code), code)


def is_throttled(answer: Mapping[str, Any] | None) -> bool:
    """Whether an answer, as the SDK parsed it, says that there were too many requests."""
    error = (answer or {}).get("Error")
    return error is not None and _reason(str(error.get("Code", ""))) is Reason.THROTTLED


def _reason(code: str) -> Reason:
    if code in _NOT_ENABLED:
        return Reason.NOT_ENABLED
    for pattern, reason in (
        (_DENIED, Reason.DENIED),
        (_THROTTLED, Reason.THROTTLED),
        (_UNSUPPORTED, Reason.UNSUPPORTED),
    ):
        if pattern.search(code):
            return reason
    return Reason.FAILED


def _code(error: Exception) -> str:
    if not isinstance(error, ClientError):
        return type(error).__name__
    code = str(error.response.get("Error", {}).get("Code", ""))
    if _CODE.fullmatch(code):
        return code
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return str(status) if isinstance(status, int) else "UnreadableError"
