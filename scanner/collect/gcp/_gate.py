"""Signing in, and the clients: credentials as the user's Google tools have them, TLS always verified.

The credentials are those of ``sources.gcp.credentials`` (a service account's key, or a configuration of
workload identity federation), else the application default ones: ``GOOGLE_APPLICATION_CREDENTIALS``,
gcloud's, or the metadata service's. ``REQUESTS_CA_BUNDLE`` names a CA bundle, as for every program that
uses requests.

https://cloud.google.com/docs/authentication/application-default-credentials
"""

from __future__ import annotations

import logging
import threading
import types
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import google.auth
from google.auth import impersonated_credentials
from google.auth.exceptions import GoogleAuthError
from google.auth.transport.requests import AuthorizedSession, Request
from google.cloud.asset_v1 import AssetServiceClient
from google.cloud.asset_v1.services.asset_service.transports.rest import AssetServiceRestTransport
from google.cloud.resourcemanager_v3 import ProjectsClient
from google.cloud.resourcemanager_v3.services.projects.transports.rest import ProjectsRestTransport

from scanner.collect.budget import Budgets
from scanner.collect.gcp._guard import ASSETS, MANAGER, Guard, GuardedAdapter, Refusing
from scanner.collect.once import Once
from scanner.config.sources import GcpSource
from scanner.errors import CredentialsError

SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
"""The one scope that Cloud Asset Inventory takes; what may be done is said by roles."""
MINUTE = 60.0
AGENT = "envsplit"
_HINT = (
    "Sign in as for the gcloud command line (`gcloud auth application-default login`), set "
    "GOOGLE_APPLICATION_CREDENTIALS, or name a file under sources.gcp.credentials."
)
# What the SDK logs of credentials that fail is in the error that it raises, which is told in our words.
logging.getLogger("google").addHandler(logging.NullHandler())


class Gate:
    """Signed in: the clients of Cloud Asset Inventory and Resource Manager, and a session for other APIs.

    Raises `CredentialsError` if there are no usable credentials.
    """

    def __init__(self, source: GcpSource, guard: Guard) -> None:
        self.endpoint = source.endpoint
        self._lock = threading.Lock()
        self._shared: dict[str, Once[dict[str, Any]]] = {}
        credentials = _credentials(source)
        try:
            credentials.refresh(Request())
        except GoogleAuthError as error:
            raise CredentialsError(
                "The Google Cloud credentials do not work", why=_why(error), hint=_HINT
            ) from error
        budgets = Budgets(source.calls_per_minute, guard.halt, MINUTE)
        adapter = GuardedAdapter(guard, budgets, source.max_concurrency)
        assets = _AssetTransport(host=self.host(ASSETS), credentials=credentials)
        projects = _ProjectsTransport(host=self.host(MANAGER), credentials=credentials)
        self.session: Any = AuthorizedSession(credentials)
        for session in (assets.session, projects.session, self.session):
            session.headers["User-Agent"] = AGENT
            session.mount("https://", adapter)
            session.mount("http://", Refusing())
        self.assets = AssetServiceClient(transport=assets)
        self.heard = Heard()
        assets.session.hooks["response"].append(self.heard.keep)
        self.projects = ProjectsClient(transport=projects)

    def host(self, usual: str) -> str:
        """Where an API answers: at its own host, or at the one address that stands for all."""
        return urlsplit(self.endpoint).netloc if self.endpoint else usual

    def once(self, path: str) -> Once[dict[str, Any]]:
        """The one answer of a path that every project shares."""
        with self._lock:
            return self._shared.setdefault(path, Once())

    def close(self) -> None:
        """Close idle connections."""
        self.session.close()
        self.assets.transport.close()
        self.projects.transport.close()


class Heard(threading.local):
    """What was answered last in this thread, as it came: the SDK forgets members that it does not know."""

    body = b""

    def keep(self, response: Any, **_: Any) -> None:
        """Take an answer."""
        self.body = response.content


class _AssetTransport(AssetServiceRestTransport):
    """The SDK's own transport, whose session is shown so that the guard can stand below it."""

    @property
    def session(self) -> Any:
        """The session that sends its requests."""
        return self._session

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()


class _ProjectsTransport(ProjectsRestTransport):
    """The SDK's own transport, whose session is shown so that the guard can stand below it."""

    @property
    def session(self) -> Any:
        """The session that sends its requests."""
        return self._session

    def close(self) -> None:
        """Close idle connections."""
        self._session.close()


class _Nothing:
    """An answer that tells nothing."""

    status, data = 404, b"{}"
    headers: Mapping[str, str] = types.MappingProxyType({})


class _SigningIn(Request):
    """Requests that lead to a token. In which project federated credentials are, is not asked."""

    def __call__(self, url: str, *args: Any, **options: Any) -> Any:
        """As `Request.__call__`."""
        asked: Any = super()
        return _Nothing() if urlsplit(url).netloc == MANAGER else asked.__call__(url, *args, **options)


def _credentials(source: GcpSource) -> Any:
    try:
        with warnings.catch_warnings():
            # The file is the user's own; that gcloud's credentials have a quota project is theirs to know.
            warnings.simplefilter("ignore")
            if source.credentials is None:
                found, _ = google.auth.default(
                    scopes=SCOPES, request=_SigningIn(), quota_project_id=source.quota_project
                )
            else:
                path = Path(source.credentials).expanduser()
                found, _ = google.auth.load_credentials_from_file(
                    str(path), scopes=SCOPES, request=_SigningIn(), quota_project_id=source.quota_project
                )
    except (GoogleAuthError, ValueError, OSError) as error:
        raise CredentialsError("No Google Cloud credentials found", why=_why(error), hint=_HINT) from error
    if source.impersonate is None:
        return found
    return impersonated_credentials.Credentials(found, source.impersonate, list(SCOPES))


def _why(error: Exception) -> str:
    """The first line of an error, without what the answer said beside."""
    first = error.args[0] if error.args else error
    return str(first).partition("\n")[0]
