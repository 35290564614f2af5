"""The engine on a real OPA: started for the run, or running already."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import orjson
import pytest
import requests

from scanner.errors import EngineError, PolicyError, UsageError
from scanner.evaluate import Catalogue, server
from scanner.evaluate import opa as opa_engine
from scanner.evaluate.embedded import open_embedded
from scanner.evaluate.opa import Opa, open_private, open_remote

pytestmark = pytest.mark.opa
STORE = {"id": "s", "tier": "production", "attrs": {"versioning": "Enabled", "logging": False}, "unknown": {}}
DOCUMENT = orjson.dumps({"rules": ["dat/versioned"], "resources": {"store": [STORE]}, "unlisted": {}})


def process_of(engine: Opa) -> subprocess.Popen[bytes]:
    peer = engine._peers[0]
    assert peer.server is not None
    return peer.server.process


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


def test_gives_the_answer_of_the_embedded_engine(opa: str, catalogue: Catalogue) -> None:
    with open_private(opa, catalogue.sources) as one, open_embedded(catalogue.sources) as other:
        assert one.name == "opa"
        assert one.version.startswith("1.")
        assert one.evaluate(DOCUMENT) == other.evaluate(DOCUMENT) != {}


def test_the_server_is_gone_afterwards_and_its_files_too(
    opa: str, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen: list[int] = []

    def run() -> None:
        with open_private(opa, catalogue.sources) as engine:
            seen.append(process_of(engine).pid)
            (folder,) = tmp_path.glob("envsplit-opa-*")
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()
    assert gone(seen[0])
    assert not list(tmp_path.glob("envsplit-opa-*"))


def test_the_server_is_closed_to_everybody_else(
    opa: str, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with open_private(opa, catalogue.sources) as engine:
        peer = engine._peers[0]
        assert peer.server is not None
        for headers in (
            {},
            {"Authorization": "Bearer guess"},
            {"Authorization": f"Basic {peer.server.token}"},
        ):
            for path in ("/health", "/v1/policies", "/v1/data", "/v1/config", "/metrics"):
                assert requests.get(peer.url + path, headers=headers, timeout=5).status_code == 401
        pid = process_of(engine).pid
        shown = Path(f"/proc/{pid}/cmdline").read_bytes() + Path(f"/proc/{pid}/environ").read_bytes()
        for path in tmp_path.rglob("*"):
            shown += path.read_bytes() if path.is_file() else b""
        assert peer.server.token.encode() not in shown
        assert b"--addr=127.0.0.1:" in shown
        assert b"authz.rego" in shown


def test_the_environment_of_the_server_is_empty(
    opa: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("OPA_LOG_LEVEL", "debug")
    with open_private(opa, catalogue.sources) as engine:
        environ = Path(f"/proc/{process_of(engine).pid}/environ").read_bytes()
        assert {entry.partition(b"=")[0] for entry in environ.split(b"\0")} <= {b"", b"LC_CTYPE"}


def test_netrc_and_proxies_are_not_heeded(
    opa: str, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / ".netrc"
    netrc.write_text("machine 127.0.0.1 login eve password wrong\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with open_private(opa, catalogue.sources) as engine:
        assert engine.evaluate(DOCUMENT)


def test_a_server_that_dies_in_the_middle(opa: str, catalogue: Catalogue) -> None:
    with open_private(opa, catalogue.sources) as engine:
        engine.evaluate(DOCUMENT)
        os.kill(process_of(engine).pid, signal.SIGKILL)
        with pytest.raises(EngineError, match=r"the OPA server died during the run: exit status -9"):
            engine.evaluate(DOCUMENT)


def test_a_server_that_is_too_slow(opa: str, catalogue: Catalogue) -> None:
    with open_private(opa, catalogue.sources, timeout=0.5) as engine:
        pid = process_of(engine).pid
        os.kill(pid, signal.SIGSTOP)
        with pytest.raises(EngineError, match=r"too slow: no answer within 0\.5 s") as caught:
            engine.evaluate(DOCUMENT)
        assert "--only" in caught.value.hint
    assert gone(pid)


def changed(catalogue: Catalogue, old: str, new: str, more: str = "") -> tuple[dict[str, str], int]:
    """The policies with a change to DAT-901, and the line that ``more`` stands in."""
    path = "rules/dat/versioned/versioned.rego"
    text = catalogue.sources[path]
    assert old in text
    text = text.replace(old, new)
    return {**catalogue.sources, path: f"{text}\n{more}\n"}, text.count("\n") + 2


def test_a_bad_value_is_an_error_with_file_and_row_and_not_no_finding(opa: str, catalogue: Catalogue) -> None:
    more = "_t := time.parse_rfc3339_ns(input.as_of)"
    sources, line = changed(catalogue, "\t_applies(r)\n", "\t_applies(r)\n\t_t > 0\n", more)
    with open_private(opa, sources) as engine:
        document = orjson.dumps(orjson.loads(DOCUMENT) | {"as_of": "yesterday"})
        with pytest.raises(
            PolicyError,
            match=rf"^rules/dat/versioned/versioned\.rego:{line}: eval_builtin_error: time\.parse",
        ):
            engine.evaluate(document)


def test_a_conflict_is_an_error_with_file_and_row(opa: str, catalogue: Catalogue) -> None:
    sources, line = changed(
        catalogue, "\t_applies(r)\n", "\t_c == 1\n\t_applies(r)\n", "_c := x if some x in [1, 2]"
    )
    said = rf"versioned\.rego:{line}: eval_conflict_error"
    with open_private(opa, sources) as engine, pytest.raises(PolicyError, match=said):
        engine.evaluate(DOCUMENT)


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ("x := {", "rego_parse_error"),
        ("x := nothing(1)", "rego_type_error: undefined function"),
        ("x := y", "rego_unsafe_var_error"),
    ],
)
def test_policies_that_opa_refuses(opa: str, catalogue: Catalogue, more: str, why: str) -> None:
    sources, line = changed(catalogue, "_wants", "_wants", more)
    with pytest.raises(PolicyError) as caught, open_private(opa, sources):
        pass
    name, _, at = caught.value.what.rpartition(":")
    assert name == "rules/dat/versioned/versioned.rego"
    assert line <= int(at) <= line + 1
    assert why in caught.value.why


def test_a_rule_that_is_not_there_is_left_out_of_the_answer(opa: str, catalogue: Catalogue) -> None:
    with open_private(opa, catalogue.sources) as engine:
        assert engine.evaluate(b'{"rules": ["dat/nothing"]}') == {}


def test_without_the_entry_point_nothing_is_taken_for_an_answer(opa: str) -> None:
    with (
        open_private(opa, {"lib/x/x.rego": "package lib.x\n"}) as engine,
        pytest.raises(
            EngineError, match=r"data\.envsplit\.verdicts is undefined at .*: it answered without a result"
        ),
    ):
        engine.evaluate(DOCUMENT)


def test_a_taken_port_is_given_up_for_another(
    opa: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        first = taken.getsockname()[1]
        ports = iter([first, server._free_port()])
        monkeypatch.setattr(server, "_free_port", lambda: next(ports))
        with open_private(opa, catalogue.sources) as engine:
            assert engine.evaluate(DOCUMENT)
            assert str(first) not in engine._peers[0].url


def test_no_port_at_all(opa: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setattr(server, "_free_port", lambda: taken.getsockname()[1])
        monkeypatch.setattr(opa_engine, "_answers", lambda _: False)
        with pytest.raises(EngineError, match="no free port"), open_private(opa, catalogue.sources):
            pass


@contextlib.contextmanager
def running(opa: str, tmp_path: Path, *arguments: str) -> Iterator[str]:
    """A server that somebody else runs."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [opa, "run", "--server", f"--addr=127.0.0.1:{port}", "--log-level=error", *arguments]
    with subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(500):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.1):
                    break
                time.sleep(0.02)
            yield f"127.0.0.1:{port}"
        finally:
            process.kill()


