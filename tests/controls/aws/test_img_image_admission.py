"""IMG-007 over the wire: what keeps unapproved images and code out of production."""

from __future__ import annotations

import json

import pytest

from tests.controls.aws.conftest import REGION, Cloud
from tests.controls.aws.images import image, service
from tests.faults.answers.ec2_settings import response
from tests.faults.wire import Request


def _state(word: str) -> bytes:
    """Amazon EC2 API Reference, GetAllowedImagesSettings."""
    return response(
        "GetAllowedImagesSettings", f"<state>{word}</state><managedBy>account</managedBy><imageCriterionSet/>"
    )


def _machine(cloud: Cloud) -> None:
    cloud.client("ec2", cloud.prod).run_instances(ImageId="ami-12345678", MinCount=1, MaxCount=1)


@pytest.mark.parametrize(
    ("state", "verdict"), [("enabled", "pass"), ("audit-mode", "fail"), ("disabled", "fail")]
)
def test_allowed_machine_images(cloud: Cloud, state: str, verdict: str) -> None:
    _machine(cloud)
    cloud.server.answer("ec2:GetAllowedImagesSettings", 200, _state(state))
    settings = f"arn:aws:ec2:{REGION}:{cloud.prod}:image-settings"
    assert cloud.judge("IMG-007")["machine_images", settings] == verdict


def test_where_no_machine_runs_nothing_is_asked_and_where_one_may_run_it_is_not_known(cloud: Cloud) -> None:
    settings = f"arn:aws:ec2:{REGION}:{cloud.prod}:image-settings"
    assert ("machine_images", settings) not in cloud.judge("IMG-007")
    cloud.server.deny("ec2:DescribeInstances")
    assert cloud.judge("IMG-007")["machine_images", settings] == "unknown"
    cloud.server.clear()
    _machine(cloud)
    cloud.server.deny("ec2:GetAllowedImagesSettings")
    assert cloud.judge("IMG-007")["machine_images", settings] == "unknown"


def _function(cloud: Cloud, name: str) -> str:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = cloud.client("iam", cloud.prod)
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    made = cloud.client("lambda", cloud.prod).create_function(
        FunctionName=name,
        Role=role,
        Runtime="python3.13",
        Handler="a.b",
        Code={"ZipFile": b"PK\x05\x06" + b"\0" * 18},
    )
    return str(made["FunctionArn"])


def test_signed_code_passes_unsigned_fails_and_containers_are_for_an_attestation(cloud: Cloud) -> None:
    signed, loose = _function(cloud, "signed"), _function(cloud, "loose")
    api = service(cloud, cloud.prod, "api", image(cloud, cloud.prod, "api"))
    found = cloud.judge("IMG-007")
    assert (found["code", signed], found["code", loose], found["code", api]) == ("pass", "fail", "unknown")
    cloud.server.deny("lambda:ListFunctionsByCodeSigningConfig")
    found = cloud.judge("IMG-007")
    assert (found["code", signed], found["code", loose]) == ("unknown", "unknown")


def test_a_configuration_that_only_warns_keeps_nothing_out(cloud: Cloud) -> None:
    signed = _function(cloud, "signed")

    def warning(request: Request) -> bytes:
        arn = f"arn:aws:lambda:{request.region}:{request.account}:code-signing-config:csc-0f6c334abcdea4d8b"
        policies = {"UntrustedArtifactOnDeployment": "Warn"}
        config = {"CodeSigningConfigArn": arn, "CodeSigningPolicies": policies}
        return json.dumps({"CodeSigningConfigs": [config]}).encode()

    cloud.server.answer("lambda:ListCodeSigningConfigs", 200, warning)
    assert cloud.judge("IMG-007")["code", signed] == "fail"
