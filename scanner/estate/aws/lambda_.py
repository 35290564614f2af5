"""Lambda: functions. AWS resolves the tag of an image when it is deployed, and runs that digest since.

Tags of functions are not in their listing. Code signing guards code in archives, not in images.

Shapes: AWS Lambda API Reference, ``FunctionConfiguration``, ``FunctionCodeLocation``,
``CodeSigningConfig``, ListFunctionsByCodeSigningConfig.
https://docs.aws.amazon.com/lambda/latest/dg/images-create.html
https://docs.aws.amazon.com/lambda/latest/dg/configuration-codesigning.html
"""

from __future__ import annotations

from typing import Any

from scanner.estate.aws._beside import answered, beside
from scanner.estate.aws._native import last_segment, tags_in_bulk
from scanner.estate.aws._workloads import arn_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, field_of, inside
from scanner.estate.settings import mapped, plain_secrets
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.workloads import of, workload

_LIST, _GET, _SIGNED = "ListFunctions", "GetFunction", "ListFunctionsByCodeSigningConfig"
_CONFIG, _CONFIGS = "lambda.code_signing_config", "ListCodeSigningConfigs"
_WORDS = {"Enforce": "enforced", "Warn": "warned"}


def _packaged(function: dict[str, Any]) -> str:
    return "image" if function.get("PackageType") == "Image" else "code"


def _images(reading: Reading) -> Value:
    listed = reading.answer(_LIST)
    if isinstance(listed, Unknown) or _packaged(listed.value) == "code":
        return listed if isinstance(listed, Unknown) else Known([], listed.pointer)
    return field_of(_GET, "ImageUri", convert=lambda image: [image]).read(reading)


def _resolved(reading: Reading) -> Value:
    listed = reading.answer(_LIST)
    if isinstance(listed, Unknown) or _packaged(listed.value) == "code":
        return listed if isinstance(listed, Unknown) else Known({}, listed.pointer)
    return field_of(
        _GET, convert=lambda code: {code["ImageUri"]: code["ResolvedImageUri"].rsplit("@", 1)[-1]}
    ).read(reading)


def _signing(reading: Reading) -> Value:
    """What the code signing configuration of a function does with unsigned code."""
    listed = reading.answer(_LIST)
    if isinstance(listed, Unknown) or _packaged(listed.value) == "image":
        return listed if isinstance(listed, Unknown) else Known("unreadable", listed.pointer)
    signed = beside(reading, _CONFIG, f"lambda:{_CONFIGS}", "", reading.id, key=_SIGNED)
    if isinstance(signed, Unknown) or not signed.value:
        return signed if isinstance(signed, Unknown) else Known("none")
    policy = inside(answered(reading, signed.value[0], _CONFIGS), "CodeSigningPolicies", absent={})
    if isinstance(policy, Unknown):
        return policy
    return Known(_WORDS.get(policy.value.get("UntrustedArtifactOnDeployment", ""), "warned"))


FUNCTION = Normaliser(
    native="lambda.function",
    kind="workload",
    listed=((f"lambda:{_LIST}",),),
    regional=True,
    tags=tags_in_bulk(),
    name=last_segment,
    attrs=workload(
        "lambda",
        packaging=of(_LIST, _packaged),
        images=Attr(_images, (_LIST, _GET)),
        resolved=Attr(_resolved, (_LIST, _GET)),
        identity=arn_at(_LIST, "Role"),
        subnets=field_of(_LIST, "VpcConfig", "SubnetIds", absent=[], convert=sorted),
        security_groups=field_of(_LIST, "VpcConfig", "SecurityGroupIds", absent=[], convert=sorted),
        variables=field_of(_LIST, "Environment", "Variables", absent=[], convert=mapped),
        plain_secrets=field_of(
            _LIST, "Environment", "Variables", absent=[], convert=lambda found: plain_secrets(mapped(found))
        ),
        active=of(_LIST, lambda function: function.get("State", "Active") != "Failed"),
        admission=Attr(_signing, (_LIST,), (f"lambda:{_CONFIGS}", f"lambda:{_SIGNED}")),
    ),
)
