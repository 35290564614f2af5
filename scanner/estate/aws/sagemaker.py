"""SageMaker: notebooks, Studio domains, and endpoints with the models they serve.

AWS resolves the tag of an image when an endpoint is created, and tells the digest that it deployed. A
notebook stops by itself only if its lifecycle configuration has it stopped; a Studio domain if its default
settings turn idle shutdown on, for each sort of app that they speak of.

Shapes: Amazon SageMaker API Reference, DescribeNotebookInstance, DescribeDomain, ``UserSettings``,
``IdleSettings``, DescribeUserProfile, DescribeEndpoint, DescribeEndpointConfig, DescribeModel.
https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-idle-shutdown.html
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from scanner.estate.aws._native import tags_in_bulk
from scanner.estate.aws._workloads import arn_at
from scanner.estate.normaliser import Attr, Normaliser, Reading, constant, field_of
from scanner.estate.settings import images, mapped, plain_secrets
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.workloads import of, workload
from scanner.model.snapshot import Record

_NOTEBOOK, _DOMAIN, _PROFILE = "DescribeNotebookInstance", "DescribeDomain", "DescribeUserProfile"
_ENDPOINT, _CONFIG, _MODEL = "DescribeEndpoint", "DescribeEndpointConfig", "DescribeModel"
_SCRIPT = "DescribeNotebookInstanceLifecycleConfig"
_SCRIPTS = "ListNotebookInstanceLifecycleConfigs"
_APPS = ("JupyterLabAppSettings", "CodeEditorAppSettings")
_MINUTE = 60


def _script_name(record: Record) -> str:
    return record.id.rsplit("/", 1)[-1]


def _script(reading: Reading) -> Value:
    """What a notebook's lifecycle configuration says of stopping; ``None`` if it has no configuration."""
    name = field_of(_NOTEBOOK, "NotebookInstanceLifecycleConfigName", absent=None).read(reading)
    if isinstance(name, Unknown) or name.value is None:
        return name
    found = reading.world.indexed("sagemaker.notebook_lifecycle", reading.scope, _script_name)
    for record in found.get(name.value.lower(), ()) or found.get(name.value, ()):
        if _SCRIPT in record.data:
            return Known(record.data[_SCRIPT], name.pointer)
    calls = (f"sagemaker:{_SCRIPTS}", f"sagemaker:{_SCRIPT}")
    gaps = {gap for call in calls for gap in reading.world.hiding_any(call, reading.scope)}
    return Unknown(tuple(sorted(gaps)))


def _said(word: Callable[[Mapping[str, Any]], Any], otherwise: Any) -> Attr:
    def read(reading: Reading) -> Value:
        script = _script(reading)
        if isinstance(script, Unknown):
            return script
        return Known(word(script.value) if script.value else otherwise, script.pointer)

    return Attr(read, (_NOTEBOOK, _SCRIPT), (f"sagemaker:{_SCRIPTS}",))


def _metadata(options: Mapping[str, Any]) -> str:
    return "required" if options.get("MinimumInstanceMetadataServiceVersion") == "2" else "optional"


NOTEBOOK = Normaliser(
    native="sagemaker.notebook",
    kind="workload",
    listed=(("sagemaker:ListNotebookInstances",),),
    regional=True,
    tags=tags_in_bulk(),
    attrs=workload(
        "sagemaker_notebook",
        packaging=constant("code"),
        admission=constant("provider"),
        identity=arn_at(_NOTEBOOK, "RoleArn"),
        subnets=field_of(_NOTEBOOK, "SubnetId", absent=[], convert=lambda subnet: [subnet]),
        security_groups=field_of(_NOTEBOOK, "SecurityGroups", absent=[], convert=sorted),
        lifecycle=constant("on_demand"),
        machine_types=field_of(_NOTEBOOK, "InstanceType", convert=lambda size: [size]),
        sized=constant(True),
        active=field_of(
            _NOTEBOOK, "NotebookInstanceStatus", convert=lambda status: status not in {"Stopped", "Failed"}
        ),
        idle_stop=_said(lambda said: "idle" if said["stops"] else "never", "never"),
        idle_seconds=_said(lambda said: said["idle_seconds"], None),
        metadata_service=field_of(
            _NOTEBOOK, "InstanceMetadataServiceConfiguration", absent="optional", convert=_metadata
        ),
    ),
)


