"""SNS: topics, and whether anybody listens (Amazon SNS API, version 2010-03-31).

Addresses are left out: they are people's, and those of webhooks hold tokens.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required

_TOPICS = Read("sns", "ListTopics")
_SUBSCRIPTIONS = Read("sns", "ListSubscriptions")
_KIND = "sns.topic"


def _topics(desk: Desk) -> Mapping[str, list[Data]]:
    """The topics of a region, each with the subscriptions of this account to it."""
    found: list[Data] = [{_TOPICS.operation: item} for item in required(desk.ask(_TOPICS, {}), "Topics")]
    try:
        listed = required(desk.ask(_SUBSCRIPTIONS, {}), "Subscriptions")
    except UnansweredError as error:
        desk.miss(_SUBSCRIPTIONS, _KIND, error)
        return {_KIND: found}
    by_topic: dict[str, list[dict[str, object]]] = defaultdict(list)
    for item in listed:
        confirmed = str(item.get("SubscriptionArn", "")).startswith("arn:")
        by_topic[item["TopicArn"]].append({"Protocol": item.get("Protocol", ""), "Confirmed": confirmed})
    for data in found:
        data[_SUBSCRIPTIONS.operation] = by_topic[data[_TOPICS.operation]["TopicArn"]]
    return {_KIND: found}


CALLS = (
    Call(
        _TOPICS,
        (Output(_KIND, "", "{TopicArn}"),),
        Span.REGION,
        gather=_topics,
        reads={_SUBSCRIPTIONS: _KIND},
        bulk=tagged("sns"),
    ),
)
