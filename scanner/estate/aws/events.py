"""EventBridge: rules of the default bus and what they start.

Shapes: Amazon EventBridge API Reference, ``Rule``, ``Target``. A rule is enabled unless it says that it is
``DISABLED``. ``ManagedBy`` names a service of AWS that made it.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._native import raw_id
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of
from scanner.estate.values import Known, Unknown, Value

_RULES, _TARGETS = "ListRules", "ListTargetsByRule"


def _arns(targets: list[dict[str, Any]]) -> list[str]:
    """What is started: of a task its task definition, of a job its definition, else the target."""
    found = set()
    for target in targets:
        task = (target.get("EcsParameters") or {}).get("TaskDefinitionArn")
        job = (target.get("BatchParameters") or {}).get("JobDefinition")
        found.add(task or job or target["Arn"])
    return sorted(found)


def services(arns: list[str]) -> list[str]:
    """The services of some ARNs; of a universal target the call it makes."""
    return sorted({_service(arn) for arn in arns})


def _service(arn: str) -> str:
    if ":aws-sdk:" in arn:
        return arn.split(":aws-sdk:", 1)[1]
    parts = arn.split(":")
    return parts[2] if len(parts) > 2 else arn  # noqa: PLR2004 - the service's place in an ARN


def _identity(reading: Reading) -> Value:
    """The role of its targets, or its own."""
    own = field_of(_RULES, "RoleArn", absent=None).read(reading)
    targets = reading.answer(_TARGETS)
    if isinstance(targets, Unknown):
        return targets
    roles = sorted({each["RoleArn"] for each in targets.value or () if each.get("RoleArn")})
    return Known(roles[0], targets.pointer) if roles else own


RULE = Normaliser(
    native="events.rule",
    kind="schedule",
    listed=((f"events:{_RULES}",),),
    regional=True,
    tags=UNREAD_TAGS,
    name=raw_id,
    attrs={
        "type": constant("event_rule"),
        "expression": field_of(_RULES, "ScheduleExpression", absent=None),
        "pattern": field_of(_RULES, convert=lambda rule: bool(rule.get("EventPattern"))),
        "enabled": field_of(_RULES, "State", absent=True, convert=lambda state: state != "DISABLED"),
        "targets": field_of(_TARGETS, convert=_arns),
        "target_types": field_of(
            _TARGETS, convert=lambda targets: services([target["Arn"] for target in targets])
        ),
        "identity": Attr(_identity, (_RULES, _TARGETS)),
        "capacity": constant(None),
        "stops": constant([]),
    },
)
