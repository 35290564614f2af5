"""EC2: how machines are made: launch templates, user data, and which machine images an account allows.

Amazon EC2 API, version 2016-11-15. One call tells the newest and the default version of every launch
template. User data is never kept, only whether it holds a secret; it is asked for machine by machine, but
not of those that a scaling group made, whose launch template tells it.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

_SECRETS = ("LaunchTemplateData.UserData",)

_TEMPLATES = Call(
    Read("ec2", "DescribeLaunchTemplateVersions", page=200),
    (
        Output(
            "ec2.launch_template_version",
            "LaunchTemplateVersions[]",
            "arn:{partition}:ec2:{region}:{account}:launch-template/{LaunchTemplateId}/{VersionNumber}",
            conceal=_SECRETS,
        ),
    ),
    Span.REGION,
    params={"Versions": ["$Latest", "$Default"]},
)

_SETTINGS = Call(
    None,
    (Output("ec2.image_settings", "", "arn:{partition}:ec2:{region}:{account}:image-settings"),),
    Span.REGION,
    follows=(
        Follow(
            Read("ec2", "GetAllowedImagesSettings"),
            {},
            "{State: State, ManagedBy: ManagedBy, ImageCriteria: ImageCriteria || `[]`}",
        ),
        Follow(Read("ec2", "GetInstanceMetadataDefaults"), {}, "AccountLevel || `{}`"),
    ),
)

CALLS = (_TEMPLATES, _SETTINGS)
