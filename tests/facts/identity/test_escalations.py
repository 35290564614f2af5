"""The escalation methods that BishopFox/iam-vulnerable publishes, all 31, on small accounts of our own.

Each is found on an account that has it, and not on one that lacks one permission that it needs. What is
published besides only makes it convenient (listing instances, describing stacks): the method works, and is
found, without it.

https://github.com/BishopFox/iam-vulnerable
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest

from facts.estates import PROD, World, allow, document, role_arn, trust, user_arn
from scanner.facts.identity.becoming import Became, becomes
from scanner.model.logic import Tri

ADMIN, BOSS = role_arn(PROD, "admin"), user_arn(PROD, "boss")
ITSELF = "itself"
Setting = Callable[[World, list[str]], str]
"""Builds an account in which a principal has some permissions, and gives the principal's ARN."""


@dataclass(frozen=True)
class Method:
    """A published method; ``becomes`` is whom the principal becomes by it."""

    name: str
    needs: tuple[str, ...]
    setting: Setting
    becomes: str = ADMIN
    convenient: tuple[str, ...] = ()
    state: Tri = Tri.YES


def role(world: World, permissions: list[str], **more: object) -> str:
    """The principal as a role that nobody but its own account is trusted with."""
    statements = [allow(permission) for permission in permissions]
    return world.role(PROD, "starter", *statements, trust=trust(PROD), **more)


def served_by(service: str, *, profile: bool = False) -> Setting:
    """An administrator role that a service may take."""

    def setting(world: World, permissions: list[str]) -> str:
        profiles = [f"arn:aws:iam::{PROD}:instance-profile/admin"] if profile else []
        served = trust({"Service": f"{service}.amazonaws.com"})
        world.role(PROD, "admin", allow("*"), trust=served, instance_profiles=profiles)
        return role(world, permissions)

    return setting


def running(service: str, kind: str, arn: str) -> Setting:
    """The same, and something of the service that runs as it."""

    def setting(world: World, permissions: list[str]) -> str:
        world.add(arn, "workload", PROD, {"type": kind, "identity": ADMIN})
        return served_by(service)(world, permissions)

    return setting


def an_instance(world: World, permissions: list[str]) -> str:
    profile = f"arn:aws:iam::{PROD}:instance-profile/admin"
    world.add(f"arn:aws:ec2:eu-west-1:{PROD}:instance/i-1", "instance", PROD, {"profile": profile})
    return served_by("ec2", profile=True)(world, permissions)


def a_trusting_role(world: World, permissions: list[str]) -> str:
    world.role(PROD, "admin", allow("*"), trust=trust(PROD))
    return role(world, permissions)


def another_user(world: World, permissions: list[str]) -> str:
    world.user(PROD, "boss", allow("*"))
    return role(world, permissions)


def a_user(world: World, permissions: list[str]) -> str:
    return world.user(PROD, "starter", *(allow(permission) for permission in permissions))


def a_user_in_a_group(world: World, permissions: list[str]) -> str:
    group = world.group(PROD, "staff", allow("s3:ListAllMyBuckets"))
    return world.user(PROD, "starter", *(allow(permission) for permission in permissions), groups=[group])


def a_better_group(world: World, permissions: list[str]) -> str:
    world.group(PROD, "admins", allow("*"))
    return a_user(world, permissions)


def a_managed_policy(world: World, permissions: list[str]) -> str:
    statements = [allow(permission) for permission in permissions] or [allow("s3:ListAllMyBuckets")]
    attached = world.policy(PROD, "held", *statements)
    return world.role(PROD, "starter", trust=trust(PROD), attached=[attached])


def an_older_version(world: World, permissions: list[str]) -> str:
    statements = [allow(permission) for permission in permissions] or [allow("s3:ListAllMyBuckets")]
    older = [{"id": "v1", "document": document(allow("*"))}]
    arn = f"arn:aws:iam::{PROD}:policy/held"
    attrs = {"document": document(*statements), "versions": older, "managed_by": "customer"}
    world.add(arn, "policy", PROD, attrs)
    return world.role(PROD, "starter", trust=trust(PROD), attached=[arn])


