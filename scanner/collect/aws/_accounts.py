"""Collects accounts: some at once, each with threads of its own; and the organization beside them."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property, partial

from scanner.collect.aws import _aggregator, _regions
from scanner.collect.aws._aggregator import Aggregator, RecordedDesk
from scanner.collect.aws._beside import ASSUME, DESCRIBE, LIST_ACCOUNTS
from scanner.collect.aws._desk import AwsDesk
from scanner.collect.aws._gate import Entered, Gate
from scanner.collect.aws._guard import Guard, operations
from scanner.collect.aws._recorded import FACTS
from scanner.collect.calls import Call, Span, UnansweredError, required
from scanner.collect.crew import Crew, Halt
from scanner.collect.ledger import Ledger
from scanner.collect.runner import Runner
from scanner.config.mistakes import nearest
from scanner.config.sources import AwsSource
from scanner.errors import ConfigError
from scanner.model.snapshot import Coverage, Gap, Reason, Scope

ACCOUNTS_AT_ONCE = 4
_ADVICE = "sources.aws.organization: true, or assume: {scp: absent, rcp: absent}"
"""What to set, in place of a permission, where the environment file asks for no organization."""
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
        self._organized: AwsDesk | None = None
        self._unasked: list[Scope] = []
        self._aggregator: Aggregator | None = None
        allowed = operations(calls, _regions.REGIONS, *_aggregator.READS)
        self._gate = Gate(source, Guard(allowed, self._halt))

    def run(self, accounts: tuple[str, ...]) -> Coverage:
        """Collect all; the scopes asked for, those whose role was assumed, and regions left out.

        Raises `ConfigError` for a region that exists nowhere, before anything is collected.
        """
        self._check_regions(accounts)
        self._aggregator = self._find_aggregator()
        reached: list[Scope] = []
        with Crew(ACCOUNTS_AT_ONCE, self._halt, "account") as crew:
            for account in accounts:
                crew.submit(partial(self._account, account, reached))
            crew.submit(self._organization)
            crew.finish()
        if self._organized is not None and self._organized.scope not in reached:
            with Crew(1, self._halt, "organization") as crew:
                Runner(crew, self._ledger, self._only).read(self._describing(), self._organized)
                crew.finish()
        asked = tuple(_scope(account) for account in accounts)
        return Coverage(asked, tuple(sorted(reached)), tuple(sorted(self._unasked)))

    def discovered(self) -> tuple[str, ...]:
        """The active accounts of the organization; none, and a gap, where they cannot be listed.

        AWS Organizations API, ListAccounts: ``State`` takes the place of ``Status``, which ends in 2026.
        """
        desk = self._organization_desk
        if isinstance(desk, UnansweredError):
            scope = _scope(self._source.organization.account or self._gate.own.account)
            self._ledger.missed(desk.gap(scope, "organizations.account", LIST_ACCOUNTS))
            return ()
        self._ledger.plan(desk.scope, 1)
        try:
            listed = required(desk.ask(LIST_ACCOUNTS, {}), "Accounts")
        except UnansweredError as error:
            desk.miss(LIST_ACCOUNTS, "organizations.account", error)
            return ()
        return tuple(
            str(account["Id"])
            for account in listed
            if "ACTIVE" in {account.get("State"), account.get("Status")}
        )

    def _check_regions(self, accounts: tuple[str, ...]) -> None:
        """Refuse a misspelt region; one that the SDK knows costs no call."""
        odd = set() if self._source.all_regions else set(self._source.regions)
        odd -= set(self._gate.available_regions())
        if not odd or not any(call.wanted(self._only) for call in self._spanning(Span.REGION)):
            return
        for account in accounts:
            if (known := self._regions_seen_by(account)) is not None:
                if wrong := sorted(odd.difference(known)):
                    meant = nearest(wrong[0], known)
                    raise ConfigError(
                        f"sources.aws.regions: no region {wrong[0]}",
                        why=f"AWS lists no {', '.join(wrong)} to account {account}",
                        hint=f"did you mean {meant}?" if meant else f"regions are {', '.join(known)}",
                    )
                return

    def _find_aggregator(self) -> Aggregator | None:
        """An AWS Config aggregator of one's own account, if its buckets are of use to what is wanted."""
        made = {read.name for call in self._calls for read in call.made(self._only)}
        if not self._source.aggregator or made.isdisjoint(f"s3:{fact}" for fact in FACTS):
            return None
        own = self._gate.own
        desk = AwsDesk(own, _scope(own.account), own.region, self._ledger, certain=True)
        listed = () if self._source.all_regions else self._source.regions
        return _aggregator.find(desk, (own.region, *listed))

    def _global_desk(self, entered: Entered, scope: Scope) -> AwsDesk:
        """Where the calls of an account that belong to no region are made."""
        if self._aggregator is None:
            return AwsDesk(entered, scope, entered.region, self._ledger, certain=True)
        return RecordedDesk(self._aggregator, entered, scope, entered.region, self._ledger, certain=True)

    def _regions_seen_by(self, account: str) -> tuple[str, ...] | None:
        try:
            entered = self._gate.enter(account)
        except UnansweredError:
            return None
        try:
            self._ledger.plan(_scope(account), 1)
            desk = AwsDesk(entered, _scope(account), entered.region, self._ledger, certain=True)
            return _regions.existing(desk)
        finally:
            self._gate.leave(entered)

    def _account(self, account: str, reached: list[Scope]) -> None:
        scope = _scope(account)
        self._ledger.plan(scope, 1)
        try:
            entered = self._gate.enter(account)
        except UnansweredError as error:
            self._ledger.missed(not_entered(scope, error))
            return
        reached.append(scope)
        self._ledger.answered(scope, ASSUME.name)
        try:
            self._read_account(entered, scope)
        finally:
            self._gate.leave(entered)

    def _read_account(self, entered: Entered, scope: Scope) -> None:
        with Crew(self._source.max_concurrency, self._halt, entered.account) as crew:
            runner = Runner(crew, self._ledger, self._only)
            desk = self._global_desk(entered, scope)
            described = self._describing() if self._source.organization.read else ()
            runner.read((*described, *self._spanning(Span.GLOBAL)), desk)
            regional = self._spanning(Span.REGION)
            if any(call.wanted(self._only) for call in regional):
                self._read_regions(runner, regional, entered, desk)
            crew.finish()

    def _read_regions(self, runner: Runner, calls: tuple[Call, ...], entered: Entered, desk: AwsDesk) -> None:
        wanted = None if self._source.all_regions else self._source.regions
        self._ledger.plan(desk.scope, 1)
        regions = _regions.find(desk, wanted, self._gate.available_regions())
        self._unasked += (_scope(entered.account, region) for region in regions.unasked)
        for region, why in regions.closed.items():
            self._ledger.missed(_regions.closed(_scope(entered.account, region), why))
        for region in regions.scan:
            scope = _scope(entered.account, region)
            runner.read(calls, AwsDesk(entered, scope, region, self._ledger, certain=regions.certain))

    def _organization(self) -> None:
        """Read the organization in the scope of its management account, if that can be told.

        Every account describes its organization itself; where the management account is not among
        them, that is made up for at the end.
        """
        tree = self._spanning(Span.ORGANIZATION)
        calls = (*self._describing(), *tree)
        source = self._source.organization
        account = source.account or self._gate.own.account
        if not any(call.wanted(self._only) for call in calls):
            return
        if not source.read:
            error = UnansweredError(Reason.UNREACHED, "NotAsked")
            self._nothing_of(calls, _scope(account), error, advice=_ADVICE)
            return
        desk = self._organization_desk
        if isinstance(desk, UnansweredError):
            self._nothing_of(calls, _scope(account), desk)
            return
        self._organized = desk
        with Crew(self._source.max_concurrency, self._halt, "organization") as crew:
            Runner(crew, self._ledger, self._only).read(tree, desk)
            crew.finish()

    @cached_property
    def _organization_desk(self) -> AwsDesk | UnansweredError:
        """Where the organization is read, in the scope of its management account; or why it cannot be."""
        source = self._source.organization
        account = source.account or self._gate.own.account
        try:
            entered = self._gate.enter(account, source.role) if source.role else self._gate.own
        except UnansweredError as error:
            return error
        scope = _scope(_management(entered, self._ledger) or entered.account)
        return AwsDesk(entered, scope, entered.region, self._ledger, certain=True)

    def _nothing_of(
        self, calls: tuple[Call, ...], scope: Scope, error: UnansweredError, advice: str = ""
    ) -> None:
        for call in calls:
            for read, kinds, follow in call.all_reads():
                if not follow:
                    gap = error.gap(scope, kinds[0], read)
                    self._ledger.missed(replace(gap, permission=advice) if advice else gap)

    def _spanning(self, span: Span) -> tuple[Call, ...]:
        return tuple(call for call in self._calls if call.span is span)

    def _describing(self) -> tuple[Call, ...]:
        """Which organization an account is in, if any: every account may ask that of itself."""
        return self._spanning(Span.MEMBER)


def not_entered(scope: Scope, error: UnansweredError) -> Gap:
    """The gap for an account whose role could not be assumed: all of it."""
    return error.gap(scope, "*", ASSUME)


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