def test_an_empty_server_is_given_the_policies(opa: str, catalogue: Catalogue, tmp_path: Path) -> None:
    with running(opa, tmp_path) as at, open_remote([f"http://{at}"], catalogue.sources) as engine:
        assert engine.evaluate(DOCUMENT)["dat/versioned"]
        held = requests.get(f"http://{at}/v1/policies", timeout=5).json()["result"]
        assert {module["id"]: module["raw"] for module in held} == {
            f"envsplit/{path}": text for path, text in catalogue.sources.items()
        }


def test_an_earlier_version_is_replaced(opa: str, catalogue: Catalogue, tmp_path: Path) -> None:
    older = {
        path: text.replace("value.is(", "value.was(").replace("is(r", "was(r")
        for path, text in catalogue.sources.items()
    } | {"rules/dat/dropped/dropped.rego": "package rules.dat.dropped\n\nverdicts contains 1\n"}
    with running(opa, tmp_path) as at:
        for sources in (older, catalogue.sources, older, catalogue.sources):
            with open_remote([f"http://{at}"], sources) as engine:
                assert len(engine.evaluate(DOCUMENT)["dat/versioned"]) == 2
        asked = orjson.dumps({"rules": ["dat/dropped"]})
        with open_remote([f"http://{at}"], catalogue.sources) as engine:
            assert engine.evaluate(asked) == {}


