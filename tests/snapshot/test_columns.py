from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.errors import SnapshotError
from scanner.model.snapshot import Source
from scanner.snapshot import columns
from scanner.snapshot.columns import span

PART = "parts/aws/111111111111/global/s3.bucket.jsonl"


def _cited(root: Path, line: int, pointer: str) -> str:
    source = Source(PART, line, pointer)
    start, end = columns(root, [source])[source]
    text = (root / PART).read_text().splitlines()[line - 1]
    units = text.encode("utf-16-le")
    return units[(start - 1) * 2 : (end - 1) * 2].decode("utf-16-le")


@pytest.mark.parametrize(
    ("line", "pointer", "value"),
    [
        (1, "/data/GetBucketPolicy/Statement/1", '{"Sid":"y"}'),
        (1, "/data/GetBucketPolicy/Statement/1/Sid", '"y"'),
        (1, "/id", '"arn:aws:s3:::a"'),
        # After characters of two UTF-16 code units.
        (2, "/data/ListBuckets/Größe", '"ü😀"'),
        (2, "/data/ListBuckets/Name", '"b"'),
        (2, "/kind", '"s3.bucket"'),
        # What is not there: the nearest value around it.
        (2, "/data/GetBucketPolicy/Statement/0", '{"ListBuckets":{"Größe":"ü😀","Name":"b"}}'),
        (1, "/data/GetBucketPolicy/Statement/9", '[{"Sid":"x"},{"Sid":"y"}]'),
        (1, "/data/GetBucketPolicy/Statement/-", '[{"Sid":"x"},{"Sid":"y"}]'),
        (1, "/id/deeper", '"arn:aws:s3:::a"'),
    ],
)
def test_a_pointer_is_cited_by_columns(written: Path, line: int, pointer: str, value: str) -> None:
    assert _cited(written, line, pointer) == value


def test_no_pointer_is_the_whole_line(written: Path) -> None:
    source = Source(PART, 1)
    length = len((written / PART).read_text().splitlines()[0])
    assert columns(written, [source]) == {source: (1, length + 1)}


def test_many_sources_of_many_parts(written: Path) -> None:
    sources = [
        Source(PART, 2, "/id"),
        Source(PART, 1, "/id"),
        Source("gaps.jsonl", 1, "/kind"),
        Source(PART, 1, "/id"),
    ]
    assert columns(written, sources).keys() == set(sources)
    assert columns(written, []) == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        (Source(PART, 3), "no line 3"),
        (Source(PART, 0), "no line 0"),
        (Source("parts/aws/9/global/iam.user.jsonl", 1), "could not be read"),
        (Source("../../etc/passwd", 1), "no part of a snapshot"),
        (Source("manifest.json", 1), "no part of a snapshot"),
        (Source("", 0), "no part of a snapshot"),
    ],
)
def test_what_a_snapshot_does_not_have(written: Path, source: Source, words: str) -> None:
    with pytest.raises(SnapshotError, match=words):
        columns(written, [source])


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def _pointers(value: Any, at: str = "") -> list[tuple[str, Any]]:
    found = [(at, value)] if at else []
    if isinstance(value, dict):
        for key, item in value.items():
            found += _pointers(item, f"{at}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for index, item in enumerate(value):
            found += _pointers(item, f"{at}/{index}")
    return found


@given(_JSON, st.sampled_from([None, 2]))
def test_every_pointer_of_any_json_finds_its_value(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    for pointer, wanted in _pointers(value):
        start, end = span(text, pointer)
        assert json.loads(text[start:end]) == wanted
