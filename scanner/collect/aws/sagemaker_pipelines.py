"""SageMaker: pipelines and what they refer to (Amazon SageMaker API, version 2017-07-24).

A definition may hold secrets: what it refers to is kept, nothing else of it.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, UnansweredError, required
from scanner.collect.definitions import references

_LIST = Read("sagemaker", "ListPipelines", page=100)
_DESCRIBE = Read("sagemaker", "DescribePipeline")
_PIPELINE = "sagemaker.pipeline"


def _pipelines(desk: Desk) -> Mapping[str, list[Data]]:
    found: list[Data] = []
    for pipeline in required(desk.ask(_LIST, {}), "PipelineSummaries"):
        data: Data = {_LIST.operation: pipeline}
        try:
            answer = desk.ask(_DESCRIBE, {"PipelineName": pipeline["PipelineName"]})
            data[_DESCRIBE.operation] = {
                "RoleArn": required(answer, "RoleArn"),
                "references": references(required(answer, "PipelineDefinition")),
            }
        except UnansweredError as error:
            desk.miss(_DESCRIBE, _PIPELINE, error, pipeline["PipelineArn"])
        found.append(data)
    return {_PIPELINE: found}


CALLS = (
    Call(
        _LIST,
        (
            Output(
                _PIPELINE,
                "",
                "{PipelineArn}",
                volatile=("LastModifiedTime", "LastExecutionTime"),
            ),
        ),
        Span.REGION,
        gather=_pipelines,
        reads={_DESCRIBE: _PIPELINE},
        bulk=tagged("sagemaker:pipeline"),
    ),
)
