from __future__ import annotations

import stat
from pathlib import Path

import pytest

from scanner.errors import EngineError, PolicyError, UsageError
from scanner.evaluate import Catalogue, open_engine


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A path without any opa on it."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.delenv("ENVSPLIT_OPA", raising=False)
    (tmp_path / "bin").mkdir()
    return tmp_path / "bin"


def program(path: Path, text: str) -> str:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_auto_without_opa_is_embedded(nowhere: Path, policies: Path) -> None:
    assert nowhere
    with open_engine("auto", policies) as engine:
        assert engine.name == "embedded"


@pytest.mark.opa
def test_auto_with_opa_is_opa(opa: str, policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(Path(opa).parent))
    with open_engine("auto", policies) as engine:
        assert engine.name == "opa"


@pytest.mark.opa
def test_the_variable_outdoes_the_path(
    opa: str, nowhere: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(nowhere / "opa", "exit 1")
    monkeypatch.setenv("ENVSPLIT_OPA", opa)
    with open_engine("auto", catalogue) as engine:
        assert engine.name == "opa"


@pytest.mark.opa
def test_embedded_is_taken_when_asked_for(
    opa: str, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVSPLIT_OPA", opa)
    with open_engine("embedded", catalogue, parallel=3) as engine:
        assert (engine.name, engine.parallel) == ("embedded", 3)


def test_auto_with_a_url_does_not_fall_back(nowhere: Path, catalogue: Catalogue) -> None:
    assert nowhere
    url = "http://127.0.0.1:1"
    with (
        pytest.raises(EngineError, match="no answer from OPA"),
        open_engine("auto", catalogue, opa_urls=[url]),
    ):
        pass


def test_opa_asked_for_and_not_there(nowhere: Path, catalogue: Catalogue) -> None:
    assert nowhere
    with pytest.raises(EngineError, match="no opa on the path") as caught, open_engine("opa", catalogue):
        pass
    assert "--engine embedded" in caught.value.hint


def test_a_variable_that_names_nothing(
    nowhere: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVSPLIT_OPA", str(nowhere / "missing"))
    with pytest.raises(EngineError, match="ENVSPLIT_OPA names no program"), open_engine("auto", catalogue):
        pass


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("echo 'Version: 1.19.4'", r"OPA 1\.19\.4 at .* is too old: 1\.20 is needed"),
        ("echo 'Version: 0.68.0'", "is too old"),
        ("echo hello", "is not OPA"),
        ("exit 1", "is not OPA"),
        ("if [ $1 = version ]; then echo 'Version: 1.20.2'; else echo boom >&2; exit 2; fi",
         "OPA did not start: exit status 2; boom"),
    ],
)  # fmt: skip
def test_binaries_that_cannot_be_used(nowhere: Path, catalogue: Catalogue, text: str, message: str) -> None:
    program(nowhere / "opa", text)
    with pytest.raises(EngineError, match=message) as caught, open_engine("opa", catalogue):
        pass
    assert "install OPA 1.20" in caught.value.hint


def test_a_binary_that_never_answers(
    nowhere: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(nowhere / "opa", "if [ $1 = version ]; then echo 'Version: 1.20.2'; else exec /bin/sleep 30; fi")
    monkeypatch.setattr("scanner.evaluate.server.START", 0.5)
    with (
        pytest.raises(EngineError, match=r"OPA did not start: no answer within 0\.5 s"),
        open_engine("opa", catalogue),
    ):
        pass


def test_options_that_do_not_fit(catalogue: Catalogue) -> None:
    with pytest.raises(UsageError, match="no engine wasm"), open_engine("wasm", catalogue):
        pass
    urls = ["http://127.0.0.1:1"]
    with (
        pytest.raises(UsageError, match="takes no OPA URL"),
        open_engine("embedded", catalogue, opa_urls=urls),
    ):
        pass


def test_a_refused_function_is_found_before_any_engine_starts(policies: Path, nowhere: Path) -> None:
    assert nowhere
    path = policies / "lib/value/value.rego"
    path.write_text(path.read_text() + "\nx := opa.runtime()\n")
    with pytest.raises(PolicyError, match=r"opa\.runtime is not allowed"), open_engine("opa", policies):
        pass
