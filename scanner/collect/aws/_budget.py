"""Holds back every request of an AWS client, as its account, region and service share one budget.

AWS throttles per account, region and API (Amazon EC2 Developer Guide, "Request throttling",
https://docs.aws.amazon.com/ec2/latest/devguide/ec2-api-throttling.html).
"""

from __future__ import annotations

from typing import Any

from scanner.collect.aws._answers import is_throttled
from scanner.collect.budget import Budget


def watch(budget: Budget, client: Any) -> None:
    """Hold back every request of a client, and mind what it is answered."""

    def before_send(**_: Any) -> None:
        budget.take()

    def answered(response: Any, **_: Any) -> None:
        """Told of every answer, also of those that the SDK then tries again."""
        if response is not None and is_throttled(response[1]):
            budget.throttled()

    client.meta.events.register("before-send", before_send)
    client.meta.events.register("needs-retry", answered)
