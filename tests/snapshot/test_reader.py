from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import SnapshotError
from scanner.model.snapshot import Coverage, Scope, Source
from scanner.snapshot import SnapshotWriter, layout, read
from tests.snapshot.conftest import BUCKETS, DEV, GAPS, UNASKED

PART = "parts/aws/111111111111/global/s3.bucket.jsonl"


def test_everything_comes_back_with_where_it_stands(written: Path) -> None:
    snapshot = read(written)
    assert [(r.id, r.scope, r.kind, r.data, r.observed) for r in snapshot.records] == [
        (r.id, r.scope, r.kind, r.data, r.observed) for r in reversed(BUCKETS)
    ]
    assert [r.source for r in snapshot.records] == [Source(PART, 1), Source(PART, 2)]
    assert snapshot.gaps == tuple(sorted(GAPS))
    assert snapshot.coverage == Coverage((DEV,), (DEV,), (UNASKED,))
    assert snapshot.calls == {"s3:ListBuckets": 1}
    assert snapshot.root == str(written)
    assert snapshot.taken_at == json.loads((written / "manifest.json").read_text())["finished"]


def _manifest(root: Path, change: Callable[[Any], Any]) -> None:
    path = root / "manifest.json"
    found = json.loads(path.read_text())
    path.write_text(json.dumps(change(found) or found))


def _set(**fields: Any) -> Callable[[Path], None]:
    return lambda root: _manifest(root, lambda found: found.update(fields))


def _first(**fields: Any) -> Callable[[Path], None]:
    return lambda root: _manifest(root, lambda found: found["parts"][0].update(fields))


def _twice(root: Path) -> None:
    _manifest(root, lambda found: found["parts"].append(found["parts"][0]))


def _replace(path: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    return lambda root: (root / path).write_bytes((root / path).read_bytes().replace(old, new)) and None


def _link(root: Path) -> None:
    (root / PART).rename(root.parent / "elsewhere")
    (root / PART).symlink_to(root.parent / "elsewhere")


def _link_directory(root: Path) -> None:
    (root / "parts").rename(root.parent / "elsewhere")
    (root / "parts").symlink_to(root.parent / "elsewhere")


def _link_manifest(root: Path) -> None:
    (root / "manifest.json").rename(root.parent / "elsewhere")
    (root / "manifest.json").symlink_to(root.parent / "elsewhere")


DAMAGES: dict[str, tuple[Callable[[Path], Any], str]] = {
    "cut short": (
        lambda root: (root / "manifest.json").unlink(),
        "no whole snapshot: it has no manifest.json",
    ),
    "manifest linked": (_link_manifest, "it has no manifest.json"),
    "manifest not JSON": (
        lambda root: (root / "manifest.json").write_text('{"schema": 1'),
        "manifest.json is damaged",
    ),
    "manifest a list": (lambda root: (root / "manifest.json").write_text("[1]"), "manifest.json is damaged"),
    "no schema": (_set(schema=None), "names no schema"),
    "odd schema": (_set(schema="1"), "names no schema"),
    "true schema": (_set(schema=True), "names no schema"),
    "no parts": (_set(parts=None), "a field is missing"),
    "odd scope": (_set(asked=[{"provider": "aws"}]), "a field is missing"),
    "odd calls": (_set(calls=[1]), "a field is missing"),
    "part twice": (_twice, "names a file twice"),
    "absolute path": (_first(path="/etc/passwd"), "outside the layout: '/etc/passwd'"),
    "path upwards": (_first(path="parts/../../x/y.jsonl"), "outside the layout"),
    "path upwards at depth": (_first(path="parts/aws/../global/y.jsonl"), "outside the layout"),
    "gaps elsewhere": (
        lambda root: _manifest(root, lambda found: found["gaps"].update(path=PART)),
        "outside the layout",
    ),
    "a part missing": (
        lambda root: (root / PART).unlink(),
        f"{PART} is not as it was written: it is missing",
    ),
    "gaps missing": (lambda root: (root / "gaps.jsonl").unlink(), "gaps.jsonl .* it is missing"),
    "a part more": (
        lambda root: (root / "parts/aws/111111111111/global/iam.user.jsonl").write_text(""),
        "iam.user.jsonl .* does not know it",
    ),
    "a file more": (lambda root: (root / ".DS_Store").write_text(""), ".DS_Store .* does not know it"),
    "longer": (_replace(PART, b"\n", b" \n"), f"{PART} .* bytes, not"),
    "altered": (_replace(PART, b'"Sid":"x"', b'"Sid":"z"'), f"{PART} .* SHA-256"),
    "altered gap": (_replace("gaps.jsonl", b"denied", b"failed"), "gaps.jsonl .* SHA-256"),
    "line not JSON": (_replace(PART, b'{"data"', b'["data"'), rf"{PART}:1 .* not JSON"),
    "another kind": (_replace(PART, b'"kind":"s3.bucket"', b'"kind":"s3.packet"'), rf"{PART}:1 .* no record"),
    "odd reason": (_replace("gaps.jsonl", b"denied", b"boring"), r"gaps.jsonl:\d .* no gap"),
    "a linked part": (_link, f"{PART} .* a link"),
    "linked parts": (_link_directory, "parts .* a link"),
    "a pipe": (lambda root: os.mkfifo(root / "parts" / "pipe"), "parts/pipe .* special file"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_every_damage_is_refused_by_name(written: Path, damage: str) -> None:
    how, words = DAMAGES[damage]
    how(written)
    with pytest.raises(SnapshotError, match=words) as caught:
        read(written)
    assert caught.value.hint


def test_a_newer_schema_says_upgrade(written: Path) -> None:
    _set(schema=2, parts="of another shape")(written)
    with pytest.raises(SnapshotError, match="schema 2, and this envsplit reads up to 1") as caught:
        read(written)
    assert "Upgrade" in caught.value.hint


@pytest.mark.parametrize("what", ["nothing", "file"])
def test_what_is_no_directory(tmp_path: Path, what: str) -> None:
    if what == "file":
        (tmp_path / "s").write_text("")
    with pytest.raises(SnapshotError, match="not a snapshot directory"):
        read(tmp_path / "s")


@pytest.mark.parametrize(
    ("limit", "words"),
    [("MAX_LINE", "line 1 is too long"), ("MAX_MANIFEST", "too large"), ("MAX_PART", "bytes")],
)
def test_limits(written: Path, monkeypatch: pytest.MonkeyPatch, limit: str, words: str) -> None:
    monkeypatch.setattr(layout, limit, 20)
    with pytest.raises(SnapshotError, match=words):
        read(written)


def test_what_was_listed_is_told_also_where_nothing_was_found(tmp_path: Path) -> None:
    scope = Scope("aws", "111111111111", "global")
    with SnapshotWriter(tmp_path / "snapshot", tool_version="1") as writer:
        writer.part(scope, "s3.bucket", [])
        writer.coverage([scope], [scope])
    assert read(tmp_path / "snapshot").listed == {("111111111111", "s3.bucket")}
