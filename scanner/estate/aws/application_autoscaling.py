"""Application Auto Scaling: scheduled actions of ECS services.

Shapes: Application Auto Scaling API Reference, ``ScheduledAction``, ``ScalableTargetAction``: the most
that it may scale to bounds what runs.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.normaliser import Normaliser, constant, field_of

_ACTIONS = "DescribeScheduledActions"


def _capacity(action: dict[str, Any]) -> int | None:
    most = (action.get("ScalableTargetAction") or {}).get("MaxCapacity")
    return None if most is None else int(most)


def _service(action: dict[str, Any]) -> list[str]:
    """``service/cluster/name`` as the name of the service."""
    return [action["ResourceId"].rsplit("/", 1)[-1]]


ACTION = Normaliser(
    native="application-autoscaling.scheduled_action",
    kind="schedule",
    listed=((f"application-autoscaling:{_ACTIONS}",),),
    regional=True,
    attrs={
        "type": constant("scaling_action"),
        "expression": field_of(
            _ACTIONS, "Schedule", convert=lambda said: None if said.startswith("at(") else said
        ),
        "pattern": constant(False),
        "enabled": constant(True),
        "targets": field_of(_ACTIONS, convert=_service),
        "target_types": constant(["ecs"]),
        "identity": constant(None),
        "capacity": field_of(_ACTIONS, convert=_capacity),
        "stops": field_of(
            _ACTIONS,
            convert=lambda action: [action["ResourceId"].partition("/")[2]] if _capacity(action) == 0 else [],
        ),
    },
)
