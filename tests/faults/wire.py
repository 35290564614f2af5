"""Reads AWS requests off the wire, and words errors as each protocol documents them.

Protocols as botocore's service models name them: query (IAM, STS), ec2, json (Organizations, ECR),
rest-xml (S3, S3 Control), rest-json (Lambda, EKS, Batch and others), smithy-rpc-v2-cbor (CodeBuild).
"""

from __future__ import annotations

import io
import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

import botocore.session

_CREDENTIAL = re.compile(r"Credential=([^/]+)/[^/]+/([^/]*)/([^/]+)/aws4_request")


@dataclass(frozen=True)
class Request:
    """Who asked for what, where; ``call`` is ``s3:GetBucketPolicy``."""

    call: str
    account: str
    region: str
    params: Mapping[str, str] = field(default_factory=dict)
    """Of the query protocols; other requests have none here."""
    path: str = ""
    """As it was written, with its escapes and its query: where the REST protocols say what is asked for."""
    body: bytes = b""
    key: str = ""
    """The access key that it was signed with."""
    at: float = field(default_factory=time.monotonic, compare=False)
    """When it arrived, by a clock that never goes back."""


Answer = Callable[[Request], bytes]
"""An answer in the documented shape, made from the request; it raises on one that is not as documented."""


def request_of(environ: dict[str, Any]) -> Request | None:
    """The request in a WSGI environment, whose body stays readable; ``None`` if it is not an AWS one."""
    found = _CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    if found is None:
        return None
    key, region, signed = found.groups()
    service = _NAMES.get(signed, signed)
    path, method = environ.get("PATH_INFO", "/"), environ["REQUEST_METHOD"]
    params: dict[str, str] = {}
    written = str(environ.get("RAW_URI") or environ.get("REQUEST_URI") or path)
    body = _body(environ)
    if service == "s3" and path.startswith("/v20180820/"):
        service, operation = "s3control", _rest_operation("s3control", method, path.removesuffix("/"), "")
    elif service == "s3":
        operation = _rest_operation("s3", method, path, environ.get("QUERY_STRING", ""))
    elif target := environ.get("HTTP_X_AMZ_TARGET"):
        operation = target.rpartition(".")[2]
    elif path.startswith("/service/") and "/operation/" in path:
        operation = path.rpartition("/")[2]
    elif service not in _TWOFOLD and _protocol(service) == "rest-json":
        # A slash inside a name (an ARN) is escaped on the wire, and only there told from one between names.
        plain = written.partition("?")[0]
        operation = _rest_operation(service, method, plain, environ.get("QUERY_STRING", ""))
    else:
        params = dict(parse_qsl(body.decode("utf-8", "replace")))
        operation = params.get("Action", "")
        service = _VERSIONS.get(params.get("Version", ""), service)
    role = params.get("RoleArn", "") if operation == "AssumeRole" else ""
    account = role.split(":")[4] if role else _account(key)  # a role is refused where it lies
    return Request(f"{service}:{operation}", account, region, params, written, body, key)


