from __future__ import annotations

import errno
import hashlib
import json
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from scanner.errors import SnapshotError
from scanner.model.snapshot import Record, Scope
from scanner.snapshot import SnapshotWriter, read
from scanner.snapshot import lines as written_lines
from tests.snapshot.conftest import BUCKETS, DEV, GAPS, fill


class BoomError(Exception):
    """Something that goes wrong in a collection."""


PART = "parts/aws/111111111111/global/s3.bucket.jsonl"


def test_the_layout_and_the_canonical_lines(written: Path) -> None:
    files = sorted(str(path.relative_to(written)) for path in written.rglob("*") if path.is_file())
    assert files == [
        "gaps.jsonl",
        "manifest.json",
        "observed/aws/111111111111/global/s3.bucket.jsonl",
        "parts/aws/111111111111/eu-west-1/ec2.vpc.jsonl",
        PART,
    ]
    assert (written / PART).read_text() == (
        '{"data":{"GetBucketPolicy":{"Statement":[{"Sid":"x"},{"Sid":"y"}]},"ListBuckets":{"Name":"a"}},'
        '"id":"arn:aws:s3:::a","kind":"s3.bucket"}\n'
        '{"data":{"ListBuckets":{"Größe":"ü😀","Name":"b"}},"id":"arn:aws:s3:::b","kind":"s3.bucket"}\n'
    )
    assert (written / "parts/aws/111111111111/eu-west-1/ec2.vpc.jsonl").read_bytes() == b""


