"""One OPA server, spoken to through opa-python-client.

API: https://www.openpolicyagent.org/docs/rest-api. The client's defaults are wrong for us: 1.5 s
for every call, retries, ``rego_compat`` (rewrites a refused policy and uploads that), netrc and
proxy variables, redirects, a missing ``result`` that looks like an empty one, and error texts that
leave out file and row. Each is dealt with here.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from opa_client.errors import RegoParseError
from opa_client.opa import OpaClient

from scanner.errors import EngineError, PolicyError, UsageError
from scanner.evaluate.engine import QUERY
from scanner.evaluate.server import Server, check_version

TOKEN = "ENVSPLIT_OPA_TOKEN"
"""Environment variable with the bearer token for servers named by URL."""
PREFIX = "envsplit/"
"""What the ids of modules start with that we upload."""
_OURS = {"envsplit", "lib", "rules"}
_STRICT = {"strict-builtin-errors": "true"}
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Peer:
    """A server at ``url``; ``server`` is its process if it is our own.

    Every method raises `EngineError` if it does not answer within ``timeout`` seconds, refuses, or
    died, and `PolicyError` where OPA blames a policy.
    """

    def __init__(
        self,
        url: str,
        *,
        token: str | None = None,
        timeout: float,
        ca_file: Path | None = None,
        server: Server | None = None,
    ) -> None:
        self.url = url
        self.server = server
        self._timeout = timeout
        host, port, secure = _address(url, token)
        self._client = OpaClient(host=host, port=port, ssl=secure, token=token, retries=0, timeout=timeout)
        self._session = self._client._session  # noqa: SLF001 - the client has no option for what follows
        self._session.trust_env = False
        self._session.verify = str(ca_file) if ca_file else True
        self._session.max_redirects = 0

    def healthy(self) -> bool:
        """Whether it answers at all, and to our token."""
        return bool(self._client.check_health())

    def query(self, document: Any) -> Mapping[str, Any]:
        """The entry point's value for a document."""
        try:
            answer = self._client.query_rule(document, "envsplit.verdicts", query_params=_STRICT)
        except requests.RequestException as error:
            raise self._failed(error) from error
        if not isinstance(answer, dict) or "result" not in answer:
            why = "it answered without a result"
            raise EngineError(
                f"{QUERY} is undefined at {self.url}", why=why, hint="were its policies changed?"
            )
        if not isinstance(answer["result"], dict):
            raise PolicyError(
                f"{QUERY} is not an object", hint="is envsplit/envsplit.rego the one that was shipped?"
            )
        return answer["result"]

    def version(self) -> str:
        """OPA's version, checked to be new enough."""
        try:
            labels = self._client.get_config()["result"]["labels"]
            version = str(labels["version"])
        except requests.RequestException as error:
            raise self._failed(error) from error
        except (KeyError, TypeError) as error:
            raise EngineError(f"{self.url} is not an OPA server", why="its config has no version") from error
        return check_version(version, self.url)

    def provide(self, sources: Mapping[str, str]) -> None:
        """Have the server hold exactly our modules of our packages.

        One that does (from a bundle, say) is only read. Else what an earlier version left under
        `PREFIX` is removed and ours are uploaded; modules under other ids are not touched, and are
        an error if they are of our packages.
        """
        wanted = sorted(sources.values())
        held = self._modules()
        if sorted(held.values()) == wanted:
            return
        if others := [name for name in held if not name.startswith(PREFIX)]:
            raise EngineError(
                f"OPA at {self.url} holds other policies of the packages {', '.join(sorted(_OURS))}",
                why=f"{others[0]}, and {len(others) - 1} more",
                hint="remove them, or give envsplit a server of its own",
            )
        stale = {name: name for name in held}
        self._settle(stale, lambda name, _: self._delete(name))
        modules = {PREFIX + path: text for path, text in sources.items()}
        self._settle(modules, self._upload)
        if sorted(self._modules().values()) != wanted:
            raise EngineError(
                f"OPA at {self.url} is given other policies meanwhile", hint="is another run using it?"
            )

    def close(self) -> None:
        """Close its connections, and kill it if it is our own."""
        if self.server is not None:
            self.server.process.kill()
        self._client.close_connection()

    def _modules(self) -> dict[str, str]:
        """Id -> text of the modules of our packages, tests left out."""
        try:
            response = self._session.get(f"{self._client.root_url}/policies", timeout=self._timeout)
            response.raise_for_status()
            found = response.json()["result"]
        except requests.RequestException as error:
            raise self._failed(error) from error
        held = {}
        for module in found:
            path = [str(term["value"]) for term in module["ast"]["package"]["path"]]
            if len(path) > 1 and path[1] in _OURS and not path[-1].endswith("_test"):
                held[module["id"]] = module["raw"]
        return held

    def _settle(self, items: Mapping[str, str], act: Any) -> None:
        """Do something to every module; OPA compiles each time, so some have to wait for others."""
        todo = dict(items)
        while todo:
            refused: RegoParseError | None = None
            for name, text in list(todo.items()):
                try:
                    act(name, text)
                except requests.RequestException as error:
                    raise self._failed(error) from error
                except RegoParseError as error:
                    refused = error
                else:
                    del todo[name]
            if refused is not None and len(todo) == len(items):
                raise self._rejected(refused) from refused
            items = dict(todo)

    def _upload(self, name: str, text: str) -> None:
        self._client.update_policy_from_string(text, name, rego_compat=False)

    def _delete(self, name: str) -> None:
        response = self._session.delete(f"{self._client.root_url}/policies/{name}", timeout=self._timeout)
        if response.status_code == HTTPStatus.BAD_REQUEST:
            body = response.json()
            raise RegoParseError(body.get("code"), body.get("message"), body.get("errors"))
        response.raise_for_status()

    def _failed(self, error: requests.RequestException) -> EngineError | PolicyError:
        """What a failed request means."""
        if error.response is not None and error.response.status_code >= HTTPStatus.BAD_REQUEST:
            return self._refused(error.response)
        if self.server is not None and (end := _end(self.server)) is not None:
            return EngineError(
                "the OPA server died during the run", why=end, hint="it may have run out of memory"
            )
        if isinstance(error, requests.Timeout):
            return EngineError(
                f"OPA at {self.url} is too slow",
                why=f"no answer within {self._timeout:g} s",
                hint="raise the time limit, select fewer rules with --only, or give more servers",
            )
        return EngineError(
            f"no answer from OPA at {self.url}", why=_reason(error), hint="is it running, and OPA?"
        )

    def _refused(self, response: requests.Response) -> EngineError | PolicyError:
        try:
            body = response.json()
        except ValueError:
            body = None
        body = body if isinstance(body, dict) else {"message": response.text[:200]}
        said = str(body.get("message", ""))
        if response.status_code in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
            hint = f"set {TOKEN} to a token that may do this"
            return EngineError(f"OPA at {self.url} refused ({response.status_code})", why=said, hint=hint)
        return blamed(body.get("errors")) or EngineError(
            f"OPA at {self.url} failed ({response.status_code})", why=said
        )

    def _rejected(self, error: RegoParseError) -> EngineError | PolicyError:
        """What a module that was not taken means."""
        hint = f"does the token of {TOKEN} allow uploads, and does no bundle own these packages?"
        what = f"OPA at {self.url} did not take the policies"
        return blamed(error.errors) or EngineError(what, why=str(error.message), hint=hint)


