"""One tree of errors: what failed, why, what to do next, and the exit code.

::

    EnvsplitError             1
    ├── UsageError            2   a mistake in a command line
    ├── ConfigError           2   a mistake in an environment file
    ├── NothingScannedError   3   no scope could be read at all
    ├── CredentialsError      1   no usable credentials for a provider
    ├── SnapshotError         1   a snapshot that is cut short, altered, or too new
    ├── PolicyError           1   a policy directory that does not load, or a rule that breaks its contract
    └── EngineError           1   OPA or the embedded engine did not start, died, or was too slow
"""

from __future__ import annotations


class EnvsplitError(Exception):
    """What failed (``what``), why (``why``), and what to do next (``hint``)."""

    exit_code = 1

    def __init__(self, what: str, *, why: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.why = why
        self.hint = hint

    def __str__(self) -> str:
        return self.what if not self.why else f"{self.what}: {self.why}"


class UsageError(EnvsplitError):
    """A mistake in a command line."""

    exit_code = 2


class ConfigError(EnvsplitError):
    """A mistake in an environment file; ``what`` names file, line and key."""

    exit_code = 2


class NothingScannedError(EnvsplitError):
    """No scope that was asked for could be read."""

    exit_code = 3


class CredentialsError(EnvsplitError):
    """No usable credentials for a provider."""


class SnapshotError(EnvsplitError):
    """A snapshot that is cut short, altered by hand, or of a newer schema."""


class PolicyError(EnvsplitError):
    """Policies that do not load, or a rule that breaks its contract."""


class EngineError(EnvsplitError):
    """The policy engine did not start, died, or answered too slowly."""
