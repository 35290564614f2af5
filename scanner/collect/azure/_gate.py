"""Signing in, and the clients: credentials as the user's Azure tools have them, TLS always verified.

The credential is azure-identity's default one: a service principal in ``AZURE_CLIENT_ID`` and the like, a
workload identity, a managed identity, or whoever is signed in to the Azure CLI. ``AZURE_AUTHORITY_HOST``
names another authority, ``REQUESTS_CA_BUNDLE`` a CA bundle, as for every program that uses the SDK.
"""

from __future__ import annotations

import base64
import logging
import os
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
from azure.core import AzureClouds, PipelineClient
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    ProxyPolicy,
    RequestIdPolicy,
    RetryPolicy,
    UserAgentPolicy,
)
from azure.identity import AzureAuthorityHosts, DefaultAzureCredential
from azure.mgmt.core import ARMPipelineClient
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy
from azure.mgmt.core.tools import get_arm_endpoints
from azure.mgmt.resourcegraph import ResourceGraphClient

from scanner.collect.azure._guard import GRAPH_VERSION, Guard
from scanner.config.sources import AzureSource
from scanner.errors import CredentialsError

_CLOUDS = {
    "public": AzureClouds.AZURE_PUBLIC_CLOUD,
    "china": AzureClouds.AZURE_CHINA_CLOUD,
    "us_government": AzureClouds.AZURE_US_GOVERNMENT,
}
# What the SDK logs of a credential that fails is in the error that it raises, which is told in our words.
logging.getLogger("azure").addHandler(logging.NullHandler())

_ATTEMPTS = 5
"""Tries after the first; a throttled one waits as long as ``Retry-After`` says."""
_CONNECT_SECONDS = 10
_READ_SECONDS = 60
_NO_USE = "The Azure credentials do not work"
_HINT = (
    "Sign in as for the Azure command line (`az account show` must work), or set AZURE_TENANT_ID, "
    "AZURE_CLIENT_ID and a secret or certificate of a service principal."
)


_DIRECTORIES = {
    "public": "https://graph.microsoft.com",
    "china": "https://microsoftgraph.chinacloudapi.cn",
    "us_government": "https://graph.microsoft.us",
}
"""https://learn.microsoft.com/graph/deployments."""


def directory_of(source: AzureSource) -> str:
    """Where Microsoft Graph answers; nothing where a private Resource Manager is named and it is not."""
    if source.directory_endpoint is not None:
        return source.directory_endpoint.rstrip("/")
    return "" if source.endpoint is not None else _DIRECTORIES[source.cloud]


def endpoint_of(source: AzureSource) -> tuple[str, tuple[str, ...]]:
    """Where Resource Manager answers, and the scopes of the tokens it takes."""
    if source.endpoint is not None:
        root = source.endpoint.rstrip("/")
        return root, (f"{root}/.default",)
    found = get_arm_endpoints(_CLOUDS[source.cloud])
    return str(found["resource_manager"]).rstrip("/"), tuple(found["credential_scopes"])


class Gate:
    """Signed in: the clients of Resource Manager, Resource Graph and Microsoft Graph, and whose they are.

    ``principal`` is the object id of the identity that asks and ``tenant`` where it is at home, or nothing
    where its token does not tell. ``directory`` is ``None`` where no Microsoft Graph is known.
    Raises `CredentialsError` if there are no usable credentials.
    """

    def __init__(self, source: AzureSource, guard: Guard) -> None:
        self.guard = guard
        self.endpoint, scopes = endpoint_of(source)
        credential = _InTenant(_default(source.tenant), source.tenant)
        try:
            told = _claims(credential.get_token(*scopes).token)
        except (AzureError, ValueError) as error:
            raise CredentialsError(
                "The Azure credentials do not work", why=_why(error), hint=_HINT
            ) from error
        self.principal = str(told.get("oid") or "")
        self.tenant = str(told.get("tid") or source.tenant or "").lower()
        waits: Any = {"connection_timeout": _CONNECT_SECONDS, "read_timeout": _READ_SECONDS}
        self.manager: Any = ARMPipelineClient(
            self.endpoint, policies=_policies(credential, scopes, guard), **waits
        )
        self.graph: Any = ResourceGraphClient(
            credential,
            self.endpoint,
            credential_scopes=list(scopes),
            api_version=GRAPH_VERSION,
            policies=_policies(credential, scopes, guard),
            **waits,
        )

        self.directory: Any = None
        self.directory_root = directory_of(source)
        if root := self.directory_root:
            wanted = (f"{root}/.default",)
            self.directory = PipelineClient(root, policies=_policies(credential, wanted, guard), **waits)

    def close(self) -> None:
        """Close idle connections."""
        self.manager.close()
        if self.directory is not None:
            self.directory.close()
        self.graph.close()


def _policies(credential: Any, scopes: tuple[str, ...], guard: Guard) -> list[Any]:
    """The pipeline of a request, the guard last. Redirects are not followed: no token goes elsewhere.

    It lacks the SDK's own policy that registers a resource provider where it is missing: that is a write.
    """
    return [
        RequestIdPolicy(),
        UserAgentPolicy("envsplit"),
        ProxyPolicy(),
        ContentDecodePolicy(),
        RetryPolicy(retry_total=_ATTEMPTS, retry_status=_ATTEMPTS),
        ARMChallengeAuthenticationPolicy(credential, *scopes),
        guard,
    ]


def _default(tenant: str | None) -> DefaultAzureCredential:
    authority = os.environ.get("AZURE_AUTHORITY_HOST", AzureAuthorityHosts.AZURE_PUBLIC_CLOUD)
    host = urlsplit(authority).netloc or authority
    known = {
        value for name, value in vars(AzureAuthorityHosts).items() if name.startswith("AZURE_")
    }  # a private cloud's authority is not known to the public one that would be asked about it
    try:
        return DefaultAzureCredential(
            disable_instance_discovery=host.strip("/") not in known,
            additionally_allowed_tenants=[tenant] if tenant else [],
        )
    except ValueError as error:
        raise CredentialsError(_NO_USE, why=str(error), hint=_HINT) from error


class _InTenant:
    """A credential that asks for tokens of one tenant, where one is named."""

    def __init__(self, credential: DefaultAzureCredential, tenant: str | None) -> None:
        self._credential = credential
        self._tenant = tenant

    def get_token(self, *scopes: str, **options: Any) -> AccessToken:
        """As `azure.core.credentials.TokenCredential.get_token`."""
        if self._tenant:
            options["tenant_id"] = self._tenant
        return self._credential.get_token(*scopes, **options)


def _why(error: Exception) -> str:
    """What came of each credential that was tried, without where the SDK sends to read more."""
    lines = [line.strip() for line in str(error).splitlines()]
    tried = [line for line in lines if line.partition(" ")[0].endswith("Credential:")]
    return "; ".join(tried) or lines[0]


def _claims(token: str) -> Mapping[str, Any]:
    """What an access token tells (not verified: it is one's own, and nothing trusts it).

    https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
    """
    try:
        part = token.split(".")[1]
        claims = orjson.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (IndexError, ValueError):
        return {}
    return claims if isinstance(claims, dict) else {}
