"""What a launch template or launch configuration says of the machines that are made from it.

Collected are the newest and the default version of each template. A group that names another version by
its number is made from one that was not read. Where a template leaves the metadata service to chance, the
account's default decides; without one it is the machine image's choice, which is not collected.

Shapes: Amazon EC2 API Reference, ``ResponseLaunchTemplateData``, ``InstanceMetadataDefaultsResponse``;
Auto Scaling API Reference, ``LaunchConfiguration``.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/configuring-instance-metadata-options.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from scanner.estate.normaliser import Attr, Reading, constant
from scanner.estate.settings import holds_secret
from scanner.estate.values import Known, Unknown, Value
from scanner.model.snapshot import Record

TEMPLATES = "ec2:DescribeLaunchTemplateVersions"
CONFIGURATIONS = "autoscaling:DescribeLaunchConfigurations"
DEFAULTS = "ec2:GetInstanceMetadataDefaults"
SETTINGS = "ec2.image_settings"
_KIND = "ec2.launch_template_version"
_CONFIGURATION = "autoscaling.launch_configuration"


def template(reading: Reading, named: Mapping[str, Any]) -> Value:
    """The data of the launch template that ``{LaunchTemplateId, LaunchTemplateName, Version}`` names."""
    version = str(named.get("Version") or "$Default")
    by = _template_id if named.get("LaunchTemplateId") else _template_name
    wanted = str(named.get("LaunchTemplateId") or named.get("LaunchTemplateName"))
    found = [_version(record) for record in reading.world.indexed(_KIND, reading.scope, by).get(wanted, ())]
    fitting = [each for each in found if _fits(each, version)]
    if not fitting:
        return Unknown(reading.world.hiding_any(TEMPLATES, reading.scope))
    newest = max(fitting, key=lambda each: int(each["VersionNumber"]))
    return Known({**(newest.get("LaunchTemplateData") or {}), "_version": _id(reading, newest)})


def configuration(reading: Reading, name: str) -> Value:
    """The launch configuration of a name, in the words of a template's data."""
    for record in reading.world.indexed(_CONFIGURATION, reading.scope, _configuration_name).get(name, ()):
        native = record.data["DescribeLaunchConfigurations"]
        profile = native.get("IamInstanceProfile")
        return Known(
            {
                "InstanceType": native.get("InstanceType"),
                "IamInstanceProfile": _profile(profile),
                "MetadataOptions": native.get("MetadataOptions") or {},
                "UserData": native.get("UserData"),
                "InstanceMarketOptions": {"MarketType": "spot"} if native.get("SpotPrice") else None,
                "_version": record.id,
            }
        )
    return Unknown(reading.world.hiding_any(CONFIGURATIONS, reading.scope))


def metadata(reading: Reading, data: Mapping[str, Any]) -> Value:
    """``required``, ``optional`` or ``disabled``: what machines made from a template's data have."""
    options = data.get("MetadataOptions") or {}
    if options.get("HttpEndpoint") == "disabled":
        return Known("disabled")
    if options.get("HttpTokens"):
        return Known("required" if options["HttpTokens"] == "required" else "optional")
    default = reading.answer("GetInstanceMetadataDefaults", of=SETTINGS)
    if isinstance(default, Unknown):
        return default
    tokens = (default.value or {}).get("HttpTokens")
    return Known(tokens) if tokens in {"required", "optional"} else Unknown()


def machines(launched: Callable[[Reading], Value], keys: tuple[str, ...], *calls: str) -> dict[str, Attr]:
    """The attributes of a pool that stand in the data that its machines are made from.

    ``launched`` finds that data, or ``None`` where it has no machines; ``keys`` and ``calls`` are what it
    reads (`Attr`).
    """

    def of(read: Callable[[Reading, Any], Any], otherwise: Any, *more: str) -> Attr:
        def said(reading: Reading) -> Value:
            data = launched(reading)
            if isinstance(data, Unknown):
                return data
            found = otherwise if data.value is None else read(reading, data.value)
            return found if isinstance(found, Known | Unknown) else Known(found, data.pointer)

        return Attr(said, keys, (*calls, *more))

    return {
        "template": of(lambda _, data: data["_version"], None),
        "metadata_service": of(metadata, None, DEFAULTS),
        "boot": constant(None),
        "user_data_secret": of(lambda _, data: holds_secret(data.get("UserData")), False),
    }


def profile_id(reading: Reading, data: Mapping[str, Any]) -> str | None:
    """The instance profile of a template's data as an ARN."""
    profile = data.get("IamInstanceProfile") or {}
    return profile_named(reading, profile.get("Arn") or profile.get("Name"))


def profile_named(reading: Reading, name: str | None) -> str | None:
    """The ARN of an instance profile that is told by it, or by its name, which tells no path."""
    if not name or name.startswith("arn:"):
        return name or None
    partition = reading.world.partition(reading.scope.boundary)
    return f"arn:{partition}:iam::{reading.scope.boundary}:instance-profile/{name}"


def _version(record: Record) -> Mapping[str, Any]:
    return record.data.get("DescribeLaunchTemplateVersions") or {}


def _template_id(record: Record) -> str:
    return str(_version(record).get("LaunchTemplateId"))


def _template_name(record: Record) -> str:
    return str(_version(record).get("LaunchTemplateName"))


def _configuration_name(record: Record) -> str:
    return str((record.data.get("DescribeLaunchConfigurations") or {}).get("LaunchConfigurationName"))


def _fits(native: Mapping[str, Any], version: str) -> bool:
    """Whether a version is the one that is named; of the newest ones the caller takes the newest."""
    if version == "$Default":
        return bool(native.get("DefaultVersion"))
    return version == "$Latest" or str(native.get("VersionNumber")) == version


def _profile(given: str | None) -> dict[str, str]:
    if not given:
        return {}
    return {"Arn": given} if given.startswith("arn:") else {"Name": given}


def _id(reading: Reading, native: Mapping[str, Any]) -> str:
    prefix = f"arn:{reading.world.partition(reading.scope.boundary)}:ec2:{reading.scope.region}"
    account = reading.scope.boundary
    return f"{prefix}:{account}:launch-template/{native['LaunchTemplateId']}/{native['VersionNumber']}"
