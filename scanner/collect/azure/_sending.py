"""Sends one GET, and reads the object that answers it; whatever else comes back is a call without answer."""

from __future__ import annotations

from typing import Any

from azure.core.rest import HttpRequest

from scanner.collect.azure._answers import SDK_ERRORS, refused, unanswered
from scanner.collect.calls import UNEXPECTED, UnansweredError
from scanner.model.snapshot import Reason

_OK = 200


def sent(client: Any, request: HttpRequest) -> dict[str, Any]:
    """The JSON object that answers a request of a client's pipeline. Raises `UnansweredError`."""
    try:
        response = client.send_request(request)
        status = int(response.status_code)
        body = response.json() if status == _OK else _error_body(response)
    except SDK_ERRORS as error:
        raise unanswered(error) from error
    except ValueError as error:
        raise UnansweredError(Reason.FAILED, UNEXPECTED) from error
    if status != _OK:
        raise refused(status, body)
    if not isinstance(body, dict):
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return body


def _error_body(response: Any) -> Any:
    try:
        return response.json()
    except (ValueError, *SDK_ERRORS):
        return None
