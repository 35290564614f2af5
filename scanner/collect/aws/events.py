"""EventBridge: the rules of the default bus, which alone can be scheduled, and what they start (2015-10-07).

What a rule passes to its targets may hold a secret and is not kept.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

CALLS = (
    Call(
        Read("events", "ListRules", page=100),
        (Output("events.rule", "Rules[]", "{Arn}"),),
        Span.REGION,
        follows=(
            Follow(
                Read("events", "ListTargetsByRule", page=100),
                {"Rule": "{Name}"},
                "Targets",
                conceal=("Input", "InputTransformer.InputTemplate", "HttpParameters"),
            ),
        ),
    ),
)
