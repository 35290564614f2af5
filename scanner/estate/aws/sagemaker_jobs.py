"""SageMaker: training and processing jobs, for the lineage of what they made.

Shapes: Amazon SageMaker API Reference, DescribeTrainingJob, DescribeProcessingJob. Neither tells the commit
that it ran. A job that a pipeline ran says so in its experiment's name, by convention only: not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from scanner.estate.aws._data_places import stores
from scanner.estate.normaliser import UNREAD_TAGS, Attr, Normaliser, Reading, constant, field_of, made_of

_TRAINING, _PROCESSING = "DescribeTrainingJob", "DescribeProcessingJob"
_Native = dict[str, Any]


def _channels(native: _Native) -> Iterator[str]:
    for channel in native.get("InputDataConfig") or ():
        place = channel.get("DataSource") or {}
        yield (place.get("S3DataSource") or {}).get("S3Uri", "")
        system = place.get("FileSystemDataSource") or {}
        if system.get("FileSystemId", "").startswith("fs-"):
            yield f"efs://{{region}}.{system['FileSystemId']}/"
    checkpoint = native.get("CheckpointConfig") or {}
    yield checkpoint.get("S3Uri", "")


def _read(reading: Reading, found: Iterable[str]) -> list[str]:
    return stores(reading, (place.replace("{region}", reading.scope.region) for place in found))


def _trained(native: _Native) -> list[str]:
    made = (native.get("ModelArtifacts") or {}).get("S3ModelArtifacts")
    return [made] if made else []


def _written(native: _Native) -> list[str]:
    return [*_trained(native), (native.get("OutputDataConfig") or {}).get("S3OutputPath", "")]


def _processed(native: _Native) -> Iterator[str]:
    for each in native.get("ProcessingInputs") or ():
        yield (each.get("S3Input") or {}).get("S3Uri", "")
        dataset = each.get("DatasetDefinition") or {}
        yield (dataset.get("AthenaDatasetDefinition") or {}).get("OutputS3Uri", "")
        yield (dataset.get("RedshiftDatasetDefinition") or {}).get("OutputS3Uri", "")


def _results(native: _Native) -> list[str]:
    outputs = (native.get("ProcessingOutputConfig") or {}).get("Outputs") or ()
    return sorted({uri for each in outputs if (uri := (each.get("S3Output") or {}).get("S3Uri"))})


def _image(key: str, *path: str) -> Attr:
    return field_of(key, *path, absent=[], convert=lambda image: [image])


TRAINING_JOB = Normaliser(
    native="sagemaker.training_job",
    kind="job",
    listed=(("sagemaker:ListTrainingJobs",),),
    regional=True,
    tags=UNREAD_TAGS,
    attrs={
        "type": constant("training"),
        "identity": field_of(_TRAINING, "RoleArn"),
        "inputs": made_of(_TRAINING, lambda reading, native: _read(reading, _channels(native))),
        "outputs": made_of(_TRAINING, lambda reading, native: stores(reading, _written(native))),
        "artifacts": field_of(_TRAINING, convert=_trained),
        "images": _image(_TRAINING, "AlgorithmSpecification", "TrainingImage"),
        "started_at": field_of(_TRAINING, "TrainingStartTime", absent=None),
        "source": constant(None),
    },
)

PROCESSING_JOB = Normaliser(
    native="sagemaker.processing_job",
    kind="job",
    listed=(("sagemaker:ListProcessingJobs",),),
    regional=True,
    tags=UNREAD_TAGS,
    attrs={
        "type": constant("processing"),
        "identity": field_of(_PROCESSING, "RoleArn"),
        "inputs": made_of(_PROCESSING, lambda reading, native: stores(reading, _processed(native))),
        "outputs": made_of(_PROCESSING, lambda reading, native: stores(reading, _results(native))),
        "artifacts": field_of(_PROCESSING, convert=_results),
        "images": _image(_PROCESSING, "AppSpecification", "ImageUri"),
        "started_at": field_of(_PROCESSING, "ProcessingStartTime", absent=None),
        "source": constant(None),
    },
)
