"""The conventions of rules that no linter knows: what each rule consists of, and what its text may say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies" / "rego"
FIXTURES = ROOT / "fixtures" / "rules"
RULES = sorted(folder for folder in (POLICIES / "rules").glob("*/*") if folder.is_dir())
VERDICTS = ("pass", "fail", "unknown")
MAX_CODE_LINES = 60
RAW = re.compile(r"""\.(?:attrs|unknown)\b|\["(?:attrs|unknown)"\]|"(?:attrs|unknown)" *,""")
"""A collected attribute, reached for without lib.value."""

each_rule = pytest.mark.parametrize("folder", RULES, ids=lambda folder: f"{folder.parent.name}/{folder.name}")
each_verdict = pytest.mark.parametrize("verdict", VERDICTS)


def _rule(folder: Path) -> str:
    return (folder / f"{folder.name}.rego").read_text("utf-8")


def _tests(folder: Path) -> list[str]:
    text = (folder / f"{folder.name}_test.rego").read_text("utf-8")
    return re.findall(r"^(test_\w+)", text, re.MULTILINE)


def _code(text: str) -> str:
    """A module without its comments and blank lines."""
    lines = (re.sub(r"#.*$", "", line) if '"' not in line else line for line in text.splitlines())
    return "\n".join(line for line in lines if line.strip() and not line.startswith("#"))


def _providers(folder: Path) -> list[str]:
    found = re.search(r"^#   providers: \[(.+)\]$", _rule(folder), re.MULTILINE)
    assert found, "providers stand on one line of METADATA"
    return found[1].split(", ")


def _documents(folder: Path, verdict: str) -> list[dict[str, dict[str, list[dict[str, str]]]]]:
    place = FIXTURES / folder.parent.name / folder.name
    files = [path for path in place.glob("*.json") if path.stem.split("-")[0] == verdict]
    return [json.loads(path.read_text("utf-8")) for path in files]


def test_there_are_rules() -> None:
    assert len(RULES) >= 9


@each_rule
def test_a_rule_is_two_files(folder: Path) -> None:
    assert sorted(path.name for path in folder.iterdir()) == [
        f"{folder.name}.rego",
        f"{folder.name}_test.rego",
    ]


@each_rule
def test_a_rule_reads_attributes_through_lib_only(folder: Path) -> None:
    raw = re.findall(
        r"""\b\w+(?:\.(?:attrs|unknown)\b|\["(?:attrs|unknown)"\])|"(?:attrs|unknown)" *,""",
        _code(_rule(folder)),
    )
    assert raw == [], "use lib.value: an attribute that was not read is neither true nor false"


@each_rule
def test_a_rule_leaves_the_words_of_verdicts_to_lib(folder: Path) -> None:
    assert re.findall(r'"(?:pass|fail)"', _code(_rule(folder))) == []


@each_rule
def test_a_rule_imports_lib_only(folder: Path) -> None:
    imports = re.findall(r"^import (.+)$", _rule(folder), re.MULTILINE)
    assert imports
    assert [name for name in imports if not name.startswith("data.lib.")] == []
    assert "data." not in re.sub(r"^import .+$", "", _code(_rule(folder)), flags=re.MULTILINE)


@each_rule
def test_a_rule_names_no_provider(folder: Path) -> None:
    assert re.findall(r"\b(?:aws|azure|gcp|arn)\b", _code(_rule(folder))) == []


@each_rule
def test_a_rule_is_short(folder: Path) -> None:
    assert len(_code(_rule(folder)).splitlines()) <= MAX_CODE_LINES


@each_rule
def test_a_rule_is_tested_on_every_verdict(folder: Path) -> None:
    names = _tests(folder)
    assert len(names) >= 4
    assert len(names) == len(set(names))
    assert [
        verdict for verdict in VERDICTS if not any(name.startswith(f"test_{verdict}_") for name in names)
    ] == []


@each_rule
def test_a_rule_about_resources_is_tested_on_a_scope_that_was_not_listed(folder: Path) -> None:
    if "subject.pairs" not in _rule(folder):
        assert [name for name in _tests(folder) if name.startswith("test_unknown_unlisted")]


@each_verdict
@each_rule
def test_a_rule_has_a_fixture_of_every_verdict_and_provider(folder: Path, verdict: str) -> None:
    providers = set()
    for document in _documents(folder, verdict):
        providers |= {item["provider"] for items in document["resources"].values() for item in items}
    assert sorted(set(_providers(folder)) - providers) == []


def test_every_fixture_belongs_to_a_rule() -> None:
    folders = {f"{folder.parent.name}/{folder.name}" for folder in RULES}
    strays = [path for path in FIXTURES.rglob("*") if path.is_file() and _owner(path) not in folders]
    assert strays == []


def _owner(path: Path) -> str:
    known = path.suffix == ".json" and path.stem.split("-")[0] in VERDICTS
    return path.parent.relative_to(FIXTURES).as_posix() if known else ""


@pytest.mark.parametrize("path", sorted((POLICIES / "lib").rglob("*.rego")), ids=lambda path: path.name)
def test_a_library_is_tested_and_knows_no_rule(path: Path) -> None:
    assert "data.rules" not in path.read_text("utf-8")
    if not path.name.endswith("_test.rego"):
        assert path.with_name(f"{path.stem}_test.rego").is_file()


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("not r.attrs.x", True),
        ('r["attrs"].x', True),
        ('object.get(r, "attrs", {})', True),
        ('value.is(r, "x", 1)', False),
    ],
)
def test_the_lint_for_raw_attributes_bites(tmp_path: Path, text: str, found: bool) -> None:
    folder = tmp_path / "sample"
    folder.mkdir()
    (folder / "sample.rego").write_text(f"package x\n\nverdicts contains 1 if {{\n\t{text}\n}}\n", "utf-8")
    if found:
        with pytest.raises(AssertionError):
            test_a_rule_reads_attributes_through_lib_only(folder)
    else:
        test_a_rule_reads_attributes_through_lib_only(folder)