LOOKING = ("ec2:DescribeInstances",)
METHODS = (
    Method("IAM-CreateNewPolicyVersion", ("iam:CreatePolicyVersion",), a_managed_policy, ITSELF),
    Method("IAM-SetExistingDefaultPolicyVersion", ("iam:SetDefaultPolicyVersion",), an_older_version, ITSELF),
    Method(
        "EC2-CreateInstanceWithExistingProfile",
        ("iam:PassRole", "ec2:RunInstances"),
        served_by("ec2", profile=True),
        convenient=(*LOOKING, "ec2:CreateKeyPair", "ec2:AssociateIamInstanceProfile"),
    ),
    Method("IAM-CreateAccessKey", ("iam:CreateAccessKey",), another_user, BOSS),
    Method("IAM-CreateLoginProfile", ("iam:CreateLoginProfile",), another_user, BOSS),
    Method("IAM-UpdateLoginProfile", ("iam:UpdateLoginProfile",), another_user, BOSS),
    Method("IAM-AttachUserPolicy", ("iam:AttachUserPolicy",), a_user, ITSELF),
    Method("IAM-AttachGroupPolicy", ("iam:AttachGroupPolicy",), a_user_in_a_group, ITSELF),
    Method("IAM-AttachRolePolicy", ("iam:AttachRolePolicy",), role, ITSELF),
    Method("IAM-PutUserPolicy", ("iam:PutUserPolicy",), a_user, ITSELF),
    Method("IAM-PutGroupPolicy", ("iam:PutGroupPolicy",), a_user_in_a_group, ITSELF),
    Method("IAM-PutRolePolicy", ("iam:PutRolePolicy",), role, ITSELF),
    Method("IAM-AddUserToGroup", ("iam:AddUserToGroup",), a_better_group, ITSELF),
    Method(
        # A trust policy that names the caller suffices in one account, without a permission to assume.
        "IAM-UpdatingAssumeRolePolicy",
        ("iam:UpdateAssumeRolePolicy",),
        served_by("ec2"),
        convenient=("sts:AssumeRole",),
    ),
    Method(
        "Lambda-PassExistingRoleToNewLambdaThenInvoke",
        ("iam:PassRole", "lambda:CreateFunction", "lambda:InvokeFunction"),
        served_by("lambda"),
    ),
    Method(
        "Lambda-PassRoleToNewLambdaThenTrigger",
        ("iam:PassRole", "lambda:CreateFunction", "lambda:CreateEventSourceMapping"),
        served_by("lambda"),
    ),
    Method(
        "Lambda-EditExistingLambdaFunctionWithRole",
        ("lambda:UpdateFunctionCode",),
        running("lambda", "lambda", f"arn:aws:lambda:eu-west-1:{PROD}:function:nightly"),
    ),
    Method(
        "Glue-PassExistingRoleToNewGlueDevEndpoint",
        ("iam:PassRole", "glue:CreateDevEndpoint", "glue:GetDevEndpoint"),
        served_by("glue"),
    ),
    Method(
        "Glue-UpdateExistingGlueDevEndpoint",
        ("glue:UpdateDevEndpoint", "glue:GetDevEndpoint"),
        running("glue", "glue_dev_endpoint", f"arn:aws:glue:eu-west-1:{PROD}:devEndpoint/etl"),
    ),
    Method(
        # What a stack makes, a user with a password say, needs no description of the stack.
        "CloudFormation-PassExistingRoleToCloudFormation",
        ("iam:PassRole", "cloudformation:CreateStack"),
        served_by("cloudformation"),
        convenient=("cloudformation:DescribeStacks",),
    ),
    Method(
        "DataPipeline-PassExistingRoleToNewDataPipeline",
        (
            "iam:PassRole",
            "datapipeline:CreatePipeline",
            "datapipeline:PutPipelineDefinition",
            "datapipeline:ActivatePipeline",
        ),
        served_by("datapipeline"),
    ),
    Method("STS-AssumeRole", ("sts:AssumeRole",), a_trusting_role),
    Method(
        "CloudFormation-UpdateStack",
        ("cloudformation:UpdateStack",),
        running(
            "cloudformation", "cloudformation_stack", f"arn:aws:cloudformation:eu-west-1:{PROD}:stack/app/1"
        ),
        convenient=("cloudformation:DescribeStacks",),
    ),
    Method(
        "CodeBuild-CreateProjectPassRole",
        ("iam:PassRole", "codebuild:CreateProject", "codebuild:StartBuild"),
        served_by("codebuild"),
        convenient=("codebuild:StartBuildBatch", "iam:ListRoles"),
    ),
    Method(
        # Whether the instance answers over the network is no matter of IAM.
        "EC2InstanceConnect-SendSSHPublicKey",
        ("ec2-instance-connect:SendSSHPublicKey",),
        an_instance,
        convenient=(*LOOKING, "ec2-instance-connect:SendSerialConsoleSSHPublicKey"),
        state=Tri.UNKNOWN,
    ),
    Method(
        "SageMaker-CreateNotebookPassRole",
        ("iam:PassRole", "sagemaker:CreateNotebookInstance", "sagemaker:CreatePresignedNotebookInstanceUrl"),
        served_by("sagemaker"),
        convenient=("sagemaker:ListNotebookInstances", "sagemaker:DescribeNotebookInstance", "iam:ListRoles"),
    ),
    Method(
        "SageMaker-CreateTrainingJobPassRole",
        ("iam:PassRole", "sagemaker:CreateTrainingJob"),
        served_by("sagemaker"),
    ),
    Method(
        "SageMaker-CreateProcessingJobPassRole",
        ("iam:PassRole", "sagemaker:CreateProcessingJob"),
        served_by("sagemaker"),
    ),
    Method(
        "SageMakerCreatePresignedNotebookURL",
        ("sagemaker:CreatePresignedNotebookInstanceUrl",),
        running("sagemaker", "sagemaker_notebook", f"arn:aws:sagemaker:eu-west-1:{PROD}:notebook-instance/a"),
        convenient=("sagemaker:ListNotebookInstances",),
    ),
    Method(
        "SSM-SendCommand",
        ("ssm:SendCommand",),
        an_instance,
        convenient=(*LOOKING, "ssm:ListCommands", "ssm:ListCommandInvocations"),
    ),
    Method("SSM-StartSession", ("ssm:StartSession",), an_instance, convenient=LOOKING),
)
each_method = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


def found(method: Method, permissions: list[str]) -> Became | None:
    """Whom the method gives, if it does."""
    world = World()
    principal = method.setting(world, permissions)
    for item in becomes(world.estate(), principal):
        if item.more_rights if method.becomes == ITSELF else item.id == method.becomes:
            return item
    return None


def lacking() -> Iterator[tuple[Method, str]]:
    for method in METHODS:
        for permission in method.needs:
            yield method, permission


def test_there_are_all_31() -> None:
    assert len({method.name for method in METHODS}) == len(METHODS) == 31


@each_method
def test_it_is_found(method: Method) -> None:
    became = found(method, [*method.needs, *method.convenient])
    assert became is not None
    assert became.state is method.state
    assert became.steps
    assert all(step.source.part for step in became.steps), "every step cites a line"


@each_method
def test_it_is_found_with_what_it_needs_alone(method: Method) -> None:
    became = found(method, list(method.needs))
    assert became is not None
    assert became.state is method.state


@pytest.mark.parametrize(
    ("method", "permission"), list(lacking()), ids=lambda item: getattr(item, "name", item)
)
def test_without_one_permission_it_is_not(method: Method, permission: str) -> None:
    assert found(method, [need for need in method.needs if need != permission]) is None
