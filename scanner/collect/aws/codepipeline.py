"""CodePipeline: pipelines, their sources, triggers and approvals (AWS CodePipeline API, version 2015-07-09).

The configuration of an action is free text that may hold secrets: only the keys listed here are kept.
"""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

_CONFIGURATION = (
    *("BranchName", "Branch", "BucketName", "ConnectionArn", "DetectChanges", "FullRepositoryId", "ImageTag"),
    *("Owner", "PollForSourceChanges", "ProjectName", "Repo", "RepositoryName", "S3Bucket", "S3ObjectKey"),
    *("StateMachineArn", "OutputArtifactFormat"),
)


def _picked(*names: str) -> str:
    return ", ".join(f"{name}: {name}" for name in names)


_ACTIONS = (
    f"actions[].{{{_picked('name', 'actionTypeId', 'roleArn', 'region')}, "
    f"configuration: configuration.{{{_picked(*_CONFIGURATION)}}}}}"
)
_DECLARED = _picked("name", "roleArn", "pipelineType", "triggers", "artifactStore", "artifactStores")
_KEPT = f"pipeline.{{{_DECLARED}, stages: stages[].{{name: name, actions: {_ACTIONS}}}}}"

CALLS = (
    Call(
        Read("codepipeline", "ListPipelines"),
        (
            Output(
                "codepipeline.pipeline",
                "pipelines[]",
                "arn:{partition}:codepipeline:{region}:{account}:{name}",
                volatile=("updated", "version"),
            ),
        ),
        Span.REGION,
        follows=(Follow(Read("codepipeline", "GetPipeline"), {"name": "{name}"}, f"{{pipeline: {_KEPT}}}"),),
        bulk=tagged("codepipeline"),
    ),
)
