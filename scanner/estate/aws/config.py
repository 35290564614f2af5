"""AWS Config: recorders.

Shapes: AWS Config API Reference, ``ConfigurationRecorder``, ``ConfigurationRecorderStatus``.
"""

from __future__ import annotations

from scanner.estate.normaliser import UNREAD_TAGS, Normaliser, constant, field_of

_RECORDERS = "DescribeConfigurationRecorders"

RECORDER = Normaliser(
    native="config.recorder",
    kind="recorder",
    listed=((f"config:{_RECORDERS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    attrs={
        "type": constant("config_recorder"),
        "recording": field_of("DescribeConfigurationRecorderStatus", "recording"),
        "all_supported": field_of(_RECORDERS, "recordingGroup", "allSupported", absent=False),
    },
)
