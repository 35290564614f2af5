"""Collects subscriptions: in groups that Resource Graph is asked for at once, each with a desk of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from scanner.collect.azure._desk import AzureDesk
from scanner.collect.azure._gate import Gate, directory_of, endpoint_of
from scanner.collect.azure._graph import AT_ONCE, Graph, Quota
from scanner.collect.azure._guard import Guard
from scanner.collect.azure._sight import ASSIGNED, DEFINED, Definitions
from scanner.collect.azure._tenant import TenantDesk
from scanner.collect.azure._words import Rows
from scanner.collect.azure.resources import SUBSCRIPTIONS
from scanner.collect.calls import Call, Span, UnansweredError
from scanner.collect.crew import Crew, Halt
from scanner.collect.ledger import Ledger
from scanner.collect.runner import Runner
from scanner.config.sources import AzureSource
from scanner.model.snapshot import Coverage, Gap, Reason, Scope

INVISIBLE = "NotVisible"
"""The detail of a gap for a subscription that the credentials do not see, or that does not exist."""
_EVERY = "*"


class Collection:
    """One run over subscriptions: what every step of it needs.

    Raises `scanner.errors.CredentialsError` if there are no usable credentials.
    """

    def __init__(
        self, source: AzureSource, calls: tuple[Call, ...], ledger: Ledger, only: frozenset[str] | None
    ) -> None:
        self._source = source
        self._calls = tuple(call for call in calls if call.span is not Span.ORGANIZATION)
        self._of_tenant = tuple(call for call in calls if call.span is Span.ORGANIZATION)
        self._ledger = ledger
        self._only = only
        self._halt = Halt()
        endpoint, _ = endpoint_of(source)
        guard = Guard(calls, (ASSIGNED, DEFINED), endpoint, self._halt, directory_of(source))
        self._gate = Gate(source, guard)
        self._quota = Quota(self._halt)
        self._told = types_told(calls)
        self._definitions = Definitions()

    def run(self, subscriptions: tuple[str, ...]) -> Coverage:
        """Collect all; the scopes asked for, and those that were seen."""
        reached: list[Scope] = []
        try:
            for group in groups(subscriptions, AT_ONCE):
                reached += self._group(group)
            self._tenant(reached)
        finally:
            self.close()
        return Coverage(tuple(map(scope_of, subscriptions)), tuple(reached))

    def discovered(self) -> tuple[str, ...]:
        """Every subscription that the credentials see (in the management group, if one is named).

        None, and a gap, where they cannot be listed.
        """
        scope = scope_of(_EVERY)
        graph = Graph(
            self._gate.graph, None, self._told, self._quota, management_group=self._source.management_group
        )
        try:
            return self._seen(graph, scope)
        except UnansweredError as error:
            self._ledger.missed(_unreached(scope, error))
            return ()

    def close(self) -> None:
        """Close idle connections."""
        self._gate.close()

    def desks(self, group: Sequence[str]) -> Iterator[AzureDesk]:
        """A desk for each subscription of a group that is visible; a gap for each that is not."""
        visible, error = self._visible(group)
        graph = Graph(self._gate.graph, sorted(visible), self._told, self._quota)
        for subscription in group:
            scope = scope_of(subscription)
            if subscription in visible:
                yield AzureDesk(self._gate, graph, scope, self._ledger, self._definitions)
            else:
                self._ledger.missed(_unreached(scope, error))

    def tenant(self, through: AzureDesk | None = None) -> TenantDesk:
        """The desk of the tenant, by way of one of its subscriptions where that is needed."""
        return TenantDesk(self._gate, self._ledger, through)

    def _tenant(self, reached: Sequence[Scope]) -> None:
        """What is asked once for all subscriptions, whether or not one of them was seen."""
        through = None
        if reached:
            graph = Graph(self._gate.graph, [reached[0].boundary], self._told, self._quota)
            through = AzureDesk(self._gate, graph, reached[0], self._ledger, self._definitions)
        with Crew(self._source.max_concurrency, self._halt, "azure") as crew:
            Runner(crew, self._ledger, self._only).read(self._of_tenant, self.tenant(through))
            crew.finish()

    def _group(self, group: Sequence[str]) -> Iterator[Scope]:
        with Crew(self._source.max_concurrency, self._halt, "azure") as crew:
            runner = Runner(crew, self._ledger, self._only)
            for desk in self.desks(group):
                runner.read(self._calls, desk)
                yield desk.scope
            crew.finish()

    def _visible(self, group: Sequence[str]) -> tuple[frozenset[str], UnansweredError]:
        """Which subscriptions Resource Graph shows, and why the others are not read."""
        graph = Graph(self._gate.graph, group, self._told, self._quota)
        try:
            found = self._seen(graph, scope_of(group[0]))
        except UnansweredError as error:
            return frozenset(), error
        return frozenset(found), UnansweredError(Reason.UNREACHED, INVISIBLE)

    def _seen(self, graph: Graph, scope: Scope) -> tuple[str, ...]:
        """The subscriptions that have a row, asked on account of a scope. Raises `UnansweredError`."""
        self._ledger.plan(scope, 1)
        return graph.subscriptions(SUBSCRIPTIONS, lambda: self._ledger.answered(scope, SUBSCRIPTIONS.name))


def types_told(calls: tuple[Call, ...]) -> Mapping[str, tuple[str, ...]]:
    """Table -> the types that reads of it name."""
    found: dict[str, set[str]] = {}
    for call in calls:
        for read, _, _ in call.all_reads():
            if isinstance(read, Rows) and read.type is not None:
                found.setdefault(read.table, set()).add(read.type)
    return {table: tuple(sorted(types)) for table, types in found.items()}


def scope_of(subscription: str) -> Scope:
    """A subscription as a scope; it has no regions: one listing tells of them all."""
    return Scope("azure", subscription, "global")


def _unreached(scope: Scope, error: UnansweredError) -> Gap:
    """The gap for a subscription of which nothing can be read."""
    return error.gap(scope, _EVERY, SUBSCRIPTIONS)


def groups(subscriptions: Sequence[str], size: int) -> Iterator[tuple[str, ...]]:
    """Subscriptions in groups of a size."""
    rest = iter(subscriptions)
    while group := tuple(islice(rest, size)):
        yield group
