"""YAML in, a tree with positions out; what an environment file has no use for is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scanner.config import EnvironmentFile, load, parse
from scanner.config.document import Lines
from scanner.config.reading import read
from scanner.config.scalars import meaning
from scanner.errors import ConfigError

Told = Callable[..., list[str]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("null", None),
        ("~", None),
        ("true", True),
        ("FALSE", False),
        ("yes", "yes"),
        ("On", "On"),
        ("12", 12),
        ("-7", -7),
        ("012", 12),
        ("0o17", 15),
        ("0x1F", 31),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("2026-11-01", "2026-11-01"),
        ("12:30:00", "12:30:00"),
        ("9" * 5000, "9" * 5000),
        ("=", "="),
        ("<<", "<<"),
    ],
)
def test_plain_scalars_mean_what_yaml_12_says(text: str, value: object) -> None:
    assert meaning(text) == value
    assert type(meaning(text)) is type(value)


def test_quoted_scalars_are_text() -> None:
    root, mistakes = read("""["1", 'true', ""]""")
    assert root is not None
    assert root.plain() == ["1", "true", ""]
    assert mistakes == []


def test_positions_are_those_of_the_keys(config: EnvironmentFile) -> None:
    positions = config.positions
    assert positions["version"] == (1, 1, 8)
    assert positions["environments"] == (2, 1, 13)
    assert positions["environments.prod"] == (7, 3, 7)
    assert positions["environments.dev.match.aws.accounts"] == (6, 19, 27)
    assert positions["services.ci"] == (14, 3, 5)
    assert positions["people.ana"] == (30, 3, 6)
    assert positions["attestations.0"] == (32, 5, 28)
    assert positions["sources.aws"] == (39, 3, 6)


def test_a_flow_has_a_position_by_index_and_by_name(config: EnvironmentFile) -> None:
    assert config.positions["flows.0"] == (21, 5, 25)
    assert config.positions["flows.promote-models"] == (21, 11, 25)


def test_every_position_points_at_its_key(config: EnvironmentFile, sound: str) -> None:
    lines = sound.splitlines()
    for key, (line, column, end) in config.positions.items():
        last = key.rpartition(".")[2]
        if not last.isdigit():
            assert lines[line - 1][column - 1 : end - 1] == last, key


def test_a_key_that_is_not_written_has_the_position_of_the_one_above(config: EnvironmentFile) -> None:
    assert config.position("environments.prod.keys.max_age") == config.positions["environments.prod"]
    assert config.position("flows.promote-models.access") == config.positions["flows.promote-models"]
    assert config.position("coverage.minimum") == (1, 1, 2)


def test_columns_count_utf16_units_as_sarif_does() -> None:
    root, _ = read('{"😀😀": {é: 1}, k: 2}')
    assert root is not None
    assert {path[-1]: (mark.column, mark.end) for path, mark in root.marks()} == {
        "😀😀": (2, 8),
        "é": (11, 12),
        "k": (18, 19),
    }


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_as_editors_end_them(sound: str, end: str) -> None:
    config = parse(sound.replace("\n", end), "envsplit.yaml")
    assert config.position("sources.aws") == (39, 3, 6)


def test_other_separators_do_not_end_a_line() -> None:
    lines = Lines("# a\u2028b\x85c\nkey: 1")
    assert lines.mark(8, 11).line == 2


def test_a_byte_order_mark_moves_nothing(tmp_path: Path, sound: str) -> None:
    file = tmp_path / "envsplit.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + sound.encode())
    assert load(file).position("version") == (1, 1, 8)
    assert parse("\ufeff" + sound, "envsplit.yaml").position("version") == (1, 1, 8)


US = """\
  prod-us:
    <<: *prod
    group: *group
    match: {aws: {accounts: ["444444444444"]}}
