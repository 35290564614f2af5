"""Service Quotas: quotas whose use is measured.

Shape: Service Quotas API Reference, ``ServiceQuota``, ``MetricInfo``.
"""

from __future__ import annotations

from typing import Any

from scanner.estate.normaliser import UNREAD_TAGS, Normaliser, field_of

_QUOTAS = "ListServiceQuotas"


def _metric(native: dict[str, Any]) -> dict[str, Any]:
    return {
        "namespace": native.get("MetricNamespace", ""),
        "name": native.get("MetricName", ""),
        "dimensions": dict(native.get("MetricDimensions") or {}),
    }


QUOTA = Normaliser(
    native="service-quotas.quota",
    kind="quota",
    listed=((f"service-quotas:{_QUOTAS}",),),
    regional=True,
    tags=UNREAD_TAGS,
    attrs={
        "service": field_of(_QUOTAS, "ServiceCode"),
        "code": field_of(_QUOTAS, "QuotaCode"),
        "label": field_of(_QUOTAS, "QuotaName", absent=""),
        "value": field_of(_QUOTAS, "Value"),
        "metric": field_of(_QUOTAS, "UsageMetric", convert=_metric),
    },
)
