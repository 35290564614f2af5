"""Schedules that shut machines down: https://learn.microsoft.com/rest/api/dtl/global-schedules/get."""

from __future__ import annotations

from scanner.collect.azure._words import Rows
from scanner.collect.calls import Call, Output

CALLS = (
    Call(
        Rows(
            "devtestlab",
            "Schedules",
            "Microsoft.DevTestLab/schedules/read",
            type="microsoft.devtestlab/schedules",
        ),
        (
            Output(
                "devtestlab.schedule",
                "rows[]",
                "{id}",
                volatile=("properties.provisioningState",),
                drop=("properties.notificationSettings",),
            ),
        ),
    ),
)
