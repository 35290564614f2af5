"""Why Azure gave no answer: HTTP status and error code to reasons.

Resource Manager:
https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors; Microsoft
Entra ID: https://learn.microsoft.com/entra/identity-platform/reference-error-codes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import orjson
from azure.core.exceptions import (
    AzureError,
    ClientAuthenticationError,
    DeserializationError,
    HttpResponseError,
    SerializationError,
)

from scanner.collect.calls import UnansweredError
from scanner.model.snapshot import Reason

SDK_ERRORS = (AzureError, SerializationError, DeserializationError)
"""Everything that the SDK raises for a call that was not answered as it should."""
_DENIED = frozenset({"AuthorizationFailed", "AccessDenied", "LinkedAuthorizationFailed", "Forbidden"})
_THROTTLED = frozenset({"TooManyRequests", "RateLimiting", "SubscriptionRequestsThrottled"})
_UNSUPPORTED = frozenset(
    {
        "FeatureNotSupportedForAccount",
        "InvalidApiVersionParameter",
        "InvalidResourceType",
        "NoRegisteredProviderFound",
        "UnsupportedApiVersion",
    }
)
_NOT_ENABLED = frozenset(
    {"MissingSubscriptionRegistration", "SubscriptionNotRegistered", "DisallowedProvider"}
)
_BY_STATUS = {403: Reason.DENIED, 405: Reason.UNSUPPORTED, 429: Reason.THROTTLED, 501: Reason.UNSUPPORTED}
_CODE = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def unanswered(error: Exception) -> UnansweredError:
    """What the SDK raised (one of `SDK_ERRORS`) as reason and bare code: no message, request id or time."""
    if isinstance(error, HttpResponseError) and error.response is not None:
        status = int(error.response.status_code or 0)
        return refused(status, _body(error))
    if isinstance(error, ClientAuthenticationError):
        return UnansweredError(Reason.FAILED, "CredentialUnavailable")
    return UnansweredError(Reason.FAILED, type(error).__name__)


def refused(status: int, body: Any) -> UnansweredError:
    """An answer with a status that is no success, and its body as far as it could be read."""
    code = _code(body) or str(status)
    for codes, reason in (
        (_NOT_ENABLED, Reason.NOT_ENABLED),
        (_UNSUPPORTED, Reason.UNSUPPORTED),
        (_DENIED, Reason.DENIED),
        (_THROTTLED, Reason.THROTTLED),
    ):
        if code in codes:
            return UnansweredError(reason, code)
    return UnansweredError(_BY_STATUS.get(status, Reason.FAILED), code)


def _body(error: HttpResponseError) -> Any:
    try:
        return orjson.loads(error.response.body())  # type: ignore[union-attr]
    except (ValueError, AttributeError):
        return None


def _code(body: Any) -> str:
    """``{"error": {"code": ...}}``; some providers leave the outer object away (OData)."""
    found = body.get("error", body) if isinstance(body, Mapping) else None
    code = found.get("code") if isinstance(found, Mapping) else None
    return code if isinstance(code, str) and _CODE.fullmatch(code) else ""