def _idle(settings: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for app in _APPS:
        lifecycle = (settings.get(app) or {}).get("AppLifecycleManagement") or {}
        yield lifecycle.get("IdleSettings") or {}


def _stops(settings: Mapping[str, Any]) -> str:
    on = all(idle.get("LifecycleManagement") == "ENABLED" for idle in _idle(settings))
    return "idle" if on else "never"


def _minutes(settings: Mapping[str, Any]) -> int | None:
    """The longest of what its sorts of app wait."""
    found = [idle.get("IdleTimeoutInMinutes") for idle in _idle(settings)]
    return None if None in found else _MINUTE * max(int(each) for each in found if each is not None)


_USERS = "DefaultUserSettings"

DOMAIN = Normaliser(
    native="sagemaker.domain",
    kind="workload",
    listed=(("sagemaker:ListDomains",),),
    regional=True,
    tags=tags_in_bulk(),
    attrs=workload(
        "sagemaker_domain",
        packaging=constant("code"),
        admission=constant("provider"),
        identity=arn_at(_DOMAIN, _USERS, "ExecutionRole"),
        execution_identity=arn_at(_DOMAIN, "DefaultSpaceSettings", "ExecutionRole"),
        subnets=field_of(_DOMAIN, "SubnetIds", absent=[], convert=sorted),
        security_groups=field_of(_DOMAIN, _USERS, "SecurityGroups", absent=[], convert=sorted),
        lifecycle=constant("on_demand"),
        sized=constant(True),
        idle_stop=field_of(_DOMAIN, _USERS, absent="never", convert=_stops),
        idle_seconds=field_of(_DOMAIN, _USERS, absent=None, convert=_minutes),
    ),
)

PROFILE = Normaliser(
    native="sagemaker.user_profile",
    kind="workload",
    listed=(("sagemaker:ListUserProfiles",),),
    regional=True,
    tags=tags_in_bulk(),
    name=lambda reading: reading.id.split(":user-profile/", 1)[-1],
    attrs=workload(
        "sagemaker_user_profile",
        packaging=constant("code"),
        admission=constant("provider"),
        identity=arn_at(_PROFILE, "UserSettings", "ExecutionRole"),
        security_groups=field_of(_PROFILE, "UserSettings", "SecurityGroups", absent=[], convert=sorted),
        idle_stop=constant("maybe"),
    ),
)


def _by_name(record: Record) -> str:
    return record.id.rsplit("/", 1)[-1].lower()


def _config(reading: Reading) -> Value:
    """The endpoint configuration that an endpoint runs by."""
    name = field_of(_ENDPOINT, "EndpointConfigName").read(reading)
    return name if isinstance(name, Unknown) else _beside(reading, "endpoint_config", _CONFIG, name.value)


def _beside(reading: Reading, native: str, key: str, name: str) -> Value:
    """What an operation answered for something of the same account and region, by its name."""
    kind = f"sagemaker.{native}"
    for record in reading.world.indexed(kind, reading.scope, _by_name).get(name.lower(), ()):
        if record.data.get(key):
            return Known(record.data[key])
        return Unknown(reading.world.hiding(f"sagemaker:{key}", record.scope, record.id))
    calls = (f"sagemaker:{key}", *_LISTS[native])
    gaps = {gap for call in calls for gap in reading.world.hiding_any(call, reading.scope)}
    return Unknown(tuple(sorted(gaps)))


_LISTS = {"endpoint_config": ("sagemaker:ListEndpointConfigs",), "model": ("sagemaker:ListModels",)}


def _variants(config: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [*(config.get("ProductionVariants") or ()), *(config.get("ShadowProductionVariants") or ())]


def _models(reading: Reading) -> Value:
    """The models that an endpoint serves."""
    config = _config(reading)
    if isinstance(config, Unknown):
        return config
    found = []
    for name in sorted({each["ModelName"] for each in _variants(config.value) if each.get("ModelName")}):
        model = _beside(reading, "model", _MODEL, name)
        if isinstance(model, Unknown):
            return model
        found.append(model.value)
    return Known(found)


def _containers(model: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    primary = model.get("PrimaryContainer")
    found = [*([primary] if primary else ()), *(model.get("Containers") or ())]
    return [{**each, "image": each.get("Image")} for each in found]


def _of_models(convert: Callable[[list[Mapping[str, Any]]], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        models = _models(reading)
        return models if isinstance(models, Unknown) else Known(convert(models.value))

    return Attr(read, (_ENDPOINT, _CONFIG, _MODEL), (*_LISTS["endpoint_config"], *_LISTS["model"]))


def _of_config(convert: Callable[[Mapping[str, Any]], Any]) -> Attr:
    def read(reading: Reading) -> Value:
        config = _config(reading)
        return config if isinstance(config, Unknown) else Known(convert(config.value))

    return Attr(read, (_ENDPOINT, _CONFIG), _LISTS["endpoint_config"])


def _settings(models: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found = (mapped(each.get("Environment")) for model in models for each in _containers(model))
    return [setting for some in found for setting in some]


def _first(models: list[Mapping[str, Any]]) -> str | None:
    return next((str(model["ExecutionRoleArn"]) for model in models if model.get("ExecutionRoleArn")), None)


def _network(key: str) -> Callable[[list[Mapping[str, Any]]], list[str]]:
    return lambda models: sorted({each for m in models for each in (m.get("VpcConfig") or {}).get(key, ())})


def _deployed(endpoint: Mapping[str, Any]) -> dict[str, str]:
    """Image as specified -> the digest that runs."""
    return {
        image["SpecifiedImage"]: image["ResolvedImage"].rsplit("@", 1)[-1]
        for variant in endpoint.get("ProductionVariants") or ()
        for image in variant.get("DeployedImages") or ()
        if image.get("SpecifiedImage") and "@" in image.get("ResolvedImage", "")
    }


def _sizes(config: Mapping[str, Any]) -> list[str]:
    return sorted({each["InstanceType"] for each in _variants(config) if each.get("InstanceType")})


ENDPOINT = Normaliser(
    native="sagemaker.endpoint",
    kind="workload",
    listed=(("sagemaker:ListEndpoints",),),
    regional=True,
    tags=tags_in_bulk(),
    attrs=workload(
        "sagemaker_endpoint",
        images=_of_models(lambda models: images(each for model in models for each in _containers(model))),
        resolved=of(_ENDPOINT, _deployed),
        identity=_of_models(_first),
        execution_identity=_of_config(lambda config: config.get("ExecutionRoleArn")),
        subnets=_of_models(_network("Subnets")),
        security_groups=_of_models(_network("SecurityGroupIds")),
        variables=_of_models(_settings),
        plain_secrets=_of_models(lambda models: plain_secrets(_settings(models))),
        lifecycle=_of_config(lambda config: "on_demand" if _sizes(config) else None),
        machine_types=_of_config(_sizes),
        sized=_of_config(lambda config: bool(_sizes(config))),
    ),
)
