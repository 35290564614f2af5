"""SNS: topics.

Shapes: Amazon SNS API Reference, ``Topic``, ``Subscription``; a subscription whose ARN is
``PendingConfirmation`` gets nothing.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._native import last_segment
from scanner.estate.normaliser import UNREAD_TAGS, Normaliser, constant, field_of


def _listeners(subscriptions: list[dict[str, Any]]) -> list[str]:
    return sorted(one["Protocol"] for one in subscriptions if one.get("Confirmed"))


TOPIC = Normaliser(
    native="sns.topic",
    kind="topic",
    listed=(("sns:ListTopics",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=last_segment,
    attrs={"type": constant("sns"), "listeners": field_of("ListSubscriptions", convert=_listeners)},
)
