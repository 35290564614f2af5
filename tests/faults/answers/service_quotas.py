"""Service Quotas: the quotas that apply, of which moto has the defaults of one service only.

Shapes: Service Quotas API Reference, ListServiceQuotas, ServiceQuota; codes and metrics as Amazon EC2's
own quotas have them (EC2 User Guide, "On-Demand Instance quotas").
"""

from __future__ import annotations

import json
from typing import Any

from tests.faults.wire import Request

VCPUS = {
    "L-1216C47A": ("Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances", "Standard/OnDemand"),
    "L-417A185B": ("Running On-Demand P instances", "P/OnDemand"),
    "L-34B43A08": ("All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests", "Standard/Spot"),
}


def _quota(request: Request, code: str, name: str, metric: dict[str, Any] | None) -> dict[str, Any]:
    arn = f"arn:aws:servicequotas:{request.region}:{request.account}:ec2/{code}"
    return {
        "ServiceCode": "ec2",
        "ServiceName": "Amazon Elastic Compute Cloud (Amazon EC2)",
        "QuotaArn": arn,
        "QuotaCode": code,
        "QuotaName": name,
        "Value": 64.0,
        "Unit": "None",
        "Adjustable": True,
        "GlobalQuota": False,
        **({"UsageMetric": metric} if metric else {}),
    }


def _vcpus(kind: str) -> dict[str, Any]:
    return {
        "MetricNamespace": "AWS/Usage",
        "MetricName": "ResourceCount",
        "MetricDimensions": {"Class": kind, "Resource": "vCPU", "Service": "EC2", "Type": "Resource"},
        "MetricStatisticRecommendation": "Maximum",
    }


def _quotas(request: Request) -> bytes:
    service = json.loads(request.body)["ServiceCode"]
    if service not in {"ec2", "fargate", "sagemaker"}:
        raise ValueError(service)
    found = [_quota(request, code, name, _vcpus(kind)) for code, (name, kind) in VCPUS.items()]
    found.append(_quota(request, "L-0E3CBAB9", "AMIs", None))
    return json.dumps({"Quotas": found if service == "ec2" else []}).encode()


ANSWERS = {"service-quotas:ListServiceQuotas": _quotas}
