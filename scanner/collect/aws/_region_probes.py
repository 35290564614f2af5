"""Whether whole regions are denied: one small read of each service, in every region that a scan would read.

What denies by region (an SCP on ``aws:RequestedRegion``) denies services rather than single calls, and IAM's
simulation leaves it out.
https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_examples_general.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from scanner.collect.calls import Call, Desk, Read, Span, UnansweredError
from scanner.collect.templates import filled
from scanner.model.snapshot import Gap, Reason


@dataclass(slots=True)
class Probe:
    """A service's read, and what else of it waits for no other answer: read -> the kind it feeds."""

    call: Call
    read: Read
    stands_for: dict[Read, str] = field(default_factory=dict)


def probes(calls: Iterable[Call], only: frozenset[str] | None) -> Mapping[str, Probe]:
    """Service -> its probe; a plain listing is preferred to an irregular one."""
    found: dict[str, Probe] = {}
    regional = [call for call in calls if call.span is Span.REGION and call.wanted(only)]
    for call in sorted(regional, key=lambda call: call.gather is not None):
        for read in _first(call, only):
            probe = found.setdefault(read.service, Probe(call, read))
            probe.stands_for.setdefault(read, call.kind)
    return found


def _first(call: Call, only: frozenset[str] | None) -> Iterator[Read]:
    if call.read is not None:
        yield call.read
    for follow in call.after(only) if call.read is None else ():
        yield follow.read
    if (bulk := call.in_bulk(only)) is not None:
        yield bulk.read


def denied(probe: Probe, desk: Desk, known: frozenset[str]) -> Iterator[Gap]:
    """The gaps of a service that a region denies; none where its probe is denied everywhere (``known``).

    Any other failure says nothing of permissions.
    """
    if probe.read.name in known:
        return
    try:
        _try(probe, desk)
    except UnansweredError as error:
        if error.reason is Reason.DENIED:
            for read, kind in probe.stands_for.items():
                yield error.gap(desk.scope, kind, read)


def _try(probe: Probe, desk: Desk) -> None:
    if probe.call.gather is not None and probe.read == probe.call.read:
        probe.call.gather(desk)
    else:
        asked = probe.call.params if probe.read == probe.call.read else {}
        desk.ask(probe.read, filled(asked, desk.words))
