"""KEY-002, KEY-005, KEY-006, KEY-007 and HRD-003 over the wire: keys, and the trail that records them."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest

from tests.controls.aws.conftest import REGION, Lab, policy


def make_key(lab: Lab) -> str:
    """A customer's key of production."""
    account = {"AWS": f"arn:aws:iam::{lab.prod}:root"}
    document = policy({"Effect": "Allow", "Principal": account, "Action": "kms:*", "Resource": "*"})
    return str(lab.client("kms", lab.prod).create_key(Policy=document)["KeyMetadata"]["Arn"])


def make_secret(lab: Lab) -> str:
    """A secret of production, with the key of its own service."""
    made = lab.client("secretsmanager", lab.prod).create_secret(Name="ml/database", SecretString="correct")
    return str(made["ARN"])


def make_trail(lab: Lab, *, expires: int = 0, **selector: Any) -> Any:
    """A trail of production into a bucket of its own; what it deletes after how many days, if at all."""
    s3, trails, bucket = lab.client("s3", lab.prod), lab.client("cloudtrail", lab.prod), f"trail-{lab.prod}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    service = {"Service": "cloudtrail.amazonaws.com"}
    statement = {"Effect": "Allow", "Principal": service, "Action": "s3:PutObject", "Resource": "*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(statement))
    if expires:
        rule = {"ID": "x", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": expires}}
        s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    trails.create_trail(Name="main", S3BucketName=bucket, IsMultiRegionTrail=True)
    whole = {"ReadWriteType": "All", "IncludeManagementEvents": True, **selector}
    trails.put_event_selectors(TrailName="main", EventSelectors=[whole])
    trails.start_logging(Name="main")
    return trails


def test_key_002_keys_and_secrets_are_rotated(lab: Lab) -> None:
    key, secret = make_key(lab), make_secret(lab)
    found = lab.judge("KEY-002")
    assert (found["age", key], found["age", secret]) == ("pass", "pass")
    # Seven years later nothing was rotated, nor changed.
    _age(lab)
    found = lab.judge("KEY-002")
    assert (found["age", key], found["age", secret]) == ("fail", "fail")
    lab.client("kms", lab.prod).rotate_key_on_demand(KeyId=key)
    assert lab.judge("KEY-002")["age", key] == "pass"
    lab.server.deny("kms:ListKeyRotations")
    assert lab.judge("KEY-002")["age", key] == "unknown"


def _age(lab: Lab) -> None:
    """Make everything old: moto has no clock of its own for keys and secrets."""
    from moto.kms.models import kms_backends  # noqa: PLC0415 - slow to import
    from moto.secretsmanager.models import secretsmanager_backends  # noqa: PLC0415 - slow to import

    for key in kms_backends[lab.prod][REGION].keys.values():
        key.creation_date = 1546300800.0
    for secret in secretsmanager_backends[lab.prod][REGION].secrets.values():
        secret.created_date = secret.last_changed_date = 1546300800.0


def _read_today(body: bytes) -> bytes:
    """What moto leaves out: the day on which each secret was last read (API: ``SecretListEntry``)."""
    answer = json.loads(body)
    for secret in answer["SecretList"]:
        secret["LastAccessedDate"] = time.time()
    return json.dumps(answer).encode()


def test_key_006_what_nobody_uses(lab: Lab) -> None:
    secret = make_secret(lab)
    assert lab.judge("KEY-006")["used", secret] == "pass", "it is new"
    _age(lab)
    assert lab.judge("KEY-006")["used", secret] == "fail"
    lab.server.amend("secretsmanager:ListSecrets", _read_today)
    assert lab.judge("KEY-006")["used", secret] == "pass"
    lab.server.deny("secretsmanager:ListSecrets", account=lab.prod)
    found = lab.judge("KEY-006")
    assert found["used", f"aws/{lab.prod}/{REGION}/secret"] == "unknown"
    assert ("used", secret) not in found


def test_key_006_a_parameter_is_undecided(lab: Lab) -> None:
    ssm = lab.client("ssm", lab.prod)
    ssm.put_parameter(Name="/ml/token", Value="v", Type="SecureString")
    ssm.put_parameter(Name="/ml/token", Value="w", Type="SecureString", Overwrite=True)
    ssm.put_parameter(Name="/ml/region", Value="v", Type="String")
    found = {subject: word for (_, subject), word in lab.judge("KEY-006").items() if ":parameter/" in subject}
    assert found == {f"arn:aws:ssm:{REGION}:{lab.prod}:parameter/ml/token": "unknown"}


def audited(lab: Lab) -> tuple[str, str]:
    """Whether production's use of keys is recorded, and kept."""
    found = lab.judge("KEY-005")
    return found["recorded", lab.prod], found["kept", lab.prod]


def test_key_005_use_is_recorded_and_kept(lab: Lab) -> None:
    assert audited(lab) == ("fail", "fail")
    trails = make_trail(lab, expires=400)
    assert audited(lab) == ("pass", "pass")
    trails.stop_logging(Name="main")
    assert lab.judge("KEY-005")["recorded", lab.prod] == "fail"
    trails.start_logging(Name="main")
    lab.server.deny("s3:GetBucketLifecycleConfiguration")
    assert audited(lab) == ("pass", "unknown")
    lab.server.deny("cloudtrail:GetEventSelectors")
    assert lab.judge("KEY-005")["recorded", lab.prod] == "unknown"


def test_key_005_kept_for_too_short_a_time(lab: Lab) -> None:
    make_trail(lab, expires=90)
    assert lab.judge("KEY-005")["kept", lab.prod] == "fail"
    lab.prod_settings = {"keys": {"log_retention": "90d"}}
    assert lab.judge("KEY-005")["kept", lab.prod] == "pass"


@pytest.mark.parametrize(
    ("selector", "recorded"),
    [
        ({"ReadWriteType": "WriteOnly"}, "fail"),
        ({"ExcludeManagementEventSources": ["kms.amazonaws.com"]}, "fail"),
        ({"IncludeManagementEvents": False}, "fail"),
    ],
)
def test_key_005_a_trail_that_is_silent_about_keys(lab: Lab, selector: dict[str, Any], recorded: str) -> None:
    make_trail(lab, **selector)
    assert lab.judge("KEY-005")["recorded", lab.prod] == recorded


def test_key_007_a_review_is_attested(lab: Lab) -> None:
    reviewed = ("reviewed", lab.prod)
    assert lab.judge("KEY-007")[reviewed] == "pass", "nothing to review"
    make_secret(lab)
    assert lab.judge("KEY-007")[reviewed] == "fail", "nothing to review it by"
    make_trail(lab)
    assert lab.judge("KEY-007")[reviewed] == "unknown"
    lab.server.deny("cloudtrail:DescribeTrails")
    assert lab.judge("KEY-007")[reviewed] == "unknown"


def test_hrd_003_trails_of_every_region(lab: Lab) -> None:
    audited = ("audit_logs", lab.prod)
    assert lab.judge("HRD-003")[audited] == "fail"
    trails = make_trail(lab, ReadWriteType="WriteOnly")
    assert lab.judge("HRD-003")[audited] == "pass"
    trails.update_trail(Name="main", IsMultiRegionTrail=False)
    assert lab.judge("HRD-003")[audited] == "fail"
    lab.server.deny("cloudtrail:DescribeTrails")
    assert lab.judge("HRD-003")[audited] == "unknown"


def test_no_secret_value_is_kept(lab: Lab) -> None:
    make_secret(lab)
    lab.client("ssm", lab.prod).put_parameter(Name="/ml/t", Value="battery-staple", Type="SecureString")
    taken = lab.decide("KEY-006").taken
    assert [record for record in taken.records if record.kind == "secretsmanager.secret"]
    text = json.dumps([[record.data, record.observed] for record in taken.records], default=dict)
    assert "battery-staple" not in text
    assert "correct" not in text
