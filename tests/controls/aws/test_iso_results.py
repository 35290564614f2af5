"""ISO-009 over the wire: who reads the logs of another environment."""

from __future__ import annotations

from tests.controls.aws.conftest import Lab

READ = {"Sid": "Logs", "Effect": "Allow", "Action": ["logs:*"], "Resource": "*"}


def log_group(lab: Lab) -> None:
    lab.client("logs", lab.prod).create_log_group(logGroupName="/ml/training")


def test_nobody_from_elsewhere(lab: Lab) -> None:
    log_group(lab)
    lab.role(lab.dev, "notebooks", READ)
    assert lab.judge("ISO-009") == {("read", "dev->prod"): "pass", ("read", "prod->dev"): "pass"}


def test_by_becoming_a_reader(lab: Lab) -> None:
    log_group(lab)
    viewer = lab.role(lab.prod, "viewer", READ, trust={"AWS": f"arn:aws:iam::{lab.dev}:root"})
    become = {"Sid": "Go", "Effect": "Allow", "Action": "sts:AssumeRole", "Resource": viewer}
    role = lab.role(lab.dev, "notebooks", become)
    decided = lab.decide("ISO-009")
    assert {item.subject: item.verdict.value for item in decided.verdicts} == {
        "dev->prod": "fail",
        "prod->dev": "pass",
    }
    (crossing,) = decided.facts["result_access"].crossings
    assert crossing.border == f"{role}/inline/main#Go"
    assert [step.by for step in crossing.steps if "assumed" not in step.by] == [
        "inline policy main statement Go",
        "trust statement 1",
        "inline policy main statement Logs",
    ]


def test_identities_that_were_not_read(lab: Lab) -> None:
    log_group(lab)
    lab.role(lab.prod, "viewer", READ, trust={"AWS": f"arn:aws:iam::{lab.dev}:root"})
    lab.server.deny("iam:GetAccountAuthorizationDetails", account=lab.dev)
    assert lab.judge("ISO-009")["read", "dev->prod"] == "unknown"
