"""scripts/get_tools.py: what it takes, what it refuses, and that it says so."""

from __future__ import annotations

import hashlib
import importlib.util
import platform
import sys
from pathlib import Path
from types import ModuleType

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "get_tools.py"


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script, on a machine with nothing on its path."""
    spec = importlib.util.spec_from_file_location("get_tools", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "get_tools", module)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "BIN", tmp_path / "tools")
    monkeypatch.setenv("PATH", str(tmp_path / "path"))
    monkeypatch.delenv("ENVSPLIT_REQUIRE_OPA", raising=False)
    (tmp_path / "path").mkdir()
    return module


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def release(script: ModuleType, tmp_path: Path, text: str, sha256: str | None = None) -> None:
    """Make an official release of opa for this machine, of a program of ours."""
    made = program(tmp_path / "release" / "opa", text)
    machine = (platform.system().lower(), platform.machine().lower())
    digest = sha256 or hashlib.sha256(made.read_bytes()).hexdigest()
    script.TOOLS[0].releases.clear()
    script.TOOLS[0].releases[machine] = (made.as_uri(), digest)


OPA = "echo 'Version: 1.20.2'"


@pytest.mark.parametrize("where", ["path", "tools"])
def test_takes_what_is_there(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], where: str
) -> None:
    made = program(tmp_path / where / "opa", OPA)
    program(tmp_path / "path" / "regal", "echo 'Version:       unknown'")
    assert script.main() == 0
    said = capsys.readouterr().out
    assert f"opa: 1.20.2 at {made}" in said
    assert "regal: some version at" in said


def test_downloads_what_has_the_right_hash(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    release(script, tmp_path, OPA)
    assert script.get(script.TOOLS[0]) == tmp_path / "tools" / "opa"
    assert "opa: not built, there is no Go" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "tools").iterdir()] == ["opa"]


def test_refuses_what_has_not(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    release(script, tmp_path, OPA, sha256="0" * 64)
    assert script.main() == 0
    said = capsys.readouterr().out
    assert "opa: REFUSED, its SHA-256 is" in said
    assert "opa: NOT THERE" in said
    assert not list((tmp_path / "tools").iterdir())
    monkeypatch.setenv("ENVSPLIT_REQUIRE_OPA", "1")
    assert script.main() == 1


def test_says_aloud_when_no_hash_is_known(
    script: ModuleType, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ENVSPLIT_REQUIRE_OPA", "1")
    monkeypatch.setattr(platform, "machine", lambda: "mips")
    assert script.main() == 1
    said = capsys.readouterr().out
    assert "opa: not downloaded, no SHA-256 of a release for" in said
    assert "regal: not downloaded, no SHA-256 of a release for" in said


@pytest.mark.parametrize("text", ["echo 'Version: 1.19.9'", "echo hello", "exit 3"])
def test_an_unfit_program_on_the_path_is_passed_over(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str
) -> None:
    program(tmp_path / "path" / "opa", text)
    release(script, tmp_path, OPA)
    assert script.get(script.TOOLS[0]) == tmp_path / "tools" / "opa"
    assert "is not used" in capsys.readouterr().out


def test_a_failing_build_is_quoted_and_the_release_taken(
    script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    program(tmp_path / "path" / "go", "[ $1 = env ] && exit 0; echo 'go.mod requires go >= 1.26' >&2; exit 1")
    release(script, tmp_path, OPA)
    assert script.get(script.TOOLS[0]) == tmp_path / "tools" / "opa"
    assert "opa: go build failed: go.mod requires go >= 1.26" in capsys.readouterr().out


def test_builds_with_go(script: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    opa = "printf '#!/bin/sh\\necho Version: 1.20.2\\n' > $4; /bin/chmod +x $4"
    program(tmp_path / "path" / "go", f"[ $1 = env ] && exit 0; {opa}")
    assert script.get(script.TOOLS[0]) == tmp_path / "tools" / "opa"
    assert "building it from tools/go.mod" in capsys.readouterr().out


def test_the_pins_are_the_ones_of_go_mod(script: ModuleType) -> None:
    pinned = (SCRIPT.parents[1] / "tools" / "go.mod").read_text()
    for url, sha256 in script.TOOLS[0].releases.values():
        assert f"{script.TOOLS[0].module} {url.split('/')[-2]} " in pinned
        assert len(bytes.fromhex(sha256)) == 32
