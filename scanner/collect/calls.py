"""The call table's words: what a collector asks for, as frozen data.

A service file (``scanner/collect/aws/ec2.py``) exports ``CALLS``; the runner does the rest. Texts
in braces are filled in from the listed item and from where it is asked (``{account}``,
``{region}``, ``{partition}``): ``arn:{partition}:ec2:{region}:{OwnerId}:vpc/{VpcId}``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol

from scanner.model.snapshot import Gap, Reason, Scope

Data = dict[str, Any]
"""A record's data: the operation that answered -> its native answer for one object."""


class Span(StrEnum):
    """How often a listing is asked for: once an account, once an account and region, or once in all.

    ``MEMBER``: once an account, of the organization it is in, and not where none is to be read. ``RUN``: no
    listing, but what a run does as itself, before it is anybody in an account.
    """

    GLOBAL = "global"
    REGION = "region"
    MEMBER = "member"
    ORGANIZATION = "organization"
    RUN = "run"


class UnansweredError(Exception):
    """A call gave no answer: the reason, and the provider's error code (never its message)."""

    def __init__(self, reason: Reason, code: str) -> None:
        super().__init__(code)
        self.reason = reason
        self.code = code

    def gap(self, scope: Scope, kind: str, read: Read, resource: str = "") -> Gap:
        """The gap that a read leaves there for a kind, or for one record of it."""
        return Gap(scope, kind, read.name, read.allowed_by, self.reason, resource, self.code)


UNEXPECTED = "UnexpectedAnswer"
"""The detail of a gap for an answer that lacks what its API always gives."""


def required(answer: Mapping[str, Any] | None, key: str) -> Any:
    """A member that every whole answer has.

    Its lack must not pass for an empty list: SDKs make one of an answer that was cut short. Raises
    `UnansweredError`.
    """
    if answer is None or answer.get(key) is None:
        raise UnansweredError(Reason.FAILED, UNEXPECTED)
    return answer[key]


class Desk(Protocol):
    """Where calls are made: one boundary and region, with the words that templates may use."""

    scope: Scope
    words: Mapping[str, str]

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """The whole answer, all pages merged, or ``None`` if its error code is among ``absent``.

        Raises `UnansweredError`.
        """

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """Record that a read gave no answer for a kind, or for one record of it."""


@dataclass(frozen=True, slots=True)
class Read:
    """One operation of a provider and the permission that allows it (default: the same name)."""

    service: str
    operation: str
    permission: str = ""
    page: int | None = None
    """Items a page, where the provider's default is small or paging must be asked for."""
    cut: str = ""
    """A member of the answer that says that there is more, which cannot be had: then it is a gap."""

    @property
    def name(self) -> str:
        """``s3:GetBucketPolicy``, as gaps name it."""
        return f"{self.service}:{self.operation}"

    @property
    def allowed_by(self) -> str:
        """``s3:GetBucketPolicy``: the permission that lets it answer."""
        return self.permission or self.name


@dataclass(frozen=True, slots=True)
class Follow:
    """A read made for each record of a listing; its answer becomes ``data[key]``.

    ``params``: templates over the item, at whatever depth. ``keep``: JMESPath of the part of the answer
    that is kept. ``absent``: error codes that mean "nothing configured", kept as ``None``. ``policy``: what
    is kept is (or holds) a policy document as text, which is decoded. ``region``: a template for the
    region to ask in, empty for the listing's own. ``when``: JMESPath over the item; where it finds
    nothing (or false) the read is not made and the answer is ``None``. ``volatile``, ``drop`` and
    ``conceal``: as of `Output`, over what is kept. What batches and earlier follow-ups kept is there for
    templates and ``when`` under its data key: ``{DescribeServices[taskDefinition]}``.
    """

    read: Read
    params: Mapping[str, Any]
    keep: str
    absent: tuple[str, ...] = ()
    policy: bool = False
    key: str = ""
    region: str = ""
    when: str = ""
    volatile: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    conceal: tuple[str, ...] = ()

    @property
    def data_key(self) -> str:
        """The key in a record's data."""
        return self.key or self.read.operation

    @property
    def asked_with(self) -> str:
        """Every template and condition that decides what is asked."""
        return f"{self.params} {self.region} {self.when}"


@dataclass(frozen=True, slots=True)
class Batch:
    """A read made for up to ``size`` records at once; each record's own part becomes ``data[key]``.

    ``ids``: the parameter that takes the ids. ``id``: a template over the record's item. ``items``: JMESPath
    of the objects in the answer. ``match``: a template over such an object that gives its record's ``id``.
    ``keep``: JMESPath of the part of an object that is kept. ``params``: the other parameters, templates
    over what is the same for all (``{account}``, a parent's fields). ``absent``: a record that the answer
    leaves out has nothing configured, and its part is ``None``; else it is a gap. The rest as of `Follow`.
    """

    read: Read
    ids: str
    id: str
    size: int
    items: str
    match: str
    keep: str = "@"
    params: Mapping[str, Any] = field(default_factory=dict)
    absent: bool = False
    policy: bool = False
    key: str = ""
    volatile: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    conceal: tuple[str, ...] = ()

    @property
    def data_key(self) -> str:
        """The key in a record's data."""
        return self.key or self.read.operation

    @property
    def asked_with(self) -> str:
        """Every template that decides what is asked."""
        return f"{self.params} {self.id}"


