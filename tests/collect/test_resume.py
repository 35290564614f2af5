from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import orjson
import pytest

from scanner import pipeline
from scanner.collect import call_table
from scanner.errors import SnapshotError
from scanner.snapshot import SnapshotWriter, read
from scanner.snapshot.unfinished import HEADER, JOURNAL
from tests.collect.conftest import collected, config_of, shell
from tests.faults.estate import ROLE, SmallEstate
from tests.faults.faulty_server import FaultyServer

LATE = "s3:GetBucketLogging"
"""The call that the server dawdles at until the collection is killed."""


def _file(estate: SmallEstate, folder: Path, **aws: object) -> Path:
    environments = {
        name: {"tier": tier, "match": {"aws": {"accounts": [account]}}}
        for name, tier, account in (("dev", "nonproduction", estate.dev), ("prod", "production", estate.prod))
    }
    source = {"role": f"arn:aws:iam::{{account}}:role/{ROLE}", "regions": ["eu-west-1"], **aws}
    path = folder / "envsplit.yaml"
    path.write_bytes(orjson.dumps({"version": 1, "environments": environments, "sources": {"aws": source}}))
    return path


def _collect(config: Path, *more: str) -> subprocess.Popen[str]:
    program = "from scanner.cli import main; main()"
    command = [sys.executable, "-c", program, "collect", "-c", str(config), "-o", str(config.parent / "out")]
    return subprocess.Popen([*command, *more], env={**os.environ}, text=True, stderr=subprocess.PIPE)


def _finished(running: subprocess.Popen[str]) -> str:
    said = running.communicate(timeout=240)[1]
    assert running.returncode == 0, said
    return said


def _parts(snapshot: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(snapshot)): path.read_bytes()
        for path in snapshot.rglob("*.jsonl")
        if path.relative_to(snapshot).parts[0] in {"parts", "gaps.jsonl"}
    }


