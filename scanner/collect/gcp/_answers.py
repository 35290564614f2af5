"""Why Google Cloud gave no answer: HTTP status, status word and reason to reasons.

https://cloud.google.com/apis/design/errors (``google.rpc.Status``, ``google.rpc.ErrorInfo``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from google.api_core.exceptions import GoogleAPICallError
from google.auth.exceptions import GoogleAuthError
from google.protobuf.json_format import ParseError
from requests import RequestException

from scanner.collect.calls import UNEXPECTED, UnansweredError
from scanner.model.snapshot import Reason

SDK_ERRORS = (GoogleAPICallError, GoogleAuthError, ParseError, RequestException)
"""Everything that the clients raise for a call that was not answered as it should."""
_OF_THE_CALLER = frozenset({"SERVICE_DISABLED", "BILLING_DISABLED", "CONSUMER_SUSPENDED"})
"""Switched off in the project that calls are counted against, which says nothing of what is asked for."""
_THROTTLED = frozenset({"RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"})
_BY_STATUS = {403: Reason.DENIED, 429: Reason.THROTTLED, 501: Reason.UNSUPPORTED}
_WORD = re.compile(r"[A-Za-z0-9_.:-]{1,80}")


def unanswered(error: Exception) -> UnansweredError:
    """What a client raised (one of `SDK_ERRORS`) as reason and bare word: no message, request id or time."""
    if isinstance(error, GoogleAPICallError):
        return refused(int(error.code or 0), _body(error))
    if isinstance(error, GoogleAuthError):
        return UnansweredError(Reason.FAILED, "CredentialUnavailable")
    if isinstance(error, ParseError | ValueError):
        return UnansweredError(Reason.FAILED, UNEXPECTED)
    return UnansweredError(Reason.FAILED, type(error).__name__)


def refused(status: int, body: Any) -> UnansweredError:
    """An answer with a status that is no success, and its body as far as it could be read."""
    error = body.get("error") if isinstance(body, Mapping) else None
    error = error if isinstance(error, Mapping) else {}
    reason, word = _reason(error), _plain(error.get("status"))
    code = reason or word or str(status)
    if reason in _THROTTLED or word in _THROTTLED:
        return UnansweredError(Reason.THROTTLED, code)
    if reason in _OF_THE_CALLER:
        return UnansweredError(Reason.FAILED, code)
    return UnansweredError(_BY_STATUS.get(status, Reason.FAILED), code)


def _reason(error: Mapping[str, Any]) -> str:
    """The reason of its ``ErrorInfo``, if it has one."""
    for detail in error.get("details") or ():
        if isinstance(detail, Mapping) and str(detail.get("@type", "")).endswith("google.rpc.ErrorInfo"):
            return _plain(detail.get("reason"))
    return ""


def _plain(word: Any) -> str:
    return word if isinstance(word, str) and _WORD.fullmatch(word) else ""


def _body(error: GoogleAPICallError) -> Any:
    try:
        return error.response.json()
    except (ValueError, AttributeError):
        return None
