"""DAT-001 and DAT-003 over the wire: whose stores are reached, and who changes what is read-only."""

from __future__ import annotations

from typing import Any

from tests.controls.aws.conftest import Lab, allow, policy


def bucket(lab: Lab, name: str, *statements: dict[str, Any]) -> str:
    arn = lab.bucket(lab.prod, name)
    if statements:
        resources = [arn, f"{arn}/*"]
        lab.client("s3", lab.prod).put_bucket_policy(
            Bucket=arn.rpartition(":")[2],
            Policy=policy(*({**item, "Resource": resources} for item in statements)),
        )
    return arn


def admit(account: str, actions: str = "s3:GetObject") -> dict[str, Any]:
    return {"Sid": "In", "Effect": "Allow", "Principal": {"AWS": account}, "Action": actions}


class TestOwnStores:
    def test_each_its_own(self, lab: Lab) -> None:
        bucket(lab, "data")
        lab.role(lab.dev, "notebooks", allow("s3:*"))
        assert lab.judge("DAT-001") == {("reach", "dev->prod"): "pass", ("reach", "prod->dev"): "pass"}

    def test_reached_by_both_sides_grants(self, lab: Lab) -> None:
        arn = bucket(lab, "data", admit(lab.dev))
        role = lab.role(lab.dev, "notebooks", allow("s3:GetObject"))
        decided = lab.decide("DAT-001")
        assert {item.subject: item.verdict.value for item in decided.verdicts} == {
            "dev->prod": "fail",
            "prod->dev": "pass",
        }
        (crossing,) = decided.facts["store_access"].crossings
        assert (crossing.border, crossing.targets) == (f"{role}/inline/main#Use", (arn,))
        assert [step.by for step in crossing.steps if "assumed" not in step.by] == [
            "inline policy main statement Use",
            "bucket policy statement In",
        ]
        assert all(step.source.part.startswith("parts/aws/") for step in crossing.steps)
        lab.prod_settings = {"data": {"readable_from": ["dev"]}}
        assert lab.judge("DAT-001")["reach", "dev->prod"] == "pass"

    def test_the_key_keeps_it_closed(self, lab: Lab) -> None:
        """A read that only the key policy stands against is half-open, and open once it gives way."""
        kms, s3 = lab.client("kms", lab.prod), lab.client("s3", lab.prod)
        key = kms.create_key()["KeyMetadata"]["Arn"]
        arn = bucket(lab, "sealed", admit(lab.dev))
        rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}
        s3.put_bucket_encryption(
            Bucket=arn.rpartition(":")[2],
            ServerSideEncryptionConfiguration={"Rules": [{"ApplyServerSideEncryptionByDefault": rule}]},
        )
        lab.role(lab.dev, "notebooks", allow(["s3:GetObject", "kms:Decrypt"]))
        held = [
            (item.latent, item.steps[-1].by)
            for item in lab.decide("DAT-001").facts["store_access"].crossings
            if arn in item.targets
        ]
        assert held == [(True, "the key of its content does not let it kms:decrypt")]
        statement = {"Effect": "Allow", "Principal": {"AWS": lab.dev}, "Action": "kms:*", "Resource": "*"}
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(statement))
        opened = lab.decide("DAT-001").facts["store_access"].crossings
        assert [item.latent for item in opened if arn in item.targets] == [False]

    def test_what_was_not_read(self, lab: Lab) -> None:
        bucket(lab, "data")
        lab.role(lab.dev, "notebooks", allow("s3:*"))
        for call in ("s3:GetBucketPolicy", "s3:ListBuckets"):
            lab.server.clear()
            lab.server.deny(call, account=lab.prod)
            assert lab.judge("DAT-001")["reach", "dev->prod"] == "unknown", call


class TestReadOnly:
    def test_readers_alone(self, lab: Lab) -> None:
        arn = bucket(lab, "raw")
        other = bucket(lab, "work")
        lab.prod_settings = {"data": {"read_only": [f"{arn}/*"]}}
        lab.role(lab.prod, "training", allow("s3:GetObject"), allow("s3:PutObject", f"{other}/*", "Work"))
        assert lab.judge("DAT-003") == {("writers", arn): "pass"}

    def test_a_writer(self, lab: Lab) -> None:
        arn = bucket(lab, "raw")
        lab.prod_settings = {"data": {"read_only": [arn]}}
        writer = lab.role(lab.prod, "cleaner", allow("s3:DeleteObject"))
        (verdict,) = lab.verdicts("DAT-003")
        assert (verdict.verdict.value, verdict.detail) == ("fail", {"count": 1, "first": writer})

    def test_identities_that_were_not_read(self, lab: Lab) -> None:
        arn = bucket(lab, "raw")
        lab.prod_settings = {"data": {"read_only": [arn]}}
        lab.server.deny("iam:GetAccountAuthorizationDetails", account=lab.prod)
        assert lab.judge("DAT-003") == {("writers", arn): "unknown"}
