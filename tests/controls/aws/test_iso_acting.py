"""ISO-004 and DAT-001 over the wire: what acts as another environment's role without being an identity."""

from __future__ import annotations

import pytest

from scanner.pipeline import Decided
from tests.controls.aws.conftest import Cloud, Lab, allow, policy
from tests.controls.aws.organized import Cloud as Organized
from tests.controls.aws.test_acc_people import READ_ALL, assigned

GITHUB = "token.actions.githubusercontent.com"
PATH, REACH = ("path", "dev->prod"), ("reach", "dev->prod")
GO = {"Sid": "Tokens", "Effect": "Allow", "Action": "sts:AssumeRoleWithWebIdentity"}


def told(decided: Decided, fact: str = "identity_paths") -> list[tuple[str, ...]]:
    """The words of every crossing from development to production, without what is assumed."""
    found = (item for item in decided.facts[fact].crossings if item.pair == "dev->prod")
    return [tuple(step.by for step in item.steps if "assumed" not in step.by) for item in found]


def provider(lab: Lab, issuer: str) -> str:
    """A provider of the production account."""
    made = lab.client("iam", lab.prod).create_open_id_connect_provider(
        Url=f"https://{issuer}", ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40]
    )
    return str(made["OpenIDConnectProviderArn"])


def accepting(lab: Lab, issuer: str, subject: str | None) -> str:
    """A role of production that reads there, and takes the tokens of a provider for a subject."""
    tests = {"StringLike": {f"{issuer}:sub": subject}} if subject else {}
    statement = {**GO, "Principal": {"Federated": provider(lab, issuer)}, "Condition": tests}
    iam = lab.client("iam", lab.prod)
    made = iam.create_role(RoleName="serve", AssumeRolePolicyDocument=policy(statement))
    iam.put_role_policy(RoleName="serve", PolicyName="main", PolicyDocument=policy(allow("s3:GetObject")))
    lab.bucket(lab.prod, "data")
    return str(made["Role"]["Arn"])


