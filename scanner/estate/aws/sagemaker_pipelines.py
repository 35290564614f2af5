"""SageMaker: pipelines, as roads that data and models take.

Shapes: Amazon SageMaker API Reference, DescribePipeline; of the definition only what it refers to
(https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/).
"""

from __future__ import annotations

from scanner.estate.aws._definitions import data, run
from scanner.estate.aws._native import tags_in_bulk
from scanner.estate.normaliser import Normaliser, constant, field_of

_DESCRIBE = "DescribePipeline"

PIPELINE = Normaliser(
    native="sagemaker.pipeline",
    kind="pipeline",
    listed=(("sagemaker:ListPipelines",),),
    regional=True,
    tags=tags_in_bulk(),
    attrs={
        "type": constant("sagemaker_pipeline"),
        "identity": field_of(_DESCRIBE, "RoleArn"),
        "triggers": constant([]),
        "sources": constant([]),
        "approvals": constant([]),
        "inputs": data(_DESCRIBE, output=False),
        "outputs": data(_DESCRIBE, output=True),
        "images": run(_DESCRIBE),
    },
)
