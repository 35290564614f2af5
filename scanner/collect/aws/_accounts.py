"""Collects accounts: some at once, each with threads of its own; and the organization beside them."""

from __future__ import annotations

from functools import partial

from scanner.collect.aws import _regions
from scanner.collect.aws._desk import AwsDesk
from scanner.collect.aws._gate import Entered, Gate
from scanner.collect.aws._guard import Guard
from scanner.collect.calls import Call, Read, Span, UnansweredError
from scanner.collect.crew import Crew, Halt
from scanner.collect.ledger import Ledger
from scanner.collect.runner import Runner
from scanner.config.sources import AwsSource
from scanner.model.snapshot import Gap, Reason, Scope

ASSUME = Read("sts", "AssumeRole")
DESCRIBE = Read("organizations", "DescribeOrganization")
ACCOUNTS_AT_ONCE = 4
_GLOBAL = "global"


class Collection:
    """One run over accounts: what every step of it needs."""

    def __init__(
        self, source: AwsSource, calls: tuple[Call, ...], ledger: Ledger, only: frozenset[str] | None
    ) -> None:
        self._source = source
        self._calls = calls
        self._ledger = ledger
        self._only = only
        self._halt = Halt()
        names = {read.name for call in calls for read, _, _ in call.all_reads()}
        self._gate = Gate(source, Guard(frozenset(names | {_regions.REGIONS.name}), self._halt))

    def run(self, accounts: tuple[str, ...]) -> tuple[list[Scope], list[Scope]]:
        """Collect all; the scopes asked for, and those whose role was assumed."""
        reached: list[Scope] = []
        with Crew(ACCOUNTS_AT_ONCE, self._halt, "account") as crew:
            for account in accounts:
                crew.submit(partial(self._account, account, reached))
            crew.submit(self._organization)
            crew.finish()
        return [_scope(account) for account in accounts], sorted(reached)

    def _account(self, account: str, reached: list[Scope]) -> None:
        scope = _scope(account)
        self._ledger.plan(scope, 1)
        try:
            entered = self._gate.enter(account)
        except UnansweredError as error:
            self._ledger.missed(
                Gap(scope, "*", ASSUME.name, ASSUME.allowed_by, error.reason, detail=error.code)
            )
            return
        reached.append(scope)
        self._ledger.answered(scope, ASSUME.name)
        try:
            self._read_account(entered, scope)
        finally:
            if entered is not self._gate.own:
                entered.clients.close()

    def _read_account(self, entered: Entered, scope: Scope) -> None:
        with Crew(self._source.max_concurrency, self._halt, entered.account) as crew:
            runner = Runner(crew, self._ledger, self._only)
            desk = AwsDesk(entered, scope, entered.region, self._ledger, certain=True)
            runner.read(self._spanning(Span.GLOBAL), desk)
            regional = self._spanning(Span.REGION)
            if any(call.wanted(self._only) for call in regional):
                self._read_regions(runner, regional, entered, desk)
            crew.finish()

    def _read_regions(self, runner: Runner, calls: tuple[Call, ...], entered: Entered, desk: AwsDesk) -> None:
        wanted = None if self._source.all_regions else self._source.regions
        self._ledger.plan(desk.scope, 1)
        regions = _regions.find(desk, wanted, self._gate.available_regions())
        for region, why in regions.closed.items():
            self._ledger.missed(_regions.closed(_scope(entered.account, region), why))
        for region in regions.scan:
            scope = _scope(entered.account, region)
            runner.read(calls, AwsDesk(entered, scope, region, self._ledger, certain=regions.certain))

    def _organization(self) -> None:
        """Read the organization in the scope of its management account, if that can be told."""
        calls = self._spanning(Span.ORGANIZATION)
        source = self._source.organization
        account = source.account or self._gate.own.account
        if not any(call.wanted(self._only) for call in calls):
            return
        if not source.read:
            self._nothing_of(calls, _scope(account), UnansweredError(Reason.UNREACHED, "NotAsked"))
            return
        try:
            entered = self._gate.enter(account, source.role) if source.role else self._gate.own
        except UnansweredError as error:
            self._nothing_of(calls, _scope(account), error)
            return
        with Crew(self._source.max_concurrency, self._halt, "organization") as crew:
            scope = _scope(_management(entered, self._ledger) or entered.account)
            desk = AwsDesk(entered, scope, entered.region, self._ledger, certain=True)
            Runner(crew, self._ledger, self._only).read(calls, desk)
            crew.finish()

    def _nothing_of(self, calls: tuple[Call, ...], scope: Scope, error: UnansweredError) -> None:
        for call in calls:
            for read, kinds, follow in call.all_reads():
                if not follow:
                    gap = Gap(scope, kinds[0], read.name, read.allowed_by, error.reason, detail=error.code)
                    self._ledger.missed(gap)

    def _spanning(self, span: Span) -> tuple[Call, ...]:
        return tuple(call for call in self._calls if call.span is span)


def _management(entered: Entered, ledger: Ledger) -> str | None:
    """The management account, which gives the organization's records their scope."""
    desk = AwsDesk(entered, _scope(entered.account), entered.region, ledger, certain=True)
    try:
        answer = desk.ask(DESCRIBE, {}) or {}
    except UnansweredError:
        return None  # the same call of the table leaves the gap
    found = answer.get("Organization", {}).get("MasterAccountId")
    return str(found) if found else None


def _scope(account: str, region: str = _GLOBAL) -> Scope:
    return Scope("aws", account, region)
