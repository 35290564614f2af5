"""The authority: a real OPA server of our own, or several that run already."""

from __future__ import annotations

import os
import queue
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import orjson

from scanner.errors import EngineError
from scanner.evaluate.engine import TIMEOUT
from scanner.evaluate.peer import TOKEN, Peer
from scanner.evaluate.server import Server, binary_version, private_server


class Opa:
    """Engine `opa`: one or several servers that share the documents."""

    name = "opa"

    def __init__(self, peers: Sequence[Peer], version: str) -> None:
        self.version = version
        self.parallel = len(peers)
        self._peers = list(peers)
        self._idle: queue.SimpleQueue[Peer] = queue.SimpleQueue()
        for peer in peers:
            self._idle.put(peer)

    def evaluate(self, document: bytes) -> Mapping[str, list[Any]]:
        """See `scanner.evaluate.engine.Engine`."""
        peer = self._idle.get()
        try:
            return peer.query(orjson.loads(document))
        finally:
            self._idle.put(peer)

    def close(self) -> None:
        """Close all connections, and kill a server of our own."""
        for peer in self._peers:
            peer.close()


@contextmanager
def open_private(binary: str, sources: Mapping[str, str], *, timeout: float = TIMEOUT) -> Iterator[Opa]:
    """The engine on a server started for this run from ``binary``.

    Raises `EngineError` if it is too old or does not start, `PolicyError` if it refuses a policy.
    """
    version = binary_version(binary)
    with private_server(binary, sources, _answers) as server:
        engine = Opa([Peer(server.url, token=server.token, timeout=timeout, server=server)], version)
        try:
            yield engine
        finally:
            engine.close()


@contextmanager
def open_remote(
    urls: Sequence[str], sources: Mapping[str, str], *, ca_file: Path | None = None, timeout: float = TIMEOUT
) -> Iterator[Opa]:
    """The engine on servers that run already, with the token of ``ENVSPLIT_OPA_TOKEN``.

    Raises `EngineError` for one that cannot be used, `UsageError` for a URL that cannot be meant,
    `PolicyError` where a server refuses a policy.
    """
    token = os.environ.get(TOKEN)
    peers: list[Peer] = []
    try:
        peers.extend(Peer(url, token=token, timeout=timeout, ca_file=ca_file) for url in urls)
        versions = {peer.version() for peer in peers}
        if len(versions) > 1:
            raise EngineError(f"OPA servers of different versions: {', '.join(sorted(versions))}")
        for peer in peers:
            peer.provide(sources)
        yield Opa(peers, versions.pop())
    finally:
        for peer in peers:
            peer.close()


def _answers(server: Server) -> bool:
    peer = Peer(server.url, token=server.token, timeout=1.0)
    try:
        return peer.healthy()
    finally:
        peer.close()
