import io
import threading

import pytest
from rich.console import Console

from scanner.model.snapshot import Gap, Reason, Scope
from scanner.report.terminal import ConsoleProgress

DEV, PROD = Scope("aws", "111111111111", "eu-west-1"), Scope("aws", "222222222222", "global")
DENIED = Gap(PROD, "s3.bucket", "s3:GetBucketPolicy", "s3:GetBucketPolicy", Reason.DENIED)


def collected(console: Console) -> None:
    with ConsoleProgress(console) as progress:
        progress.plan(DEV, 2)
        progress.called(DEV, "ec2:DescribeVpcs", None)
        progress.called(DEV, "ec2:DescribeSubnets", None)
        progress.plan(PROD, 1)
        progress.called(PROD, "iam:GetAccountAuthorizationDetails", None)
        progress.called(PROD, "s3:GetBucketPolicy", DENIED)


def test_a_pipe_gets_one_line_for_each_account_at_the_end() -> None:
    file = io.StringIO()
    collected(Console(file=file, width=120, _environ={}))
    assert file.getvalue().splitlines() == [
        "aws 111111111111  2 calls  no gaps  ec2 2",
        "aws 222222222222  2 calls  1 gap  iam 1, s3 1",
    ]


def test_a_terminal_sees_calls_services_and_gaps_move() -> None:
    file = io.StringIO()
    collected(
        Console(file=file, width=120, force_terminal=True, legacy_windows=False, _environ={"TERM": "xterm"})
    )
    text = file.getvalue()
    assert "2/2" in text
    assert "1 gap" in text
    assert "ec2 2" in text


def interrupted(console: Console) -> None:
    with ConsoleProgress(console) as progress:
        progress.called(DEV, "ec2:DescribeVpcs", None)
        raise KeyboardInterrupt


def test_a_failure_is_not_followed_by_a_summary() -> None:
    file = io.StringIO()
    with pytest.raises(KeyboardInterrupt):
        interrupted(Console(file=file, _environ={}))
    assert file.getvalue() == ""


def test_threads_may_report_at_once() -> None:
    file = io.StringIO()
    with ConsoleProgress(Console(file=file, width=120, _environ={})) as progress:
        threads = [
            threading.Thread(
                target=lambda: [progress.called(DEV, "ec2:DescribeVpcs", None) for _ in range(200)]
            )
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert file.getvalue().startswith("aws 111111111111  1600 calls")


def test_hostile_account_names_are_shown_plain() -> None:
    file = io.StringIO()
    with ConsoleProgress(
        Console(file=file, width=120, force_terminal=True, _environ={"TERM": "xterm"})
    ) as progress:
        progress.called(Scope("aws", "[bold]x[/bold]\x1b]0;t\x07", "global"), "iam:ListRoles", None)
    assert "[bold]x[/bold]" in file.getvalue()
    assert "\x1b]0" not in file.getvalue()