@pytest.fixture(scope="module")
def left(server: FaultyServer, estate: SmallEstate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a collection that was killed in its midst."""
    folder = tmp_path_factory.mktemp("killed")
    server.clear()
    server.slow(LATE, 300)
    with shell(server, folder):
        running = _collect(_file(estate, folder))
    deadline = time.monotonic() + 120
    # Nothing but the dawdling call is left when no other was asked for three seconds.
    before, quiet = -1, time.monotonic()
    while time.monotonic() < deadline and (not server.calls[LATE] or time.monotonic() - quiet < 3):
        if before != server.calls.total():
            before, quiet = server.calls.total(), time.monotonic()
        time.sleep(0.1)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    journal = folder / "out" / "snapshot.unfinished" / JOURNAL
    assert journal.read_bytes().count(b"\n") > 10
    return folder


@pytest.fixture
def killed(left: Path, cloud: FaultyServer, tmp_path: Path) -> Path:
    """A copy of it for one test."""
    del cloud
    return Path(shutil.copytree(left, tmp_path / "killed"))


class TestKilled:
    def test_what_it_leaves_says_that_it_is_unfinished_and_is_not_read(self, killed: Path) -> None:
        out = killed / "out"
        assert sorted(path.name for path in out.iterdir()) == ["snapshot.unfinished"]
        for path in (out / "snapshot", out / "snapshot.unfinished"):
            with pytest.raises(SnapshotError, match="is an unfinished snapshot") as caught:
                read(path)
            assert "--resume" in caught.value.hint

    def test_it_is_gone_on_from_without_asking_again_and_with_the_same_records(
        self, killed: Path, cloud: FaultyServer, estate: SmallEstate
    ) -> None:
        config = killed / "envsplit.yaml"
        assert "listings are complete" in _finished(_collect(config))
        again = Counter((r.call, r.account, r.region) for r in cloud.requests)
        services = Counter(call.partition(":")[0] for call, _, _ in again)
        assert services["iam"] == services["ecr"] == 0
        assert {call for call, _, _ in again if call.startswith("ec2:")} == {"ec2:DescribeRegions"}
        asked = {region for *what, region in again if what == ["s3:GetBucketAcl", estate.dev]}
        assert asked == {"eu-west-1", "eu-central-1"}, "what was not whole is made again, of each bucket"
        resumed = killed / "out" / "snapshot"
        assert sorted(path.name for path in resumed.iterdir() if path.is_file()) == [
            "gaps.jsonl",
            "manifest.json",
        ]
        whole = killed / "whole"
        whole.mkdir()
        cloud.clear()
        _finished(_collect(_file(estate, whole)))
        assert _parts(resumed) == _parts(whole / "out" / "snapshot")
        calls = [read(folder).calls for folder in (resumed, whole / "out" / "snapshot")]
        polled = {"iam:GenerateCredentialReport": 0}
        assert {**calls[0], **polled} == {**calls[1], **polled}

    @pytest.mark.parametrize("damage", ["altered", "gone", "linked"])
    def test_a_part_that_is_not_as_it_was_written_is_made_again(
        self, killed: Path, cloud: FaultyServer, estate: SmallEstate, damage: str
    ) -> None:
        part = killed / f"out/snapshot.unfinished/parts/aws/{estate.dev}/global/iam.role.jsonl"
        text = part.read_bytes()
        if damage == "altered":
            part.write_bytes(text.replace(b"worker", b"warder"))
        else:
            part.unlink()
        if damage == "linked":
            (killed / "elsewhere").write_bytes(text)
            part.symlink_to(killed / "elsewhere")
        _finished(_collect(killed / "envsplit.yaml"))
        made = Counter(r.account for r in cloud.requests if r.call == "iam:GetAccountAuthorizationDetails")
        assert made == {estate.dev: 1}
        found = killed / f"out/snapshot/parts/aws/{estate.dev}/global/iam.role.jsonl"
        assert found.read_bytes() == text
        assert not found.is_symlink()


class TestWhatFits:
    def _left(self, target: Path, *, asked: str = "x") -> Path:
        """What a writer leaves that did not get to its end."""
        program = (
            "import os, sys; from pathlib import Path; from scanner.snapshot import SnapshotWriter\n"
            "from scanner.model.snapshot import Record, Scope\n"
            "here = Scope('aws', '111111111111', 'global')\n"
            f"writer = SnapshotWriter(Path({str(target)!r}), tool_version='1', asked={asked!r}).__enter__()\n"
            "writer.part(here, 'a.b', [Record(here, 'a.b', 'one', {'L': 1}, observed={'L': {'t': 1}})])\n"
            "writer.complete(here, 'a.b', ('a.b',), {'a:L': 2})\n"
            "writer.part(here, 'a.c', [])\n"
            "os._exit(9)\n"
        )
        assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 9
        return target.with_name(f"{target.name}.unfinished")

    def _kept(self, target: Path, *, asked: str = "x", version: str = "1", resume: bool | None = None) -> int:
        with SnapshotWriter(target, tool_version=version, asked=asked, resume=resume) as writer:
            return writer.resumed[1]

    def test_the_same_request_goes_on_and_keeps_only_what_was_whole(self, tmp_path: Path) -> None:
        self._left(tmp_path / "s")
        assert self._kept(tmp_path / "s") == 1
        snapshot = read(tmp_path / "s")
        assert [(record.kind, record.observed) for record in snapshot.records] == [("a.b", {"L": {"t": 1}})]
        assert [path.name for path in tmp_path.iterdir()] == ["s"]

    @pytest.mark.parametrize("other", [{"asked": "y"}, {"version": "2"}, {"resume": False}])
    def test_another_request_starts_over(self, tmp_path: Path, other: dict[str, str]) -> None:
        self._left(tmp_path / "s")
        assert self._kept(tmp_path / "s", **other) == 0  # type: ignore[arg-type]
        assert read(tmp_path / "s").records == ()

    @pytest.mark.parametrize("other", [{"asked": "y"}, {"version": "2"}])
    def test_going_on_with_another_request_is_refused(self, tmp_path: Path, other: dict[str, str]) -> None:
        left = self._left(tmp_path / "s")
        with pytest.raises(SnapshotError, match="cannot be gone on from"):
            self._kept(tmp_path / "s", resume=True, **other)  # type: ignore[arg-type]
        assert left.is_dir()

    def test_an_old_one_is_only_gone_on_from_when_asked_to(self, tmp_path: Path) -> None:
        for resume, kept in ((True, 1), (None, 0)):
            header = self._left(tmp_path / "s") / HEADER
            found = {**orjson.loads(header.read_bytes()), "started": "2020-01-01T00:00:00Z"}
            header.write_bytes(orjson.dumps(found))
            assert self._kept(tmp_path / "s", resume=resume) == kept

    def test_nothing_to_go_on_from(self, tmp_path: Path) -> None:
        with pytest.raises(SnapshotError, match="There is no unfinished snapshot"):
            self._kept(tmp_path / "s", resume=True)
        assert list(tmp_path.iterdir()) == []

    def test_one_that_still_lives_is_left_alone(self, tmp_path: Path) -> None:
        with (
            SnapshotWriter(tmp_path / "s", tool_version="1"),
            pytest.raises(SnapshotError, match="Another envsplit is writing"),
        ):
            self._kept(tmp_path / "s")
        assert read(tmp_path / "s").records == ()

    @pytest.mark.parametrize("text", [b"", b"{", b"[]", b'{"schema":1}'])
    def test_a_damaged_header_starts_over(self, tmp_path: Path, text: bytes) -> None:
        (self._left(tmp_path / "s") / HEADER).write_bytes(text)
        assert self._kept(tmp_path / "s") == 0

    def test_a_line_that_was_cut_short_is_no_listing(self, tmp_path: Path) -> None:
        journal = self._left(tmp_path / "s") / JOURNAL
        journal.write_bytes(journal.read_bytes() + b'{"scope":{"provider"')
        assert self._kept(tmp_path / "s") == 1

    def test_a_path_that_leads_out_is_not_followed(self, tmp_path: Path) -> None:
        journal = self._left(tmp_path / "s") / JOURNAL
        journal.write_bytes(journal.read_bytes().replace(b"parts/aws/", b"parts/../../"))
        assert self._kept(tmp_path / "s") == 0

    def test_an_interrupted_run_leaves_what_an_earlier_one_had_left(self, tmp_path: Path) -> None:
        left = self._left(tmp_path / "s")
        with pytest.raises(KeyboardInterrupt), SnapshotWriter(tmp_path / "s", tool_version="1", asked="x"):
            raise KeyboardInterrupt
        assert left.is_dir()
        assert self._kept(tmp_path / "s") == 1


def test_listings_with_a_gap_are_made_again(cloud: FaultyServer, estate: SmallEstate) -> None:
    """What an interrupted run could not read may be readable now."""
    cloud.deny("s3:GetBucketAcl")
    cloud.deny("iam:ListSAMLProviders")
    seen = collected(config_of(estate, accounts=[estate.dev], regions=["eu-west-1"]))
    complete = {name for _, name, _, _ in seen.completed}
    assert complete.isdisjoint({"s3.bucket", "iam.saml_provider"})
    assert {"iam.role", "ec2.vpc"} <= complete
    kinds = {kind for _, _, several, _ in seen.completed for kind in several}
    assert {"iam.role", "iam.user", "ecr.image"} <= kinds


def test_the_request_is_more_than_its_pace(estate: SmallEstate) -> None:
    digest = pipeline._digest_of_request
    first = digest(config_of(estate), None)
    assert digest(config_of(estate, max_concurrency=3, calls_per_second=7), None) == first
    assert digest(config_of(estate, regions=["eu-west-1"]), None) != first
    assert digest(config_of(estate), frozenset({call_table()[0].name})) != first
