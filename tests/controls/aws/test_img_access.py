"""IMG-005 and IMG-006 over the wire: who pushes to registries that serve production, and who pulls."""

from __future__ import annotations

from typing import Any

from tests.controls.aws.conftest import REGION, Lab, allow, policy


def repository(lab: Lab, principal: Any = None) -> str:
    ecr = lab.client("ecr", lab.prod)
    made = ecr.create_repository(repositoryName="training")["repository"]["repositoryArn"]
    if principal:
        statement = {"Sid": "Pull", "Effect": "Allow", "Principal": principal, "Action": "ecr:BatchGetImage"}
        ecr.set_repository_policy(repositoryName="training", policyText=policy(statement))
    return str(made)


class TestPublishers:
    def test_the_builder_alone(self, lab: Lab) -> None:
        arn = repository(lab)
        builder = lab.role(lab.prod, "builder", allow("ecr:PutImage"))
        lab.prod_settings = {"images": {"publishers": [builder]}}
        assert lab.judge("IMG-005") == {("publishers", arn): "pass"}

    def test_somebody_else(self, lab: Lab) -> None:
        repository(lab)
        other = lab.role(lab.prod, "notebooks", allow("ecr:*"))
        lab.prod_settings = {"images": {"publishers": []}}
        (verdict,) = lab.verdicts("IMG-005")
        assert (verdict.verdict.value, verdict.detail) == ("fail", {"count": 1, "first": other})

    def test_not_read_and_not_declared(self, lab: Lab) -> None:
        arn = repository(lab)
        lab.role(lab.prod, "idle")
        (verdict,) = lab.verdicts("IMG-005")
        assert (verdict.verdict.value, verdict.undeclared) == (
            "unknown",
            "environments.prod.images.publishers",
        )
        lab.prod_settings = {"images": {"publishers": []}}
        lab.server.deny("ecr:GetRepositoryPolicy", account=lab.prod)
        assert lab.judge("IMG-005") == {("publishers", arn): "unknown"}


class TestPulls:
    def test_nobody_else(self, lab: Lab) -> None:
        arn = repository(lab)
        lab.role(lab.dev, "notebooks", allow("ecr:*"))
        assert lab.judge("IMG-006") == {("public", arn): "pass", ("pulls", arn): "pass"}

    def test_another_environment(self, lab: Lab) -> None:
        arn = repository(lab, {"AWS": lab.dev})
        lab.role(lab.dev, "notebooks", allow("ecr:*"))
        assert lab.judge("IMG-006") == {("public", arn): "pass", ("pulls", arn): "fail"}
        lab.prod_settings = {"images": {"pulled_from": ["dev"]}}
        assert lab.judge("IMG-006")["pulls", arn] == "pass"

    def test_everyone(self, lab: Lab) -> None:
        arn = repository(lab, "*")
        assert lab.judge("IMG-006") == {("public", arn): "fail", ("pulls", arn): "pass"}

    def test_a_policy_that_was_not_read(self, lab: Lab) -> None:
        arn = repository(lab)
        lab.role(lab.dev, "notebooks", allow("ecr:*"))
        lab.server.deny("ecr:GetRepositoryPolicy", account=lab.prod)
        assert lab.judge("IMG-006") == {("public", arn): "unknown", ("pulls", arn): "unknown"}
        assert REGION in arn
