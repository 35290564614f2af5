from pathlib import Path

import pytest

from scanner.errors import UsageError
from scanner.findings.reading import read
from scanner.report import json as report
from tests.report import examples


@pytest.mark.parametrize("example", [examples.judgement, examples.clean, examples.hostile])
def test_what_is_written_reads_back_to_the_same_bytes(example: object, tmp_path: Path) -> None:
    written = report.render(example())  # type: ignore[operator]
    path = tmp_path / "findings.json"
    path.write_bytes(written)
    assert report.render(read(path)) == written


def test_findings_survive_whole(tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    path.write_bytes(report.render(examples.judgement()))
    again = read(path)
    assert again.findings == examples.judgement().findings
    assert again.tallies == examples.judgement().tallies


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"schema": 2}', b'{"schema": 1}', b'{"schema": 1, "findings": 7}']
)
def test_what_is_no_findings_json_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "findings.json"
    path.write_bytes(content)
    with pytest.raises(UsageError):
        read(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        read(tmp_path / "none.json")
