"""Examines accounts before a scan: which calls would be denied there, found out with few and small reads.

IAM simulates the role's policies where that is allowed. Where it is not, every call is tried through the same
guard, runner and desk as in a scan, once an account, in one region, for its first page, and what
follows for the first record alone. In every region that a scan would read, one read of each service is tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from botocore import xform_name

from scanner.collect.aws import _regions
from scanner.collect.aws._accounts import ACCOUNTS_AT_ONCE, Collection, not_entered
from scanner.collect.aws._beside import ASSUME
from scanner.collect.aws._desk import AwsDesk
from scanner.collect.aws._gate import Entered, Gate
from scanner.collect.aws._guard import Guard, operations
from scanner.collect.aws._region_probes import Probe, denied, probes
from scanner.collect.aws._simulation import SIMULATE, principal_of, simulate
from scanner.collect.calls import Call, Read, Span, UnansweredError
from scanner.collect.crew import Crew, Halt
from scanner.collect.examining import reads_of, simulated, unreached
from scanner.collect.ledger import Ledger
from scanner.collect.notes import Notes
from scanner.collect.runner import Runner
from scanner.config.sources import AwsSource
from scanner.model.checkup import Checkup, Method
from scanner.model.snapshot import Gap, Progress, Reason, Scope

SMALL_PAGE = 20
"""The smallest page that all APIs take."""
ORGANIZATION = "organization"


class ProbeDesk(AwsDesk):
    """Asks for one small page, and keeps one object of each of its lists."""

    def _sent(self, client: Any, read: Read, params: Mapping[str, Any]) -> dict[str, Any]:
        method = xform_name(read.operation)
        if client.can_paginate(method):
            paging = {"PageSize": min(read.page, SMALL_PAGE)} if read.page else {}
            pages = client.get_paginator(method).paginate(**params, PaginationConfig=paging)
            answer = next(iter(pages))
        else:
            answer = getattr(client, method)(**params)
        return {key: value[:1] if isinstance(value, list) else value for key, value in answer.items()}


def discovered(source: AwsSource, calls: tuple[Call, ...], progress: Progress) -> tuple[str, ...]:
    """The accounts that a scan would find in the organization."""
    return Collection(source, calls, Ledger(Notes(), progress), None).discovered()


class Examination:
    """One examination over accounts: what every step of it needs."""

    def __init__(
        self, source: AwsSource, calls: tuple[Call, ...], progress: Progress, only: frozenset[str] | None
    ) -> None:
        """Raises `scanner.errors.CredentialsError` if there are no usable credentials."""
        self._source = source
        self._calls = tuple(call for call in calls if call.wanted(only))
        self._progress = progress
        self._only = only
        self._halt = Halt()
        self._gate = Gate(source, Guard(operations(calls, _regions.REGIONS, SIMULATE), self._halt))

    def run(self, accounts: tuple[str, ...]) -> tuple[Checkup, ...]:
        """Examine all accounts, and the organization."""
        found: list[Checkup] = []
        with Crew(ACCOUNTS_AT_ONCE, self._halt, "checkup") as crew:
            for account in accounts:
                crew.submit(partial(self._account, account, found))
            if self._of(Span.ORGANIZATION):
                crew.submit(partial(self._organization, found))
            crew.finish()
        return tuple(sorted(found))

    def _of(self, *spans: Span) -> tuple[Call, ...]:
        return tuple(call for call in self._calls if call.span in spans)

    def _account(self, account: str, found: list[Checkup]) -> None:
        scope = Scope("aws", account, "global")
        entered = self._enter(scope, account, self._source.role, "account", found)
        if entered is None:
            return
        try:
            calls = self._of(Span.GLOBAL, Span.REGION, Span.MEMBER)
            made = self._simulated(entered, calls, scope) or self._probed(entered, calls, scope, "account")
            found.append(self._everywhere(entered, made))
        finally:
            self._gate.leave(entered)

    def _organization(self, found: list[Checkup]) -> None:
        source = self._source.organization
        account = source.account or self._gate.own.account
        scope = Scope("aws", account, "global")
        if not source.read:
            gap = Gap(scope, "*", f"{ORGANIZATION}s:*", "", Reason.UNREACHED, detail="NotAsked")
            found.append(unreached(ORGANIZATION, gap))
            return
        entered = self._enter(scope, account, source.role, ORGANIZATION, found)
        if entered is not None:
            found.append(self._probed(entered, self._of(Span.ORGANIZATION), scope, ORGANIZATION))

    def _enter(
        self, scope: Scope, account: str, role: str | None, what: str, found: list[Checkup]
    ) -> Entered | None:
        self._progress.plan(scope, 1)
        try:
            own = what == ORGANIZATION and role is None
            return self._gate.own if own else self._gate.enter(account, role)
        except UnansweredError as error:
            gap = not_entered(scope, error)
            self._progress.called(scope, ASSUME.name, gap)
            found.append(unreached(what, gap))
            return None

    def _simulated(self, entered: Entered, calls: tuple[Call, ...], scope: Scope) -> Checkup | None:
        """What IAM works out, or ``None`` where it may not be asked."""
        principal = principal_of(entered.arn, self._source.role)
        if principal is None:
            return None
        reads = reads_of(calls, self._only)
        if any(call.span is Span.REGION for call in calls):
            reads[_regions.REGIONS.name] = (_regions.REGIONS, "ec2.region")
        self._progress.plan(scope, 1)
        try:
            allowed = simulate(entered, principal, (read.allowed_by for read, _ in reads.values()))
        except UnansweredError:
            self._progress.called(scope, SIMULATE.name, None)
            return None
        self._progress.called(scope, SIMULATE.name, None)
        return simulated(scope, "account", reads, allowed.__getitem__)

    def _probed(self, entered: Entered, calls: tuple[Call, ...], scope: Scope, what: str) -> Checkup:
        """What comes of trying every call."""
        notes = Notes()
        ledger = Ledger(notes, self._progress)
        with Crew(self._source.max_concurrency, self._halt, f"{what}-{scope.boundary}") as crew:
            runner = Runner(crew, ledger, self._only)
            desk = ProbeDesk(entered, scope, entered.region, ledger, certain=True)
            runner.read(tuple(call for call in calls if call.span is not Span.REGION), desk)
            regional = tuple(call for call in calls if call.span is Span.REGION)
            if regional:
                region = self._region(entered, scope, ledger)
                runner.read(regional, ProbeDesk(entered, scope, region, ledger, certain=True))
            crew.finish()
        one_each = {gap.call: gap for gap in sorted(notes.gaps, reverse=True)}
        made = {read.name for call in calls for read in call.made(self._only)}
        untested = sorted(made - one_each.keys() - ledger.calls.keys())
        gaps = tuple(sorted(one_each.values()))
        return Checkup(scope, what, reached=True, method=Method.PROBED, gaps=gaps, untested=tuple(untested))

    def _everywhere(self, entered: Entered, made: Checkup) -> Checkup:
        """What was found out, and what whole regions deny beyond it."""
        tried = probes(self._calls, self._only)
        if not tried:
            return made
        notes = Notes()
        regions = self._regions(entered, made.scope, Ledger(Notes(), self._progress))
        known = frozenset(gap.call for gap in made.gaps)
        with Crew(self._source.max_concurrency, self._halt, f"regions-{made.scope.boundary}") as crew:
            for region in regions:
                where = replace(made.scope, region=region)
                there = ProbeDesk(entered, where, region, Ledger(Notes(), self._progress), certain=True)
                for probe in tried.values():
                    crew.submit(partial(_note, notes, probe, there, known))
            crew.finish()
        gaps = tuple(sorted({*made.gaps, *notes.gaps}))
        return replace(made, gaps=gaps, regions=regions)

    def _region(self, entered: Entered, scope: Scope, ledger: Ledger) -> str:
        """One region that a scan would read."""
        ledger.plan(scope, 1)
        scan = self._regions(entered, scope, ledger)
        return entered.region if entered.region in scan or not scan else scan[0]

    def _regions(self, entered: Entered, scope: Scope, ledger: Ledger) -> tuple[str, ...]:
        """Those that a scan would read."""
        wanted = None if self._source.all_regions else self._source.regions
        desk = AwsDesk(entered, scope, entered.region, ledger, certain=True)
        return _regions.find(desk, wanted, self._gate.available_regions()).scan


def _note(notes: Notes, probe: Probe, desk: ProbeDesk, known: frozenset[str]) -> None:
    for gap in denied(probe, desk, known):
        notes.gap(gap)
