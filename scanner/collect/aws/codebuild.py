"""CodeBuild: projects, with what they build and what starts them (AWS CodeBuild API, version 2016-10-06).

Variables and build commands may hold secrets: of their values only what they look like is kept.
"""

from __future__ import annotations

from scanner.collect.calls import Batch, Call, Output, Read, Span

_SECRETIVE = (
    "environment.environmentVariables.value",
    "source.buildspec",
    "secondarySources.buildspec",
)
_NEVER = (
    *("webhook.secret", "webhook.payloadUrl", "webhook.lastModifiedSecret", "badge"),
    *("source.auth", "secondarySources.auth"),
)

CALLS = (
    Call(
        Read("codebuild", "ListProjects"),
        (
            Output(
                "codebuild.project",
                "projects[].{name: @}",
                "arn:{partition}:codebuild:{region}:{account}:project/{name}",
            ),
        ),
        Span.REGION,
        batches=(
            Batch(
                Read("codebuild", "BatchGetProjects"),
                ids="names",
                id="{name}",
                size=100,
                items="projects",
                match="{name}",
                drop=_NEVER,
                conceal=_SECRETIVE,
            ),
        ),
    ),
)
