"""Files that cannot be read at all, and files with nothing in them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from scanner.config import load, parse
from scanner.errors import ConfigError


def test_a_sound_file_knows_where_it_lies(tmp_path: Path, sound: str) -> None:
    file = tmp_path / "envsplit.yaml"
    file.write_text(sound, encoding="utf-8")
    assert load(file).path == str(file)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no environment file") as caught:
        load(tmp_path / "absent.yaml")
    assert "examples/envsplit.yaml" in caught.value.hint


def test_a_folder_for_a_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot read .*directory") as caught:
        load(tmp_path)
    assert caught.value.hint


def test_a_file_below_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot read .*: Not a directory"):
        load(tmp_path / "file" / "envsplit.yaml")


def test_a_file_of_other_bytes(tmp_path: Path) -> None:
    file = tmp_path / "envsplit.yaml"
    file.write_bytes(b"version: 1\nenvironments:\n  \xff\xfe: {}\n")
    with pytest.raises(ConfigError, match="is not UTF-8: line 3 holds bytes") as caught:
        load(file)
    assert caught.value.hint == "save it as UTF-8"


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "null\n", "~"])
def test_an_empty_file(text: str) -> None:
    with pytest.raises(ConfigError, match=r"e\.yaml is empty") as caught:
        parse(text, "e.yaml")
    assert "examples/envsplit.yaml" in caught.value.hint


@pytest.mark.parametrize("text", ["- a\n- b\n", "just words", "12", "[]"])
def test_a_file_that_is_no_mapping(text: str) -> None:
    with pytest.raises(
        ConfigError, match=r"e\.yaml:1:1 must be a mapping \(version: 1, environments: \.\.\.\)"
    ):
        parse(text, "e.yaml")


def test_importing_is_light() -> None:
    """Neither the YAML reader nor any cloud SDK comes with the import."""
    code = "import sys, scanner.config; print({'ruamel.yaml', 'boto3', 'typer'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
