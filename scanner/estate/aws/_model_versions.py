"""What a version in a model registry says of its approval and evaluation.

Amazon SageMaker API Reference, DescribeModelPackage, ``ModelMetrics``.
"""

from __future__ import annotations

from typing import Any

DESCRIBE = "DescribeModelPackage"
REGISTRY = ("sagemaker:ListModelPackages", f"sagemaker:{DESCRIBE}")
APPROVALS = {"Approved": "approved", "PendingManualApproval": "pending", "Rejected": "rejected"}
"""The provider's word -> ours."""


def evaluated(native: dict[str, Any]) -> bool:
    """Whether a measure of the model's quality is recorded."""
    return bool((native.get("ModelMetrics") or {}).get("ModelQuality"))