_NAMES = {
    "elasticfilesystem": "efs",
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "sso": "sso-admin",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
"""What requests are signed for -> the service's name in the SDK, and so in call names, where they differ."""

_TWOFOLD = frozenset({"elasticloadbalancing"})
_VERSIONS = {"2012-06-01": "elb", "2015-12-01": "elbv2"}
"""Version of a query API -> the service's name in the SDK, where two are signed for by one name."""


def _account(key: str) -> str:
    from moto.iam.models import get_account_id_from  # noqa: PLC0415 - moto takes long to import

    return str(get_account_id_from(key))


def _body(environ: dict[str, Any]) -> bytes:
    body = bytes(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _rest_operation(service: str, method: str, path: str, query: str) -> str:
    """The operation whose method and path pattern fit, and which names the most of the query."""
    given = {key for key, _ in parse_qsl(query, keep_blank_values=True)}
    fitting = [
        (len(wanted), name)
        for name, verb, pattern, wanted in _rest_operations(service)
        if verb == method and pattern.fullmatch(path) and wanted <= given
    ]
    return max(fitting, default=(0, "Unknown"))[1]


@cache
def _rest_operations(service: str) -> tuple[tuple[str, str, re.Pattern[str], frozenset[str]], ...]:
    model = botocore.session.get_session().get_service_model(service)
    found = []
    # Of several operations with one pattern, the one that a newer one replaced comes last.
    for name in model.operation_names:
        http = model.operation_model(name).http
        path, _, query = http["requestUri"].partition("?")
        pattern = re.sub(r"/\\{(\w+)(\\\+)?\\}", lambda m: "/.+" if m[2] else "/[^/]+/?", re.escape(path))
        wanted = frozenset(key for key, _ in parse_qsl(query, keep_blank_values=True))
        if not name.startswith("ListDirectoryBuckets"):
            found.append((name, http["method"], re.compile(pattern), wanted))
    return tuple(found)


FAULTS: Mapping[str, Mapping[str, tuple[int, str]]] = {
    "denied": {
        "query": (403, "AccessDenied"),
        "ec2": (403, "UnauthorizedOperation"),
        "json": (400, "AccessDeniedException"),
        "rest-xml": (403, "AccessDenied"),
        "rest-json": (403, "AccessDeniedException"),
        "smithy-rpc-v2-cbor": (400, "AccessDeniedException"),
    },
    "throttled": {
        "query": (400, "Throttling"),
        "ec2": (503, "RequestLimitExceeded"),
        "json": (400, "ThrottlingException"),
        "rest-xml": (503, "SlowDown"),
        "rest-json": (429, "TooManyRequestsException"),
        "smithy-rpc-v2-cbor": (400, "ThrottlingException"),
    },
    "failing": {
        "query": (500, "ServiceFailure"),
        "ec2": (500, "InternalError"),
        "json": (500, "ServerException"),
        "rest-xml": (500, "InternalError"),
        "rest-json": (500, "ServiceException"),
        "smithy-rpc-v2-cbor": (500, "ServerException"),
    },
    "refused": {  # a parameter that there is no such value for
        "query": (400, "InvalidParameterValue"),
        "ec2": (400, "InvalidParameterValue"),
        "json": (400, "InvalidParameterException"),
        "rest-xml": (400, "InvalidArgument"),
        "rest-json": (400, "InvalidParameterException"),
        "smithy-rpc-v2-cbor": (400, "InvalidInputException"),
    },
    "unsupported": {
        "query": (400, "InvalidAction"),
        "ec2": (400, "InvalidAction"),
        "json": (400, "UnknownOperationException"),
        "rest-xml": (501, "NotImplemented"),
        "rest-json": (404, "UnknownOperationException"),
        "smithy-rpc-v2-cbor": (400, "UnknownOperationException"),
    },
    "expired": {
        "query": (403, "ExpiredToken"),
        "ec2": (400, "RequestExpired"),
        "json": (400, "ExpiredTokenException"),
        "rest-xml": (400, "ExpiredToken"),
        "rest-json": (403, "ExpiredTokenException"),
        "smithy-rpc-v2-cbor": (400, "ExpiredTokenException"),
    },
    "closed": {
        "query": (403, "InvalidClientTokenId"),
        "ec2": (401, "AuthFailure"),
        "json": (400, "UnrecognizedClientException"),
        "rest-xml": (403, "InvalidAccessKeyId"),
        "rest-json": (403, "UnrecognizedClientException"),
        "smithy-rpc-v2-cbor": (400, "UnrecognizedClientException"),
    },
}
"""Fault -> protocol -> HTTP status and error code."""


def error(service: str, fault: str) -> tuple[int, str, bytes]:
    """HTTP status, content type and body of an error, as the service's protocol has them."""
    protocol = _protocol(service)
    status, code = FAULTS[fault][protocol]
    message = f"This is the fault {fault}."
    if protocol in {"json", "rest-json"}:
        body = json.dumps({"__type": code, "Message": message})
        return status, "application/x-amz-json-1.1", body.encode()
    if protocol == "smithy-rpc-v2-cbor":
        return status, "application/cbor", _cbor({"__type": code, "message": message})
    inner = f"<Code>{code}</Code><Message>{message}</Message>"
    wrapped = {
        "query": f"<ErrorResponse><Error>{inner}</Error><RequestId>r-1</RequestId></ErrorResponse>",
        "ec2": f"<Response><Errors><Error>{inner}</Error></Errors><RequestID>r-1</RequestID></Response>",
        "rest-xml": f"<Error>{inner}<RequestId>r-1</RequestId><HostId>h-1</HostId></Error>",
    }
    if service == "s3control":
        wrapped["rest-xml"] = wrapped["query"]
    return status, "text/xml", f'<?xml version="1.0" encoding="UTF-8"?>{wrapped[protocol]}'.encode()


def _cbor(texts: Mapping[str, str]) -> bytes:
    """A map of a few texts (RFC 8949, major types 5 and 3)."""
    words = [word.encode() for pair in texts.items() for word in pair]
    return bytes([0xA0 + len(texts)]) + b"".join(bytes([0x78, len(word)]) + word for word in words)


@cache
def _protocol(service: str) -> str:
    return str(botocore.session.get_session().get_service_model(service).resolved_protocol)
