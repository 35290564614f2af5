"""Runs the command line: every error becomes a few plain lines and its exit code."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer
from typer.exceptions import TyperException

from scanner.errors import EnvsplitError

INTERRUPTED = 130


def guarded(run: Callable[[], Any]) -> int:
    """Run the program; every error of ours becomes a few plain lines and its exit code."""
    try:
        code = run()
    except EnvsplitError as error:
        _explain(error)
        return error.exit_code
    except TyperException as error:
        error.show()  # type: ignore[attr-defined]  # typer does not say that they are click's
        return int(getattr(error, "exit_code", 2))
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write("envsplit: interrupted; nothing half-written was left\n")
        return INTERRUPTED
    except BrokenPipeError:
        # the reader of a pipe left: `envsplit demo | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the one broad except of the program: no user sees a traceback
        if os.environ.get("ENVSPLIT_DEBUG"):
            raise
        _explain(
            EnvsplitError(
                "this is a mistake in envsplit itself",
                why=f"{type(error).__name__}: {error}",
                hint="run again with ENVSPLIT_DEBUG=1 and report what it prints",
            )
        )
        return EnvsplitError.exit_code
    return code if isinstance(code, int) else 0


def _explain(error: EnvsplitError) -> None:
    """What failed, why, and what to do next, on stderr."""
    sys.stderr.write(f"envsplit: {error.what}\n")
    for label, text in (("why", error.why), ("next", error.hint)):
        if text:
            sys.stderr.write(f"  {label}: " + text.replace("\n", "\n       ") + "\n")


def on_interrupt(*_: object) -> NoReturn:
    """First Ctrl-C unwinds; the second leaves at once."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(INTERRUPTED))
    raise KeyboardInterrupt
