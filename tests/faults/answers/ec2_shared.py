"""Amazon EC2: who may restore snapshots and launch images; moto looks at those of one account alone.

Shapes: Amazon EC2 API Reference, DescribeSnapshots, DescribeImages. Permissions are those that moto keeps
for ModifySnapshotAttribute and ModifyImageAttribute. As documented, ``self`` are snapshots that the account
owns or has explicit permission for, images that it has explicit permission for; ``all`` what is public.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.faults.wire import Request

_VERSION = "2016-11-15"


def _backends(request: Request) -> Iterator[Any]:
    from moto.ec2.models import ec2_backends  # noqa: PLC0415 - slow to import

    for account in list(ec2_backends.values()):
        if request.region in account:
            yield account[request.region]


def _asked(request: Request, name: str) -> set[str]:
    """The values of a list of the query; ``self`` is who asks."""
    found = {value for key, value in request.params.items() if key.rpartition(".")[0] == name}
    return {request.account if value == "self" else value for value in found}


def _checked(request: Request, *names: str) -> None:
    if request.params["Version"] != _VERSION or not 5 <= int(request.params["MaxResults"]) <= 1000:
        raise ValueError(request.params)
    plain = {key.rpartition(".")[0] or key for key in request.params}
    if not plain <= {"Action", "Version", "MaxResults", *names}:
        raise ValueError(request.params)


def _said(request: Request, items: str, found: list[str]) -> bytes:
    operation = request.call.partition(":")[2]
    body = "".join(f"<item>{item}</item>" for item in found)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><{operation}Response xmlns="http://ec2.amazonaws.com/doc/'
        f'{_VERSION}/"><requestId>r-1</requestId><{items}>{body}</{items}></{operation}Response>'
    ).encode()


def _snapshots(request: Request) -> bytes:
    _checked(request, "Owner", "RestorableBy")
    owners, users = _asked(request, "Owner"), _asked(request, "RestorableBy")
    found = [
        f"<snapshotId>{each.id}</snapshotId><ownerId>{backend.account_id}</ownerId>"
        f"<volumeId>{each.volume.id}</volumeId><encrypted>{str(each.encrypted).lower()}</encrypted>"
        f"<status>completed</status><progress>100%</progress><description>{each.description}</description>"
        for backend in _backends(request)
        for each in list(backend.snapshots.values())
        if not owners or backend.account_id in owners
        if users & {*each.create_volume_permission_userids, *each.create_volume_permission_groups}
        or backend.account_id in users
    ]
    return _said(request, "snapshotSet", found)


def _images(request: Request) -> bytes:
    _checked(request, "Owner", "ExecutableBy", "IncludeDeprecated")
    owners, users = _asked(request, "Owner"), _asked(request, "ExecutableBy")
    found = [
        f"<imageId>{each.id}</imageId><imageOwnerId>{backend.account_id}</imageOwnerId>"
        f"<name>{each.name}</name><imageState>available</imageState>"
        f"<isPublic>{str(each.is_public).lower()}</isPublic>"
        for backend in _backends(request)
        for each in list(backend.amis.values())
        if each.owner_id == backend.account_id and (not owners or backend.account_id in owners)
        if users & {value for permission in each.launch_permissions for value in permission.values()}
    ]
    return _said(request, "imagesSet", found)


ANSWERS = {"ec2:DescribeSnapshots": _snapshots, "ec2:DescribeImages": _images}