def test_the_manifest_says_all_there_is(written: Path) -> None:
    manifest = json.loads((written / "manifest.json").read_text())
    assert manifest["schema"] == 1
    assert manifest["tool"] == {"name": "envsplit", "version": "1.2.3"}
    assert manifest["asked"] == [{"provider": "aws", "boundary": "111111111111", "region": "global"}]
    assert manifest["calls"] == {"s3:ListBuckets": 1}
    assert manifest["started"] <= manifest["finished"]
    for file in (manifest["gaps"], *manifest["parts"]):
        text = (written / file["path"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(text).hexdigest()
        assert (file["bytes"], file["lines"]) == (len(text), text.count(b"\n"))
    assert [file["path"] for file in manifest["parts"]] == sorted(file["path"] for file in manifest["parts"])


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_it_is_closed_to_others(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
            fill(writer)
    finally:
        os.umask(before)
    modes = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "s").rglob("*") if p.is_file()}
    directories = {stat.S_IMODE(p.stat().st_mode) for p in (tmp_path / "s").rglob("*") if p.is_dir()}
    assert (modes, directories) == ({0o600}, {0o700})
    assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o700


def test_order_of_arrival_does_not_matter(tmp_path: Path) -> None:
    texts = []
    same_id = [Record(DEV, "k", "one", {"L": {"n": number}}) for number in (2, 1)]
    for records in (same_id, same_id[::-1]):
        with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
            writer.part(DEV, "k", records)
            for gap in GAPS if records is same_id else GAPS[::-1]:
                writer.gap(gap)
        texts.append(
            [
                (tmp_path / "s" / name).read_bytes()
                for name in ("gaps.jsonl", "parts/aws/111111111111/global/k.jsonl")
            ]
        )
    assert texts[0] == texts[1]


def test_what_overlapping_pages_give_twice_is_kept_once(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
        writer.part(DEV, "s3.bucket", [*BUCKETS, *BUCKETS])
        writer.gap(GAPS[0])
        writer.gap(GAPS[0])
    snapshot = read(tmp_path / "s")
    assert (len(snapshot.records), len(snapshot.gaps)) == (2, 1)


def test_threads_may_write_at_once(tmp_path: Path) -> None:
    with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
        threads = [
            threading.Thread(
                target=writer.part, args=(Scope("aws", f"{number:012}", "global"), "s3.bucket", BUCKETS)
            )
            for number in range(20)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(read(tmp_path / "s").records) == 40


@pytest.mark.parametrize("name", ["../../../etc", "a/b", "..", ".", "ü name", "x" * 40, "%2e%2e"])
def test_odd_names_stay_inside_and_come_back(tmp_path: Path, name: str) -> None:
    scope = Scope("kubernetes", name, "global")
    with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
        writer.part(scope, "pods", [Record(scope, "pods", "p", {"list": {}})])
    assert [record.scope for record in read(tmp_path / "s").records] == [scope]
    assert [path.name for path in tmp_path.iterdir()] == ["s"]


class TestWholeOrAbsent:
    @pytest.mark.parametrize("error", [BoomError, KeyboardInterrupt])
    def test_an_exception_leaves_nothing(self, tmp_path: Path, error: type[BaseException]) -> None:
        with pytest.raises(error):
            self._broken(tmp_path / "out" / "s", error)
        assert list((tmp_path / "out").iterdir()) == []

    def test_an_exception_leaves_the_older_snapshot(self, written: Path) -> None:
        before = (written / "manifest.json").read_bytes()
        with pytest.raises(BoomError):
            self._broken(written, BoomError)
        assert (written / "manifest.json").read_bytes() == before
        assert [path.name for path in written.parent.iterdir()] == ["snapshot"]

    def test_a_newer_snapshot_takes_the_place_of_an_older_one(self, written: Path) -> None:
        with SnapshotWriter(written, tool_version="2") as writer:
            writer.part(DEV, "iam.user", [])
            assert len(read(written).records) == 2, "the older one is whole until the end"
        assert {file.name for file in written.rglob("*.jsonl")} == {"gaps.jsonl", "iam.user.jsonl"}
        assert [path.name for path in written.parent.iterdir()] == ["snapshot"]

    def test_an_empty_directory_may_be_used(self, tmp_path: Path) -> None:
        (tmp_path / "s").mkdir()
        with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
            fill(writer)
        assert len(read(tmp_path / "s").records) == 2

    @pytest.mark.parametrize("kind", ["directory", "file"])
    def test_something_else_is_never_replaced(self, tmp_path: Path, kind: str) -> None:
        target = tmp_path / "home"
        mine = target / "thesis.tex" if kind == "directory" else target
        mine.parent.mkdir(exist_ok=True)
        mine.write_text("years of work")
        with (
            pytest.raises(SnapshotError, match="is not a snapshot"),
            SnapshotWriter(target, tool_version="1"),
        ):
            pytest.fail("must not begin")
        assert mine.read_text() == "years of work"

    def test_a_linked_target_keeps_its_link(self, tmp_path: Path, written: Path) -> None:
        link = tmp_path / "latest"
        link.symlink_to(written)
        with SnapshotWriter(link, tool_version="2") as writer:
            writer.part(DEV, "iam.user", [])
        assert link.is_symlink()
        assert (written / "parts/aws/111111111111/global/iam.user.jsonl").exists()

    def test_a_part_twice_is_refused(self, tmp_path: Path) -> None:
        with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
            fill(writer)
            with pytest.raises(SnapshotError, match="twice"):
                fill(writer)

    def test_a_late_thread_cannot_bring_it_back(self, tmp_path: Path) -> None:
        with pytest.raises(BoomError), SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
            raise BoomError
        with pytest.raises(SnapshotError, match="after the snapshot was closed"):
            writer.part(DEV, "s3.bucket", BUCKETS)
        assert list(tmp_path.iterdir()) == []

    @staticmethod
    def _broken(target: Path, error: type[BaseException]) -> None:
        with SnapshotWriter(target, tool_version="1") as writer:
            fill(writer)
            raise error


class TestADiskThatRefuses:
    @pytest.mark.parametrize("at", [PART, "gaps.jsonl", "manifest.json"])
    def test_full_at_any_file(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
        real = os.fdopen

        def full(descriptor: int, *args: Any) -> Any:
            file = real(descriptor, *args)
            if Path(f"/proc/self/fd/{descriptor}").readlink().name == Path(at).name:
                file.close()
                raise OSError(errno.ENOSPC, "No space left on device")
            return file

        monkeypatch.setattr(written_lines.os, "fdopen", full)
        with (
            pytest.raises(SnapshotError, match="No space left on device") as caught,
            SnapshotWriter(tmp_path / "s", tool_version="1") as writer,
        ):
            fill(writer)
        assert "Free some space" in caught.value.hint
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_really_full(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        real = os.open
        monkeypatch.setattr(
            written_lines.os,
            "open",
            lambda path, flags, *mode, **more: (
                real("/dev/full", os.O_WRONLY)
                if "s3.bucket" in str(path)
                else real(path, flags, *mode, **more)
            ),
        )
        with (
            pytest.raises(SnapshotError, match="No space left"),
            SnapshotWriter(tmp_path / "s", tool_version="1") as writer,
        ):
            fill(writer)
        assert list(tmp_path.iterdir()) == []

    def test_a_parent_that_is_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with (
            pytest.raises(SnapshotError, match="could not be written") as caught,
            SnapshotWriter(tmp_path / "file" / "s", tool_version="1"),
        ):
            pytest.fail("must not begin")
        assert "may write to" in caught.value.hint