class TestWorkloads:
    """In one account that tags divide."""

    @pytest.fixture(autouse=True)
    def _shared(self, cloud: Cloud) -> None:
        cloud.shared = "dev"

    def role(self, cloud: Cloud, name: str, stage: str) -> str:
        iam = cloud.client("iam", cloud.dev)
        admit = {
            "Effect": "Allow",
            "Principal": {"Service": "ecs-tasks.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        made = iam.create_role(
            RoleName=name,
            AssumeRolePolicyDocument=policy(admit),
            Tags=[{"Key": "stage", "Value": stage}],
        )
        iam.put_role_policy(RoleName=name, PolicyName="main", PolicyDocument=policy(allow("s3:GetObject")))
        return str(made["Role"]["Arn"])

    def service(self, cloud: Cloud, role: str, stage: str) -> None:
        ecs = cloud.client("ecs", cloud.dev)
        ecs.create_cluster(clusterName="ml")
        container = {"name": "app", "image": "app", "memory": 128}
        ecs.register_task_definition(
            family="lab",
            taskRoleArn=role,
            containerDefinitions=[container],
            tags=[{"key": "stage", "value": stage}],
        )
        ecs.create_service(
            cluster="ml",
            serviceName="lab",
            taskDefinition="lab",
            desiredCount=1,
            launchType="FARGATE",
            tags=[{"key": "stage", "value": stage}],
        )

    def test_a_service_of_development_with_a_role_of_production(self, cloud: Cloud) -> None:
        role = self.role(cloud, "train", "prod")
        cloud.bucket(cloud.dev, "data", stage="prod")
        self.service(cloud, role, "dev")
        decided = cloud.decide("ISO-004")
        assert {item.subject: item.verdict.value for item in decided.verdicts}["dev->prod"] == "fail"
        assert told(decided) == [("runs as it",)]
        (found,) = decided.facts["identity_paths"].crossings
        (step,) = [step for step in found.steps if "assumed" not in step.by]
        assert (found.targets, step.target_id) == ((role,), role)
        assert step.source.pointer.endswith("taskRoleArn")
        assert cloud.judge("DAT-001")[REACH] == "fail"

    def test_with_a_role_of_its_own(self, cloud: Cloud) -> None:
        self.role(cloud, "train", "prod")
        self.service(cloud, self.role(cloud, "own", "dev"), "dev")
        assert cloud.judge("ISO-004")[PATH] == "pass"

    def test_services_that_were_not_described(self, cloud: Cloud) -> None:
        self.role(cloud, "train", "prod")
        self.service(cloud, self.role(cloud, "own", "dev"), "dev")
        cloud.server.deny("ecs:DescribeServices")
        assert cloud.judge("ISO-004")[PATH] == "unknown"

    def test_identities_that_were_not_read(self, cloud: Cloud) -> None:
        self.role(cloud, "own", "dev")
        cloud.server.deny("iam:GetAccountAuthorizationDetails", account=cloud.dev)
        assert cloud.judge("ISO-004")[PATH] == "unknown"

    def test_a_pod_identity(self, cloud: Cloud) -> None:
        """Of a cluster of development, for the role that every association of the answers names."""
        admit = {
            "Effect": "Allow",
            "Principal": {"Service": "pods.eks.amazonaws.com"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
        iam = cloud.client("iam", cloud.dev)
        iam.create_role(
            RoleName="worker",
            AssumeRolePolicyDocument=policy(admit),
            Tags=[{"Key": "stage", "Value": "prod"}],
        )
        cluster(cloud, stage="dev")
        assert cloud.judge("ISO-004")[PATH] == "fail"


def cluster(lab: Lab, **tags: str) -> str:
    """A cluster of the development account; its issuer."""
    made = lab.client("eks", lab.dev).create_cluster(
        name="ml",
        roleArn=f"arn:aws:iam::{lab.dev}:role/eks",
        resourcesVpcConfig={"subnetIds": []},
        tags=tags,
    )
    return str(made["cluster"]["identity"]["oidc"]["issuer"]).removeprefix("https://")


class TestServiceAccounts:
    @pytest.mark.parametrize(
        "subject", ["system:serviceaccount:ml:trainer", "system:serviceaccount:*:*", None]
    )
    def test_of_a_cluster_of_development(self, lab: Lab, subject: str | None) -> None:
        accepting(lab, cluster(lab), subject)
        decided = lab.decide("ISO-004")
        assert {item.subject: item.verdict.value for item in decided.verdicts} == {
            "dev->prod": "fail",
            "prod->dev": "pass",
        }
        assert told(decided) == [("trust statement Tokens",)]
        assert lab.judge("DAT-001")[REACH] == "fail"

    def test_of_a_cluster_of_somebody_else(self, lab: Lab) -> None:
        cluster(lab)
        accepting(lab, "oidc.eks.eu-west-1.amazonaws.com/id/OTHER", "system:serviceaccount:ml:trainer")
        assert lab.judge("ISO-004")[PATH] == "pass"
        lab.server.deny("eks:DescribeCluster", account=lab.dev)
        assert lab.judge("ISO-004")[PATH] == "unknown"
        assert lab.judge("DAT-001")[REACH] == "unknown"


class TestRunsOfCi:
    @pytest.mark.parametrize(
        ("subject", "verdict"),
        [
            ("repo:example/app:ref:refs/heads/develop", "fail"),
            ("repo:example/app:*", "fail"),
            ("repo:example/app:ref:refs/heads/main", "unknown"),
        ],
    )
    def test_of_a_branch_of_development(self, lab: Lab, subject: str, verdict: str) -> None:
        """Of GitHub itself nothing is collected, so that a pair with repositories is unknown at best."""
        accepting(lab, GITHUB, subject)
        for settings, branch, account in (
            (lab.dev_settings, "develop", lab.dev),
            (lab.prod_settings, "main", lab.prod),
        ):
            github = {"repositories": ["example/app"], "branches": [branch]}
            settings["match"] = {"aws": {"accounts": [account]}, "github": github}
        decided = lab.decide("ISO-004")
        assert {item.subject: item.verdict.value for item in decided.verdicts}["dev->prod"] == verdict
        assert told(decided) == ([("trust statement Tokens",)] if verdict == "fail" else [])

    def test_of_repositories_that_nobody_declares(self, lab: Lab) -> None:
        accepting(lab, GITHUB, None)
        assert lab.judge("ISO-004")[PATH] == "pass"


class TestPeople:
    def test_of_development_in_production(self, org: Organized) -> None:
        assigned(org, [org.prod], READ_ALL)
        assert org.judge("ISO-004")[PATH] == "pass"
        assert org.judge("ISO-004", dev={"people": ["ana@example.com"]})[PATH] == "fail"
        both = {"people": ["ana@example.com"]}
        assert org.judge("ISO-004", dev=both, prod=both)[PATH] == "pass"

    def test_assignments_that_were_denied(self, org: Organized) -> None:
        assigned(org, [org.prod], READ_ALL)
        org.server.deny("sso-admin:ListAccountAssignments")
        assert org.judge("ISO-004", dev={"people": ["ana@example.com"]})[PATH] == "unknown"
