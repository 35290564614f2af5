"""ACC-003 and ACC-004 over the wire: who starts production's pipelines, and who promotes into production."""

from __future__ import annotations

import json

from tests.controls.aws.conftest import Lab, allow
from tests.faults.roads import model_package


def machine(lab: Lab, role: str) -> str:
    """A state machine of production, which runs as a role."""
    definition = {"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}
    made = lab.client("stepfunctions", lab.prod).create_state_machine(
        name="train", definition=json.dumps(definition), roleArn=role
    )
    return str(made["stateMachineArn"])


def nightly(lab: Lab, role: str, target: str) -> str:
    """A schedule of production that starts something."""
    made = lab.client("scheduler", lab.prod).create_schedule(
        Name="nightly",
        ScheduleExpression="rate(1 day)",
        FlexibleTimeWindow={"Mode": "OFF"},
        Target={"Arn": target, "RoleArn": role},
    )
    return str(made["ScheduleArn"])


class TestLaunchers:
    def test_the_declared_alone(self, lab: Lab) -> None:
        starter = lab.role(lab.prod, "starter", allow(["states:StartExecution", "scheduler:UpdateSchedule"]))
        arn = machine(lab, starter)
        schedule = nightly(lab, starter, arn)
        lab.prod_settings = {"launchers": [starter]}
        assert lab.judge("ACC-003") == {("launch", arn): "pass", ("schedule", schedule): "pass"}

    def test_somebody_else(self, lab: Lab) -> None:
        starter = lab.role(lab.prod, "starter", allow("states:StartExecution"))
        arn = machine(lab, starter)
        schedule = nightly(lab, starter, arn)
        lab.role(lab.prod, "notebooks", allow(["states:*", "scheduler:*"]))
        lab.prod_settings = {"launchers": [starter]}
        assert lab.judge("ACC-003") == {("launch", arn): "fail", ("schedule", schedule): "fail"}

    def test_not_read_and_not_declared(self, lab: Lab) -> None:
        arn = machine(lab, lab.role(lab.prod, "starter"))
        (verdict,) = lab.verdicts("ACC-003")
        assert (verdict.subject, verdict.undeclared) == (arn, "environments.prod.launchers")
        lab.prod_settings = {"launchers": []}
        lab.server.deny("iam:GetAccountAuthorizationDetails", account=lab.prod)
        assert lab.judge("ACC-003") == {("launch", arn): "unknown"}
        lab.server.clear()
        lab.server.deny("stepfunctions:ListStateMachines", account=lab.prod)
        assert set(lab.judge("ACC-003").values()) == {"unknown"}
        lab.server.clear()
        schedule = nightly(lab, f"arn:aws:iam::{lab.prod}:role/starter", arn)
        lab.server.deny("iam:GetAccountAuthorizationDetails", account=lab.prod)
        assert lab.judge("ACC-003") == {("launch", arn): "unknown", ("schedule", schedule): "unknown"}


class TestPromoters:
    def test_workloads_and_the_declared(self, lab: Lab) -> None:
        arn = lab.bucket(lab.prod, "models")
        lab.role(lab.prod, "training", allow("s3:PutObject"))  # only EC2 can take it on
        release = lab.role(
            lab.prod, "release", allow("s3:PutObject"), trust={"AWS": f"arn:aws:iam::{lab.prod}:root"}
        )
        lab.prod_settings = {"promoters": [release]}
        assert lab.judge("ACC-004") == {("data", arn): "pass"}
        lab.prod_settings = {"promoters": []}
        assert lab.judge("ACC-004") == {("data", arn): "fail"}

    def test_not_read(self, lab: Lab) -> None:
        arn = lab.bucket(lab.prod, "models")
        lab.prod_settings = {"promoters": []}
        lab.server.deny("iam:GetAccountAuthorizationDetails", account=lab.prod)
        assert lab.judge("ACC-004") == {("data", arn): "unknown"}


class TestPromotersOfModelsAndCode:
    """Of a registered model, a registry and a pipeline, by an identity of production that people can take."""

    def estate(self, lab: Lab) -> tuple[str, dict[tuple[str, str], str]]:
        """The identity, and each check and subject with the verdict that it would pass with."""
        sagemaker = lab.client("sagemaker", lab.prod)
        sagemaker.create_model_package_group(ModelPackageGroupName="churn")
        model = sagemaker.create_model_package(**model_package("churn", "s3://x/churn.tar.gz"))
        ecr = lab.client("ecr", lab.prod)
        registry = ecr.create_repository(repositoryName="serving")["repository"]["repositoryArn"]
        actions = ["sagemaker:UpdateModelPackage", "ecr:PutImage", "states:UpdateStateMachine"]
        people = {"AWS": f"arn:aws:iam::{lab.prod}:root"}
        release = lab.role(lab.prod, "release", allow(actions), trust=people)
        subjects = {("models", str(model["ModelPackageArn"])), ("code", str(registry))}
        return release, dict.fromkeys({*subjects, ("code", machine(lab, release))}, "pass")

    def test_the_declared_alone_and_somebody_else(self, lab: Lab) -> None:
        release, passing = self.estate(lab)
        lab.prod_settings = {"promoters": [release]}
        assert lab.judge("ACC-004") == passing
        lab.prod_settings = {"promoters": []}
        assert lab.judge("ACC-004") == dict.fromkeys(passing, "fail")

    def test_not_read(self, lab: Lab) -> None:
        release, passing = self.estate(lab)
        lab.prod_settings = {"promoters": [release]}
        lab.server.deny("iam:GetAccountAuthorizationDetails", account=lab.prod)
        assert lab.judge("ACC-004") == dict.fromkeys(passing, "unknown")
