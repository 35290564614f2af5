"""SageMaker: recent training and processing jobs, for their lineage (Amazon SageMaker API, 2017-07-24).

Jobs of the last 90 days, and of those the newest 1,000 of each sort in a region: older ones are not asked
for, by choice. Parameters and variables may hold secrets, and are not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from scanner.collect.calls import Call, Data, Desk, Follow, Gather, Output, Read, Span, required

RECENT = timedelta(days=90)
NEWEST = 1000

_TRAINING = Read("sagemaker", "ListTrainingJobs", page=100)
_PROCESSING = Read("sagemaker", "ListProcessingJobs", page=100)
_MOVING = ("LastModifiedTime", "SecondaryStatus", "WarmPoolStatus")
_TRAINING_NEVER = (
    *("HyperParameters", "Environment", "SecondaryStatusTransitions", "FinalMetricDataList"),
    *("DebugHookConfig", "DebugRuleConfigurations", "DebugRuleEvaluationStatuses", "ProfilerConfig"),
    *("ProfilerRuleConfigurations", "ProfilerRuleEvaluationStatuses", "FailureReason"),
    *("AlgorithmSpecification.MetricDefinitions", "AlgorithmSpecification.ContainerEntrypoint"),
    *("AlgorithmSpecification.ContainerArguments", "ProgressInfo", "TensorBoardOutputConfig"),
)
_PROCESSING_NEVER = (
    *("Environment", "FailureReason", "ExitMessage"),
    *("AppSpecification.ContainerEntrypoint", "AppSpecification.ContainerArguments"),
)


def _newest(read: Read, kind: str, listed: str) -> Gather:
    def gather(desk: Desk) -> Mapping[str, list[Data]]:
        since = datetime.now(UTC) - RECENT
        asked = {"CreationTimeAfter": since, "SortBy": "CreationTime", "SortOrder": "Descending"}
        jobs = required(desk.ask(read, asked), listed)
        newest = sorted(jobs, key=lambda job: job["CreationTime"], reverse=True)[:NEWEST]
        return {kind: [{read.operation: job} for job in newest]}

    return gather


def _job(read: Read, kind: str, listed: str, id_: str, follow: Follow) -> Call:
    return Call(
        read,
        (Output(kind, "", id_, volatile=_MOVING),),
        Span.REGION,
        gather=_newest(read, kind, listed),
        follows=(follow,),
    )


CALLS = (
    _job(
        _TRAINING,
        "sagemaker.training_job",
        "TrainingJobSummaries",
        "{TrainingJobArn}",
        Follow(
            Read("sagemaker", "DescribeTrainingJob"),
            {"TrainingJobName": "{TrainingJobName}"},
            "@",
            volatile=_MOVING,
            drop=_TRAINING_NEVER,
        ),
    ),
    _job(
        _PROCESSING,
        "sagemaker.processing_job",
        "ProcessingJobSummaries",
        "{ProcessingJobArn}",
        Follow(
            Read("sagemaker", "DescribeProcessingJob"),
            {"ProcessingJobName": "{ProcessingJobName}"},
            "@",
            volatile=_MOVING,
            drop=_PROCESSING_NEVER,
        ),
    ),
)