def blamed(errors: Any) -> PolicyError | None:
    """The first of OPA's ``errors[]`` that names a file and a row, as an error of that policy."""
    for found in errors or ():
        place = found.get("location") or {}
        if place.get("file"):
            file = str(place["file"]).removeprefix(PREFIX)
            why = f"{found.get('code', 'error')}: {found.get('message', '')}"
            return PolicyError(f"{file}:{place.get('row', 0)}", why=why, hint="OPA blames this line")
    return None


def _address(url: str, token: str | None) -> tuple[str, int, bool]:
    """Host, port and whether TLS is spoken; raises `UsageError` for what cannot be meant."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError as error:
        raise UsageError(f"{url}: no such port") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise UsageError(f"{url} is not an http or https URL")
    if parts.path not in {"", "/"} or parts.query or parts.fragment or parts.username or parts.password:
        raise UsageError(
            "the URL of an OPA server has scheme, host and port alone", hint=f"a token goes into {TOKEN}"
        )
    secure = parts.scheme == "https"
    if not secure and token and parts.hostname not in _LOOPBACK:
        raise UsageError(f"{url} would take the token in the clear", hint="use https")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return host, port or (443 if secure else 80), secure


def _end(server: Server) -> str | None:
    """How a server of our own ended; a moment is given for its end to be seen."""
    for _ in range(20):
        if (end := server.died()) is not None:
            return end
        time.sleep(0.01)
    return None


def _reason(error: requests.RequestException) -> str:
    """The innermost reason: it names the trouble, and not the machinery around it."""
    inner: BaseException = error
    while (deeper := inner.__cause__ or inner.__context__) is not None:
        inner = deeper
    return str(inner)
