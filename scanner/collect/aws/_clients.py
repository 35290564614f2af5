"""Clients of one identity: endpoints, retries and time limits as the user's environment has them."""

from __future__ import annotations

import ipaddress
import os
import threading
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from botocore.config import Config
from botocore.session import Session

from scanner.collect.aws._budget import watch
from scanner.collect.budget import Budgets

_ATTEMPTS = 10
_CONNECT_SECONDS = 10
_READ_SECONDS = 60


class Clients:
    """Makes each client once. Safe to call from threads, which botocore's factory is not."""

    def __init__(self, session: Session, connections: int, budgets: Budgets, account: str = "") -> None:
        """``account``: whose budgets its requests count against; it may be set once it is known."""
        self.account = account
        self._budgets = budgets
        self._session = session
        self._config = _config(session, connections)
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], Any] = {}

    def get(self, service: str, region: str) -> Any:
        """The client of a service in a region. TLS is always verified; ``AWS_CA_BUNDLE`` is honoured."""
        with self._lock:
            if (service, region) not in self._made:
                client = self._make(service, region)
                watch(self._budgets.of(self.account, region, service), client)
                self._made[service, region] = client
            return self._made[service, region]

    def close(self) -> None:
        """Close idle connections."""
        with self._lock:
            for client in self._made.values():
                client.close()
            self._made.clear()

    def _make(self, service: str, region: str) -> Any:
        client = self._session.create_client(service, region_name=region, config=self._config)
        if service == "s3" and self._is_custom(client):
            # A server of one's own rarely has a name for every bucket.
            config = self._config.merge(Config(s3={"addressing_style": "path"}))
            return self._session.create_client(service, region_name=region, config=config)
        if service == "s3control" and self._is_custom(client) and _is_nameless(client.meta.endpoint_url):
            client.meta.events.register("before-sign.s3-control", _without_account)
        return client

    def _is_custom(self, client: Any) -> bool:
        host = urlsplit(client.meta.endpoint_url).hostname or ""
        return not host.endswith(self._suffixes())

    def _suffixes(self) -> tuple[str, ...]:
        resolver = self._session.get_component("endpoint_resolver")
        partitions = resolver.get_available_partitions()
        named = (resolver.get_partition_dns_suffix(name) for name in partitions)
        return tuple(f".{suffix}" for suffix in (*named, "api.aws", "api.amazonwebservices.com.cn") if suffix)


def _config(session: Session, connections: int) -> Config:
    """Retries as the environment or profile asks for; what adapts to throttling is the budget."""
    profile = session.get_scoped_config()
    mode = os.environ.get("AWS_RETRY_MODE") or profile.get("retry_mode") or "standard"
    attempts = os.environ.get("AWS_MAX_ATTEMPTS") or profile.get("max_attempts") or _ATTEMPTS
    return Config(
        retries={"mode": mode, "total_max_attempts": int(attempts)},
        connect_timeout=_CONNECT_SECONDS,
        read_timeout=_READ_SECONDS,
        max_pool_connections=connections,
        user_agent_extra="envsplit",
    )


def _is_nameless(url: str) -> bool:
    """Whether no name can stand in front of the host: an IP address, or localhost."""
    host = urlsplit(url).hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost"
    return True


def _without_account(request: Any, **_: Any) -> None:
    """Take the account id out of the host name, where S3 Control puts it; the header has it too."""
    parts = urlsplit(request.url)
    account, _, host = parts.netloc.partition(".")
    if account.isdigit() and len(account) == 12:  # noqa: PLR2004 - an account id has 12 digits
        request.url = urlunsplit(parts._replace(netloc=host))