"""


def test_anchors_aliases_and_merge_keys_work(sound: str) -> None:
    text = sound.replace("  prod:\n", "  prod: &prod\n    group: &group production\n")
    text = text.replace("services:\n", US + "services:\n")
    config = parse(text, "envsplit.yaml")
    assert config.environments["prod-us"].tier == "production"
    assert config.environments["prod-us"].match.aws.accounts == ("444444444444",)
    assert config.position("environments.prod-us.tier") == (9, 5, 9)
    assert config.position("environments.prod-us.match") == (17, 5, 10)


def test_the_first_of_several_merged_mappings_wins() -> None:
    root, mistakes = read("a: &a {x: 1, y: 1}\nb: &b {x: 2, z: 2}\nc: {<<: [*a, *b], y: 3}")
    assert root is not None
    assert root.plain()["c"] == {"x": 1, "z": 2, "y": 3}
    assert mistakes == []


REFUSED = {
    "tag": (
        "a: !!python/object:os.system 1",
        "1:4 a: tags (!...) are not allowed",
    ),
    "local tag": ("a: !x {b: 1}", "1:4 a: tags (!...) are not allowed"),
    "two documents": (
        "a: 1\n---\nb: 2",
        "3:1 a second document starts here; an environment file is one document",
    ),
    "duplicate key": ("a: 1\n'a': 2", "2:1 a: 'a' is given twice, first in line 1"),
    "duplicate merge of text": ("a: {<<: 1}", "1:5 a.<<: << takes a mapping or a list of mappings"),
    "list as key": ("[1]: 2", "1:1 a key must be plain text"),
    "unknown alias": ("a: *b", "1:4 a: no anchor &b above"),
    "alias that holds itself": ("a: &a [*a]", "1:8 a.0: *a holds itself"),
    "deep nesting": ("[" * 40 + "]" * 40, ": nested deeper than 32 levels"),
    "very deep nesting": ("[" * 100_000, ": nested deeper than 32 levels"),
    "old version": ("%YAML 1.1\n---\na: 1", "write YAML 1.2 (leave the %YAML line out)"),
    "tab": ("a:\n\tb: 1", "2:1 not YAML: "),
    "unclosed": ('a: "b', "1:6 not YAML: "),
    "half a character": ('a: "\\ud800"', "1:4 a: holds half of a surrogate pair, which is no character"),
    "no character at all": ('a: "\\U00110000"', "not YAML: "),
    "control character": ("a: \x07", "not YAML: special characters are not allowed"),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_what_a_file_has_no_use_for_is_refused(text: str, expected: str) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(text, "e.yaml")
    lines = [line.removeprefix("e.yaml:") for line in caught.value.why.splitlines()]
    assert any(expected in line for line in lines), lines


def test_aliases_that_run_away_are_stopped() -> None:
    """Written out they are ten thousand million values: that this ends is the test."""
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 10)
    )
    with pytest.raises(ConfigError, match="more than 100000 values, aliases written out"):
        parse(bomb, "e.yaml")


def test_aliases_cannot_nest_deeper_than_text_can() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 60))
    with pytest.raises(ConfigError, match="nested deeper than 32 levels"):
        parse(chain, "e.yaml")


def test_a_file_beyond_the_limit_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "big.yaml"
    file.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    with pytest.raises(ConfigError, match="larger than 4 MiB"):
        load(file)
    with pytest.raises(ConfigError, match="larger than 4 MiB"):
        parse("é" * (2 * 1024 * 1024 + 1), "e.yaml")


def test_a_long_line_reads_as_many_short_ones_do() -> None:
    items = [f"k{number}: 😀" for number in range(300)]
    long, mistakes = read("{" + ", ".join(items) + "}")
    short, _ = read("\n".join(items))
    assert long is not None
    assert short is not None
    assert mistakes == []
    assert long.plain() == short.plain() == {item[:-3]: "😀" for item in items}
    columns = [mark.column for mark, _ in long.value.values()]
    units = [len(f"{item}, ".encode("utf-16-le")) // 2 for item in items]
    assert columns == [2 + sum(units[:number]) for number in range(300)]
