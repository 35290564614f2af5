"""CloudWatch Logs: log groups, and destinations that other accounts may send to.

Shapes: Amazon CloudWatch Logs API Reference, ``LogGroup``, ``Destination``, ``ResourcePolicy``. Where a
group is sent on is not collected: one account's group reaches another's destination only by the policy
of that, which is.
"""

from __future__ import annotations

from scanner.estate.aws._keys import key_at
from scanner.estate.aws._log_policies import CALL, policy_of
from scanner.estate.aws._native import policy_at, tags_in_bulk
from scanner.estate.normaliser import UNREAD_TAGS, UNTOLD, Attr, Normaliser, constant, field_of

_GROUPS, _DESTINATIONS = "DescribeLogGroups", "DescribeDestinations"


LOG_GROUP = Normaliser(
    native="logs.log_group",
    kind="log",
    listed=((f"logs:{_GROUPS}",),),
    regional=True,
    tags=tags_in_bulk(),
    name=lambda reading: reading.id.rsplit(":log-group:", 1)[-1],
    attrs={
        "type": constant("log_group"),
        "key": key_at(_GROUPS, "kmsKeyId"),
        "retention_days": field_of(_GROUPS, "retentionInDays", absent=None),
        "policy": Attr(policy_of, calls=(CALL,)),
        "subscriptions": UNTOLD,
    },
)

DESTINATION = Normaliser(
    native="logs.destination",
    kind="log",
    listed=((f"logs:{_DESTINATIONS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=lambda reading: reading.id.rsplit(":destination:", 1)[-1],
    attrs={
        "type": constant("log_destination"),
        "key": constant(None),
        "retention_days": constant(None),
        "policy": policy_at(_DESTINATIONS, "accessPolicy"),
        "subscriptions": field_of(_DESTINATIONS, "targetArn", convert=lambda arn: [arn]),
    },
)
