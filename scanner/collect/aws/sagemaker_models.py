"""SageMaker: model registries and the versions in them (Amazon SageMaker API, version 2017-07-24)."""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

_SECRETIVE = (
    "InferenceSpecification.Containers.Environment",
    "AdditionalInferenceSpecifications.Containers.Environment",
)
_NEVER = ("ModelCard", "CustomerMetadataProperties", "ModelPackageDescription", "ValidationSpecification")

CALLS = (
    Call(
        Read("sagemaker", "ListModelPackageGroups", page=100),
        (
            Output(
                "sagemaker.model_package_group",
                "ModelPackageGroupSummaryList[]",
                "{ModelPackageGroupArn}",
                drop=("ModelPackageGroupDescription",),
            ),
        ),
        Span.REGION,
        follows=(
            Follow(
                Read("sagemaker", "GetModelPackageGroupPolicy"),
                {"ModelPackageGroupName": "{ModelPackageGroupName}"},
                "ResourcePolicy",
                # The API documents no error for "there is none"; this is what it answers for it.
                ("ValidationException",),
                policy=True,
            ),
        ),
        bulk=tagged("sagemaker:model-package-group"),
    ),
    Call(
        Read("sagemaker", "ListModelPackages", page=100),
        (
            Output(
                "sagemaker.model_package",
                "ModelPackageSummaryList[]",
                "{ModelPackageArn}",
                drop=("ModelPackageDescription",),
            ),
        ),
        Span.REGION,
        params={"ModelPackageType": "Both"},
        follows=(
            Follow(
                Read("sagemaker", "DescribeModelPackage"),
                {"ModelPackageName": "{ModelPackageArn}"},
                "@",
                drop=_NEVER,
                conceal=_SECRETIVE,
            ),
        ),
        bulk=tagged("sagemaker:model-package"),
    ),
)
