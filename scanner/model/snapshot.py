"""What collectors produce and snapshots hold: records, gaps, and where a line lies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Where a listing call is made: provider, boundary (account), region (``global`` where none)."""

    provider: str
    boundary: str
    region: str

    @property
    def id(self) -> str:
        """``aws/111111111111/eu-west-1``."""
        return f"{self.provider}/{self.boundary}/{self.region}"


class Reason(StrEnum):
    """Why a call gave no answer."""

    DENIED = "denied"
    THROTTLED = "throttled"
    UNSUPPORTED = "unsupported"
    NOT_ENABLED = "not_enabled"
    UNREACHED = "unreached"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A call that gave no answer.

    ``call`` is ``service:Operation`` (boto's names, ``s3:GetBucketPolicy``); ``permission`` the IAM
    action that allows it; ``kind`` the native record kind it would have fed (``s3.bucket``);
    ``resource`` the record id for a follow-up call on one record, ``""`` when a whole listing is
    missing; ``detail`` an error code, never a request id or a time. A call that feeds several kinds
    makes one gap, of its first kind. ``kind`` ``*`` is a scope of which nothing could be read: an
    account whose role could not be assumed (``sts:AssumeRole``, region ``global``), a region that is
    not enabled.
    """

    scope: Scope
    kind: str
    call: str
    permission: str
    reason: Reason
    resource: str = ""
    detail: str = ""

    @property
    def id(self) -> str:
        """Stable identity: scope, call and record."""
        return " ".join(part for part in (self.scope.id, self.call, self.resource) if part)


def no_collector(scope: Scope) -> Gap:
    """The gap for a boundary of a provider that nothing can be collected of yet."""
    every = f"{scope.provider}:*"
    return Gap(scope, "*", every, every, Reason.UNSUPPORTED, detail="NoCollector")


def no_normaliser(scope: Scope, kind: str) -> Gap:
    """The gap for a kind of thing that is not collected of a provider yet."""
    every = f"{scope.provider}:{kind}"
    return Gap(scope, kind, every, every, Reason.UNSUPPORTED, detail="NoCollector")


def not_asked(scope: Scope, entry: str = "sts:AssumeRole") -> Gap:
    """The gap for a boundary that is declared and was left out of what was collected.

    ``entry``: the call with which a boundary of that provider is entered.
    """
    return Gap(scope, "*", entry, entry, Reason.UNREACHED, detail="NotAsked")


@dataclass(frozen=True, slots=True, order=True)
class Source:
    """A line of a snapshot part, and the JSON pointer (RFC 6901) within that line."""

    part: str
    line: int
    pointer: str = ""

    def at(self, pointer: str) -> Source:
        """The same line, at another pointer."""
        return Source(self.part, self.line, pointer)


@dataclass(frozen=True, slots=True)
class Record:
    """One native API object as collected.

    ``data`` maps the operation that answered (``ListBuckets``, ``GetBucketPolicy``) to its native
    answer for this object; a follow-up that found nothing configured is ``None``; one that failed
    is absent and has a gap. ``observed`` has the same shape and holds the volatile fields
    (last-used times), which a snapshot keeps apart from the estate.
    """

    scope: Scope
    kind: str
    id: str
    data: Mapping[str, Any]
    source: Source = field(default=Source("", 0))
    observed: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Coverage:
    """Scopes (boundaries) that were asked for, and which of them answered at all.

    ``unasked`` is known to exist, or is declared, and was left out by choice: regions that
    ``sources.aws.regions`` does not list, accounts that ``sources.aws.accounts`` does not.
    """

    asked: tuple[Scope, ...]
    reached: tuple[Scope, ...]
    unasked: tuple[Scope, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A snapshot as read back: everything later stages may know of the world.

    ``taken_at`` is RFC 3339 UTC, the end of the collection; ``root`` is for messages only. ``listed``
    are the native kinds that have a part, also an empty one, by boundary: what has none was not
    listed there. ``None``: not known, of a snapshot that was made in memory.
    """

    records: tuple[Record, ...]
    gaps: tuple[Gap, ...]
    coverage: Coverage
    taken_at: str
    root: str = ""
    calls: Mapping[str, int] = field(default_factory=dict)
    listed: frozenset[tuple[str, str]] | None = None


class Sink(Protocol):
    """Where a collector puts what it finds; the snapshot writer is one. Safe to call from threads."""

    def part(self, scope: Scope, kind: str, records: list[Record]) -> None:
        """Take all records of a kind in a scope, once, also when there are none."""

    def kept(self, scope: Scope, name: str) -> Mapping[str, int] | None:
        """How often each call was made for a listing that an interrupted run completed.

        Its parts are there and must not be given again. ``None``: the listing is to be made.
        """

    def complete(self, scope: Scope, name: str, kinds: Iterable[str], calls: Mapping[str, int]) -> None:
        """Take note that a listing is whole: all its parts (``kinds``) were given, and no gap.

        ``name`` is any one that it always has; ``calls`` is how often each call was made for it.
        """

    def gap(self, gap: Gap) -> None:
        """Take a call that gave no answer."""

    def count(self, calls: Mapping[str, int]) -> None:
        """Take how often each call was made (call name -> times), once, at the end."""

    def coverage(self, asked: list[Scope], reached: list[Scope], unasked: Sequence[Scope] = ()) -> None:
        """Take the boundaries asked for, those that answered, and what was left out; once, at the end."""


class Progress(Protocol):
    """Told of every call; a terminal shows it, everything else ignores it. Safe to call from threads."""

    def plan(self, scope: Scope, calls: int) -> None:
        """``calls`` more calls are known to be needed in a scope."""

    def called(self, scope: Scope, call: str, gap: Gap | None) -> None:
        """A call was answered, or became a gap."""
