"""Lambda: functions, the images of those that are packaged so, and code signing (AWS Lambda API, 2015-03-31).

The listing leaves the image of a function out: GetFunction alone has it, and is asked of such functions
only. Its answer also has a signed address of the code, which is not kept.
"""

from __future__ import annotations

from scanner.collect.aws._tagged import tagged
from scanner.collect.calls import Call, Follow, Output, Read, Span

CALLS = (
    Call(
        Read("lambda", "ListFunctions"),
        (
            Output(
                "lambda.function",
                "Functions[]",
                "{FunctionArn}",
                volatile=("LastModified", "RevisionId"),
                conceal=("Environment.Variables",),
            ),
        ),
        Span.REGION,
        follows=(
            Follow(
                Read("lambda", "GetFunction"),
                {"FunctionName": "{FunctionArn}"},
                "Code.{ImageUri: ImageUri, ResolvedImageUri: ResolvedImageUri}",
                when="PackageType == 'Image'",
            ),
        ),
        bulk=tagged("lambda:function"),
    ),
    Call(
        Read("lambda", "ListCodeSigningConfigs"),
        (
            Output(
                "lambda.code_signing_config",
                "CodeSigningConfigs[]",
                "{CodeSigningConfigArn}",
                volatile=("LastModified",),
            ),
        ),
        Span.REGION,
        follows=(
            Follow(
                Read("lambda", "ListFunctionsByCodeSigningConfig"),
                {"CodeSigningConfigArn": "{CodeSigningConfigArn}"},
                "FunctionArns",
            ),
        ),
    ),
)
