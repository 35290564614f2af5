"""Attacks on trails: selectors that together look whole and are not."""

from __future__ import annotations

from typing import Any

import pytest

from scanner.estate.aws._trail_selectors import excluded, excluded_changes, management_events

KMS = "kms.amazonaws.com"


def basic(kind: str, *left_out: str) -> dict[str, Any]:
    # https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_EventSelector.html
    return {
        "ReadWriteType": kind,
        "IncludeManagementEvents": True,
        "ExcludeManagementEventSources": list(left_out),
    }


def advanced(read_only: str, *left_out: str) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "readOnly", "Equals": [read_only]},
    ]
    if left_out:
        fields.append({"Field": "eventSource", "NotEquals": list(left_out)})
    return {"FieldSelectors": fields}


@pytest.mark.parametrize(
    "selectors",
    [
        {"EventSelectors": [basic("ReadOnly", KMS), basic("WriteOnly")]},
        {"EventSelectors": [basic("WriteOnly"), basic("ReadOnly", KMS)]},
        {"AdvancedEventSelectors": [advanced("true", KMS), advanced("false")]},
    ],
)
def test_reads_left_out_by_the_selector_of_reads_are_left_out(selectors: dict[str, Any]) -> None:
    # Decrypt is a read: https://docs.aws.amazon.com/kms/latest/developerguide/ct-decrypt.html
    assert management_events(selectors) == "all"
    assert excluded(selectors) == [KMS]
    assert excluded_changes(selectors) == []


def test_what_one_selector_leaves_out_and_another_records_is_recorded() -> None:
    selectors = [basic("All", KMS), basic("ReadOnly"), basic("WriteOnly")]
    assert excluded({"EventSelectors": selectors}) == []


@pytest.mark.parametrize(
    "selectors",
    [
        {"EventSelectors": [basic("All", KMS)]},
        {"EventSelectors": [basic("ReadOnly"), basic("WriteOnly", KMS)]},
        {"AdvancedEventSelectors": [advanced("true"), advanced("false", KMS)]},
    ],
)
def test_changes_left_out_by_the_selector_of_writes_are_left_out(selectors: dict[str, Any]) -> None:
    # ScheduleKeyDeletion is a write: https://docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html
    assert excluded(selectors) == excluded_changes(selectors) == [KMS]
