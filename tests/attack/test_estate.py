"""Attacks on normalisers: answers of a shape that AWS does not document must not end the scan."""

from __future__ import annotations

from typing import Any

import pytest

from estate.native import PROD, estate, record


@pytest.mark.parametrize(
    "document",
    [
        {"Statement": ["x"]},
        {"Statement": "x"},
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "*",
                "Resource": "*",
                "Condition": ["x"],
            }
        },
        {
            "Statement": {
                "Effect": "Allow",
                "Principal": "*",
                "Action": "*",
                "Condition": {"StringEquals": "x"},
            }
        },
        {"Statement": {"Effect": "allow", "Principal": "*", "Action": "*"}},
    ],
)
def test_a_bucket_policy_that_is_none(document: dict[str, Any]) -> None:
    data = {"ListBuckets": {"Name": "b"}, "GetBucketPolicy": document, "GetBucketAcl": {"Grants": []}}
    (found,) = estate(record("s3.bucket", "arn:aws:s3:::b", data)).of("store")
    assert "public_access" in found.unknown


@pytest.mark.parametrize(
    "said", ["yesterday", "2026-13-01T00:00:00+00:00", "2026-08-26T05:00:00", "2026-08-26T05:00:00+0000", "0"]
)
def test_a_date_that_is_none(said: str) -> None:
    arn = f"arn:aws:iam::{PROD}:user/ana"
    row = {"user": "ana", "arn": arn, "access_key_1_active": "true", "access_key_1_last_rotated": said}
    row |= {"access_key_2_active": "false", "access_key_2_last_rotated": "N/A"}
    (found,) = estate(record("iam.credential_report", arn, {"GetCredentialReport": row})).of("credential")
    assert "rotated_at" in found.unknown
