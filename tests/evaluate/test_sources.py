from __future__ import annotations

import os
from pathlib import Path

import pytest

from scanner.errors import PolicyError
from scanner.evaluate import sources
from scanner.evaluate.sources import read_sources


def test_reads_modules_sorted_and_leaves_tests_and_other_files_alone(policies: Path) -> None:
    (policies / "rules/dat/versioned/versioned_test.rego").write_text("package whatever")
    (policies / "README.md").write_text("# hello")
    (policies / ".manifest").write_text("{}")
    assert list(read_sources(policies)) == [
        "envsplit/envsplit.rego",
        "lib/value/value.rego",
        "rules/dat/versioned/versioned.rego",
        "rules/iso/paths/paths.rego",
    ]


def test_missing_directory(tmp_path: Path) -> None:
    with pytest.raises(PolicyError, match="no policy directory at"):
        read_sources(tmp_path / "nowhere")


def test_missing_entry_point(policies: Path) -> None:
    (policies / "envsplit/envsplit.rego").unlink()
    with pytest.raises(PolicyError, match=r"envsplit/envsplit\.rego is missing"):
        read_sources(policies)


@pytest.mark.parametrize("target", ["lib/value/value.rego", "lib"])
def test_symlinks_are_refused(policies: Path, target: str) -> None:
    (policies / "rules" / "link").symlink_to(policies / target)
    with pytest.raises(PolicyError, match="is a symbolic link"):
        read_sources(policies)


def test_a_link_to_a_secret_outside_is_refused(policies: Path, versioned: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.rego"
    secret.write_text(versioned.read_text())
    versioned.unlink()
    versioned.symlink_to(secret)
    with pytest.raises(PolicyError, match="is a symbolic link"):
        read_sources(policies)


def test_a_pipe_is_refused_and_not_waited_for(policies: Path, versioned: Path) -> None:
    versioned.unlink()
    os.mkfifo(versioned)
    with pytest.raises(PolicyError, match="is not a regular file"):
        read_sources(policies)


def test_large_files_are_refused(policies: Path, versioned: Path) -> None:
    versioned.write_text(versioned.read_text() + "#\n" * sources.MAX_BYTES)
    with pytest.raises(PolicyError, match=r"versioned\.rego: \d+ bytes: a policy file has at most"):
        read_sources(policies)


def test_many_files_are_refused(policies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    with pytest.raises(PolicyError, match="more than 3 policy files"):
        read_sources(policies)


def test_long_lines_are_refused_with_their_number(policies: Path, versioned: Path) -> None:
    lines = versioned.read_text().count("\n")
    versioned.write_text(versioned.read_text() + "# " + "x" * 2000)
    with pytest.raises(PolicyError, match=rf"versioned\.rego:{lines + 1}: 2002 columns"):
        read_sources(policies)


def test_byte_order_mark_and_other_encodings_are_refused(policies: Path, versioned: Path) -> None:
    text = versioned.read_text()
    versioned.write_text("\ufeff" + text)
    with pytest.raises(PolicyError, match="byte order mark"):
        read_sources(policies)
    versioned.write_bytes(text.encode() + b"# \xff")
    with pytest.raises(PolicyError, match="not UTF-8"):
        read_sources(policies)


@pytest.mark.parametrize("name", ["data.json", "lib/data.yaml", "rules/dat/versioned/data.yml"])
def test_data_files_are_refused(policies: Path, name: str) -> None:
    (policies / name).write_text("{}")
    with pytest.raises(PolicyError, match="data files are not read"):
        read_sources(policies)


@pytest.mark.parametrize(
    "name",
    ["extra.rego", "rules/x.rego", "rules/dat/versioned/helper.rego", "lib/value.rego", "rules/Dat/x/x.rego"],
)
def test_files_outside_the_layout_are_refused(policies: Path, name: str) -> None:
    (policies / name).parent.mkdir(parents=True, exist_ok=True)
    (policies / name).write_text("package x\n")
    with pytest.raises(PolicyError, match="has no place here"):
        read_sources(policies)


@pytest.mark.parametrize(
    "package",
    [
        "system.authz",
        "rules.dat.other",
        'rules["dat"].versioned',
        "rules.dat.versioned.x",
        'rules.dat.versioned["x"]',
    ],
)
def test_a_package_that_is_not_its_path_is_refused(policies: Path, versioned: Path, package: str) -> None:
    versioned.write_text(versioned.read_text().replace("package rules.dat.versioned", f"package {package}"))
    with pytest.raises(PolicyError, match=r"versioned\.rego:\d+: package is") as caught:
        read_sources(policies)
    assert caught.value.hint == "write: package rules.dat.versioned"


def test_an_empty_module_is_refused(policies: Path, versioned: Path) -> None:
    versioned.write_text("")
    with pytest.raises(PolicyError, match="package is missing"):
        read_sources(policies)