def test_a_bundle_of_the_same_policies_is_used_as_it_is(
    opa: str, catalogue: Catalogue, policies: Path, tmp_path: Path
) -> None:
    (policies / "rules/dat/versioned/versioned_test.rego").write_text(
        "package rules.dat.versioned_test\n\ntest_x := true\n"
    )
    with running(opa, tmp_path, "--bundle", str(policies)) as at:
        with open_remote([f"http://{at}"], catalogue.sources) as engine:
            assert engine.evaluate(DOCUMENT)["dat/versioned"]
        held = requests.get(f"http://{at}/v1/policies", timeout=5).json()["result"]
        assert not [module for module in held if module["id"].startswith("envsplit/rules")]


@pytest.mark.parametrize("arguments", [(), ("--bundle",)])
def test_other_policies_of_our_packages_are_an_error(
    opa: str, catalogue: Catalogue, policies: Path, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    (policies / "lib/value/value.rego").write_text(
        catalogue.sources["lib/value/value.rego"] + "\nmore := 1\n"
    )
    with running(opa, tmp_path, *arguments, str(policies)) as at:  # noqa: SIM117 - `at` comes first
        with (
            pytest.raises(EngineError, match="holds other policies"),
            open_remote([f"http://{at}"], catalogue.sources),
        ):
            pass


def test_the_token_comes_from_the_environment(
    opa: str, catalogue: Catalogue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authz = 'package system.authz\n\ndefault allow := false\n\nallow if input.identity == "right"\n'
    (tmp_path / "authz.rego").write_text(authz)
    with running(opa, tmp_path, "--authentication=token", "--authorization=basic", "authz.rego") as at:
        for token in ("", "wrong"):
            monkeypatch.setenv("ENVSPLIT_OPA_TOKEN", token)
            with (
                pytest.raises(EngineError, match=r"refused \(401\)") as caught,
                open_remote([f"http://{at}"], catalogue.sources),
            ):
                pass
            assert "ENVSPLIT_OPA_TOKEN" in caught.value.hint
        monkeypatch.setenv("ENVSPLIT_OPA_TOKEN", "right")
        with open_remote([f"http://{at}"], catalogue.sources) as engine:
            assert engine.evaluate(DOCUMENT)


def test_a_server_over_tls_is_checked_against_the_ca_file(
    opa: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    command = (
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
        " -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out ca.pem"
    )
    made = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("no openssl here")
    with running(opa, tmp_path, "--tls-cert-file=ca.pem", "--tls-private-key-file=key.pem") as at:
        with open_remote([f"https://{at}"], catalogue.sources, ca_file=tmp_path / "ca.pem") as engine:
            assert engine.evaluate(DOCUMENT)
        with (
            pytest.raises(EngineError, match=r"(?i)certificate"),
            open_remote([f"https://{at}"], catalogue.sources),
        ):
            pass


def test_several_servers_share_the_documents(opa: str, catalogue: Catalogue, tmp_path: Path) -> None:
    with (
        running(opa, tmp_path) as one,
        running(opa, tmp_path) as other,
        open_remote([f"http://{one}", f"http://{other}"], catalogue.sources) as engine,
    ):
        assert engine.parallel == 2
        assert engine.evaluate(DOCUMENT) == engine.evaluate(DOCUMENT)


def test_a_policy_that_a_running_server_refuses(opa: str, catalogue: Catalogue, tmp_path: Path) -> None:
    sources, line = changed(catalogue, "_wants", "_wants", "x := nothing(1)")
    with (
        running(opa, tmp_path) as at,
        pytest.raises(PolicyError, match=rf"^rules/dat/versioned/versioned\.rego:{line}: rego_type_error"),
        open_remote([f"http://{at}"], sources),
    ):
        pass


def test_version_0_syntax_is_refused_and_not_rewritten(
    opa: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    sources, _ = changed(catalogue, "_wants", "_wants", "x { input.y }")
    with running(opa, tmp_path) as at:  # noqa: SIM117 - `at` comes first
        with pytest.raises(PolicyError, match="rego_parse_error"), open_remote([f"http://{at}"], sources):
            pass


def test_usage_errors_leave_nothing_open(catalogue: Catalogue, opa: str) -> None:
    assert opa
    with pytest.raises(UsageError), open_remote(["ftp://x"], catalogue.sources):
        pass


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_nothing_of_ours_is_still_running() -> None:
    """Runs last in this file: every server above was killed and reaped."""
    ours = [
        path for path in Path("/proc").glob("[0-9]*/stat")
        if path.exists() and path.read_text().rpartition(")")[2].split()[1] == str(os.getpid())
    ]  # fmt: skip
    assert ours == []
