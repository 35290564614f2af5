"""How Azure refuses: an error with a code."""

from __future__ import annotations

from tests.faults.listening import Answer, answered


def refusing(status: int, code: str) -> Answer:
    """https://learn.microsoft.com/rest/api/azure/#async-operations-throttling-and-paging, ErrorResponse."""
    again = {"Retry-After": "0.01"} if status in {429, 500} else {}
    return answered(status, {"error": {"code": code, "message": f"This is the fault {code}."}}, again)