@dataclass(frozen=True, slots=True)
class Bulk:
    """A read made once for all listings of an account and region, in whose answer each record has a part.

    ``param`` takes what is asked for, and ``of`` is what to ask for on account of this listing (a type of
    resource): all listings of a desk are asked for together. ``items``: JMESPath of the objects in the
    answer; ``match``: a template over such an object that gives its record's id; ``keep``: JMESPath of the
    part that is kept as ``data[key]``, ``None`` where the answer leaves the record out. ``region``: a
    template over a record for the region to ask in, empty for the listing's own. ``refused``: error codes
    for a type that is not known there; then everything is asked for.
    """

    read: Read
    param: str
    of: str
    items: str
    match: str
    keep: str
    region: str = ""
    refused: tuple[str, ...] = ()
    key: str = ""
    policy: bool = False
    volatile: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    conceal: tuple[str, ...] = ()

    @property
    def data_key(self) -> str:
        """The key in a record's data."""
        return self.key or self.read.operation


@dataclass(frozen=True, slots=True)
class Output:
    """A kind of record that a listing gives.

    ``items``: JMESPath of the objects in the answer; of a list of bare ids, ``clusterArns[].{arn: @}``.
    ``id``: a template. ``volatile``: dotted fields of the object that change though the estate does not
    (kept under ``observed``). ``drop``: fields that are never kept, since they may carry a secret.
    ``conceal``: fields whose values may hold a secret, of which a classification is kept
    (`scanner.collect.concealment`). ``defaults``: templates for fields that an object may lack.
    """

    kind: str
    items: str
    id: str
    volatile: tuple[str, ...] = ()
    drop: tuple[str, ...] = ()
    defaults: Mapping[str, str] = field(default_factory=dict)
    conceal: tuple[str, ...] = ()


Gather = Callable[[Desk], Mapping[str, list[Data]]]
"""An irregular listing: kind -> the data of each of its objects. May raise `UnansweredError`."""


@dataclass(frozen=True, slots=True)
class Call:
    """A listing, the kinds it gives, and what follows for each of its records.

    Without a ``read`` there is one record that needs no listing (an account's settings, a registry).
    ``batches`` and ``follows`` belong to the first output, and are made in this order. ``children`` are
    listings made for each record of it (images of a repository), and may have children in turn; their
    ``params`` are templates over that record's item and those above it, and ``when`` is JMESPath over the
    same: a child is listed only where it finds something.
    ``bulk`` is read once for many listings, this one among them, and comes before batches and follow-ups.
    ``gather`` replaces the plain listing where an API is irregular, and ``reads`` then names
    every other operation that it makes, each with the kind it feeds.
    """

    read: Read | None
    outputs: tuple[Output, ...]
    span: Span = Span.GLOBAL
    params: Mapping[str, Any] = field(default_factory=dict)
    follows: tuple[Follow, ...] = ()
    children: tuple[Call, ...] = ()
    gather: Gather | None = None
    reads: Mapping[Read, str] = field(default_factory=dict)
    batches: tuple[Batch, ...] = ()
    when: str = ""
    bulk: Bulk | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every kind that it or its children give."""
        own = tuple(output.kind for output in self.outputs)
        return own + tuple(kind for child in self.children for kind in child.kinds)

    @property
    def kind(self) -> str:
        """The kind that a failed listing leaves a gap for."""
        return self.outputs[0].kind

    def all_reads(self) -> Iterator[tuple[Read, tuple[str, ...], bool]]:
        """Every read: itself, the kinds it feeds, and whether it is made for one record."""
        yield from self._own_reads()
        if self.bulk is not None:
            yield self.bulk.read, (self.kind,), False
        for child in self.children:
            yield from child.all_reads()

    def _own_reads(self) -> Iterator[tuple[Read, tuple[str, ...], bool]]:
        """The reads that are made for this listing alone."""
        if self.read is not None:
            elsewhere = set(self.reads.values())
            own = tuple(output.kind for output in self.outputs if output.kind not in elsewhere)
            yield self.read, own or (self.kind,), False
        for read, kind in self.reads.items():
            yield read, (kind,), False
        after: tuple[Batch | Follow, ...] = (*self.batches, *self.follows)
        for each in after:
            yield each.read, (self.kind,), True

    def after(self, only: frozenset[str] | None) -> tuple[Batch | Follow, ...]:
        """The batches and follow-ups that are wanted, and those whose answers they are asked with."""
        steps: tuple[Batch | Follow, ...] = (*self.batches, *self.follows)
        if only is None:
            return steps
        kept: list[Batch | Follow] = []
        keys = "|".join(re.escape(step.data_key) for step in steps)
        needed: set[str] = set()
        for step in reversed(steps):
            if step.read.name in only or step.data_key in needed:
                kept.append(step)
                needed.update(re.findall(rf"\b(?:{keys})\b", step.asked_with))
        return tuple(reversed(kept))

    def made(self, only: frozenset[str] | None) -> Iterator[Read]:
        """The reads that are made when the names asked for are ``only``: they, and what leads to them."""
        if not self.wanted(only):
            return
        if self.read is not None:
            yield self.read
        yield from self.reads
        yield from (each.read for each in self.after(only))
        if (bulk := self.in_bulk(only)) is not None:
            yield bulk.read
        for child in self.children:
            yield from child.made(only)

    def in_bulk(self, only: frozenset[str] | None) -> Bulk | None:
        """What is read in bulk for this listing, if it is wanted."""
        wanted = self.bulk is not None and (only is None or self.bulk.read.name in only)
        return self.bulk if wanted else None

    def wanted(self, only: frozenset[str] | None) -> bool:
        """Whether any read of it is among the names asked for (``None``: all are).

        What is read in bulk is asked for on account of other listings too, and is no reason to make this one.
        """
        if only is None or any(read.name in only for read, _, _ in self._own_reads()):
            return True
        return any(child.wanted(only) for child in self.children)


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """A line of the published call table: a call, its permission, the kinds it feeds, and its span."""

    name: str
    permission: str
    kinds: tuple[str, ...]
    follow: bool
    span: Span = Span.GLOBAL
