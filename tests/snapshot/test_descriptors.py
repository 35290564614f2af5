"""Without ``fcntl``, as on Windows: the same locks, and no folder renamed while a file in it is open."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

WINDOWS = """
import os, sys, types
from pathlib import Path
sys.modules["fcntl"] = None
del os.O_NOFOLLOW
held = set()

def locking(descriptor, mode, size):
    assert mode == msvcrt.LK_NBLCK and size == 1
    assert os.lseek(descriptor, 0, os.SEEK_CUR) > 1_000_000, "no byte that anybody reads"
    for other in list(held):
        if not os.path.exists(f"/proc/self/fd/{other}"):
            held.discard(other)
    if any(os.path.sameopenfile(descriptor, other) for other in held):
        raise PermissionError(13, "locked")
    held.add(descriptor)

msvcrt = types.ModuleType("msvcrt")
msvcrt.LK_NBLCK, msvcrt.locking = 2, locking
sys.modules["msvcrt"] = msvcrt
rename = Path.rename

def strict(path, target):
    opened = [os.readlink(f.path) for f in os.scandir("/proc/self/fd") if os.path.exists(f.path)]
    assert not [one for one in opened if one.startswith(f"{path}/")], "open in what is renamed"
    return rename(path, target)

Path.rename = strict
from scanner.errors import SnapshotError
from scanner.snapshot import SnapshotWriter, read
here = Path(sys.argv[1]) / "night"
"""


def _run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WINDOWS + program, str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at open files through /proc")
def test_a_snapshot_is_written_whole(tmp_path: Path) -> None:
    program = "with SnapshotWriter(here, tool_version='1') as writer: pass\nread(here)\nprint('whole')"
    done = _run(tmp_path, program)
    assert (done.returncode, done.stdout) == (0, "whole\n"), done.stderr
    assert [each.name for each in tmp_path.iterdir()] == ["night"]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks at open files through /proc")
def test_two_do_not_write_one(tmp_path: Path) -> None:
    program = """
with SnapshotWriter(here, tool_version="1"):
    try:
        with SnapshotWriter(here, tool_version="1"):
            pass
    except SnapshotError as error:
        print(error)
"""
    done = _run(tmp_path, program)
    assert done.returncode == 0, done.stderr
    assert "Another envsplit is writing" in done.stdout
