"""SNS: topics.

Shapes: Amazon SNS API Reference, ``Topic``, ``Subscription``; a subscription whose ARN is
``PendingConfirmation`` gets nothing.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._native import last_segment, tags_in_bulk
from scanner.estate.normaliser import Normaliser, constant, field_of


def _listeners(subscriptions: list[dict[str, Any]]) -> list[str]:
    return sorted(one["Protocol"] for one in subscriptions if one.get("Confirmed"))


TOPIC = Normaliser(
    native="sns.topic",
    kind="topic",
    listed=(("sns:ListTopics",),),
    regional=True,
    tags=tags_in_bulk(),
    name=last_segment,
    attrs={"type": constant("sns"), "listeners": field_of("ListSubscriptions", convert=_listeners)},
)
