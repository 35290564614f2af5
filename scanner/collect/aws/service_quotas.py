"""Service Quotas: what an account may use of machines at most (Service Quotas API, version 2019-06-24).

Of the services that training and serving run on, and only the quotas whose use is measured: an alarm can
watch those. ListServiceQuotas answers with what applies, raised quotas included.
"""

from __future__ import annotations

from collections.abc import Mapping

from scanner.collect.calls import Call, Data, Desk, Output, Read, Span, required

_QUOTAS = Read("service-quotas", "ListServiceQuotas", "servicequotas:ListServiceQuotas", page=100)
_KIND = "service-quotas.quota"
_SERVICES = ("ec2", "fargate", "sagemaker")


def _quotas(desk: Desk) -> Mapping[str, list[Data]]:
    found: list[Data] = []
    for service in _SERVICES:
        # A service that a region does not have is no resource there, and has no quotas.
        answer = desk.ask(_QUOTAS, {"ServiceCode": service}, absent=("NoSuchResourceException",))
        listed = [] if answer is None else required(answer, "Quotas")
        found += [{_QUOTAS.operation: item} for item in listed if item.get("UsageMetric")]
    return {_KIND: found}


CALLS = (
    Call(
        _QUOTAS,
        (Output(_KIND, "", "arn:{partition}:servicequotas:{region}:{account}:{ServiceCode}/{QuotaCode}"),),
        Span.REGION,
        gather=_quotas,
    ),
)
