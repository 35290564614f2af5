"""Collects projects, each at a desk; what they hold is listed at the organization, a folder, or each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from scanner.collect.calls import Bulk, Call, Span, UnansweredError
from scanner.collect.crew import Crew, Halt
from scanner.collect.gcp._answers import SDK_ERRORS, unanswered
from scanner.collect.gcp._desk import GcpDesk
from scanner.collect.gcp._gate import Gate
from scanner.collect.gcp._guard import Guard
from scanner.collect.gcp._inventory import Inventory, Moment
from scanner.collect.gcp._words import PERMISSIONS, RESOURCE, SEARCH, Assets
from scanner.collect.gcp.resources import PROJECTS
from scanner.collect.ledger import Ledger
from scanner.collect.runner import Runner
from scanner.config.sources import GcpSource
from scanner.model.snapshot import Coverage, Gap, Reason, Scope

INVISIBLE = "NotVisible"
"""The detail of a gap for a project that is not among what was listed, or that does not exist."""
MANY = 100
"""From so many projects on the whole organization is listed, not each of them."""
Names = tuple[str, ...]
ABOVE = "organizations"
"""The boundary of gaps for an organization that is not named."""
_EVERY = "*"
_ACTIVE = "ACTIVE"
_PAGE = 500
_SECONDS = 60.0


class Collection:
    """One run over projects: what every step of it needs.

    Raises `scanner.errors.CredentialsError` if there are no usable credentials.
    """

    def __init__(
        self, source: GcpSource, calls: tuple[Call, ...], ledger: Ledger, only: frozenset[str] | None
    ) -> None:
        self._halt = Halt()
        self.gate = Gate(source, Guard(calls, source.endpoint, self._halt))
        self._source = source
        self._calls = calls
        self._ledger = ledger
        self._only = only
        self._moment = Moment()
        self._types = types_wanted(calls, only)
        self._told = frozenset(
            read.type
            for call in calls
            for read, _, _ in call.all_reads()
            if isinstance(read, Assets) and read.type is not None and read.content == RESOURCE
        )
        self._inventories: dict[str, Inventory] = {}

    def run(self, named: Names, patterns: Names, folders: Names) -> Coverage:
        """Collect the named projects, those that fit a pattern, and all of folders.

        The scopes asked for, and those that were seen.
        """
        asked: list[Scope] = []
        reached: list[Scope] = []
        try:
            self._organization()
            for project, parent in self.placed(named, patterns, folders).items():
                asked.append(scope_of(project))
                reached += self._project(project, parent)
        finally:
            self.close()
        return Coverage(tuple(sorted(asked)), tuple(sorted(reached)))

    def placed(self, named: Names, patterns: Names, folders: Names) -> dict[str, str]:
        """Project -> what it is listed at, for all that are to be read, sorted.

        None but the named, and a gap, where others cannot be listed.
        """
        found: dict[str, str] = {}
        for folder in folders:
            found |= dict.fromkeys(self._below(f"folders/{folder}", patterns=()), f"folders/{folder}")
        root = f"organizations/{self._source.organization}" if self._source.organization else None
        if root and (self._source.discover or patterns):
            discovered = self._below(root, patterns=() if self._source.discover else patterns)
            found |= dict.fromkeys(discovered, root)
        elif patterns:
            found |= {each: f"projects/{each}" for each in self._searched(patterns) if each not in found}
        whole = root is not None and (root in found.values() or len(named) > MANY)
        for project in named:
            found.setdefault(project, str(root) if whole else f"projects/{project}")
        return dict(sorted(found.items()))

    def desk(self, project: str, parent: str) -> GcpDesk | None:
        """Where a project is asked; ``None``, and a gap, for one that is not visible."""
        scope = scope_of(project)
        try:
            holder = self._numbers(parent, scope).get(project)
            if holder is None:
                raise UnansweredError(Reason.UNREACHED, INVISIBLE)
        except UnansweredError as error:
            self._ledger.missed(_unreached(scope, error))
            return None
        return GcpDesk(self.gate, self.inventory(parent), scope, holder, self._ledger)

    def inventory(self, parent: str) -> Inventory:
        """What a parent holds, listed once however many projects ask."""
        if parent not in self._inventories:
            self._inventories[parent] = self._inventory(parent, self._types, self._told)
        return self._inventories[parent]

    def _inventory(self, parent: str, types: Mapping[str, Names | None], told: frozenset[str]) -> Inventory:
        return Inventory(self.gate, parent, types, told, self._moment)

    def close(self) -> None:
        """Close idle connections."""
        self.gate.close()

    def _project(self, project: str, parent: str) -> Iterator[Scope]:
        desk = self.desk(project, parent)
        if desk is None:
            return
        self._read(tuple(call for call in self._calls if call.span is Span.GLOBAL), desk)
        if parent == f"projects/{project}":
            del self._inventories[parent]  # of no use to the next one
        yield desk.scope

    def _organization(self) -> None:
        """Read what projects stand in, in a scope of its own."""
        calls = tuple(call for call in self._calls if call.span is Span.ORGANIZATION)
        wanted = [call for call in calls if call.wanted(self._only)]
        if self._source.organization is None:
            error = UnansweredError(Reason.UNREACHED, "NotAsked")
            for call in wanted:
                for read, kinds, _ in call.all_reads():
                    self._ledger.missed(error.gap(Scope("gcp", ABOVE, "global"), kinds[0], read))
            return
        if not wanted:
            return
        root = f"organizations/{self._source.organization}"
        inventory = self._inventory(root, types_wanted(calls, self._only), frozenset())
        scope = Scope("gcp", root, "global")
        self._read(calls, GcpDesk(self.gate, inventory, scope, None, self._ledger))

    def _read(self, calls: tuple[Call, ...], desk: GcpDesk) -> None:
        with Crew(self._source.max_concurrency, self._halt, "gcp") as crew:
            Runner(crew, self._ledger, self._only).read(calls, desk)
            crew.finish()

    def _below(self, parent: str, patterns: Names) -> Names:
        """The active projects below a parent that fit a pattern, if there are any; a gap for what fails."""
        scope = scope_of(_EVERY)
        try:
            found = self._rows(parent, scope)
        except UnansweredError as error:
            self._ledger.missed(_unreached(scope, error))
            return ()
        return tuple(
            sorted(
                str(data["projectId"])
                for data in found.values()
                if _is_active(data) and _fits(str(data["projectId"]), patterns)
            )
        )

    def _numbers(self, parent: str, scope: Scope) -> dict[str, str]:
        return {str(data.get("projectId")): holder for holder, data in self._rows(parent, scope).items()}

    def _rows(self, parent: str, scope: Scope) -> dict[str, dict[str, Any]]:
        """``projects/NUMBER`` -> what is known of it, for all below a parent. Raises `UnansweredError`."""
        self._ledger.plan(scope, 1)
        found = self.inventory(parent).holders(PROJECTS, lambda: self._ledger.answered(scope, PROJECTS.name))
        return {
            holder: (assets[0].get("resource") or {}).get("data") or {} for holder, assets in found.items()
        }

    def _searched(self, patterns: Names) -> Names:
        """The active projects that the credentials see and that fit a pattern; none, and a gap, else.

        https://cloud.google.com/resource-manager/reference/rest/v3/projects/search
        """
        scope = scope_of(_EVERY)
        self._ledger.plan(scope, 1)
        found: list[str] = []
        try:
            request = {"query": f"state:{_ACTIVE}", "page_size": _PAGE}
            pages = self.gate.projects.search_projects(request=request, retry=None, timeout=_SECONDS).pages
            for page in pages:
                self._ledger.answered(scope, SEARCH.name)
                found += (each.project_id for each in page.projects if _fits(each.project_id, patterns))
        except SDK_ERRORS as error:
            self._ledger.missed(unanswered(error).gap(scope, _EVERY, SEARCH))
            return ()
        return tuple(sorted(set(found)))


def types_wanted(
    calls: tuple[Call, ...], only: frozenset[str] | None
) -> Mapping[str, tuple[str, ...] | None]:
    """Content -> the types that are to be listed, ``None`` for all; projects always are."""
    found: dict[str, set[str | None]] = {content: set() for content in PERMISSIONS}
    found[RESOURCE].add(PROJECTS.type)
    for call in calls:
        shared = {bulk.read: bulk.of for bulk in _bulks(call, only)}
        for read in call.made(only):
            if isinstance(read, Assets):
                found[read.content].add(shared.get(read, read.type))
    return {
        content: None if None in types else tuple(sorted(each for each in types if each is not None))
        for content, types in found.items()
    }


def _bulks(call: Call, only: frozenset[str] | None) -> Iterator[Bulk]:
    """What is read in bulk for a listing, and for those that hang on it."""
    if call.wanted(only):
        if (bulk := call.in_bulk(only)) is not None:
            yield bulk
        for child in call.children:
            yield from _bulks(child, only)


def scope_of(project: str) -> Scope:
    """A project as a scope; where in it a thing lies, each asset says itself."""
    return Scope("gcp", project, "global")


def _unreached(scope: Scope, error: UnansweredError) -> Gap:
    """The gap for a project of which nothing can be read."""
    return error.gap(scope, _EVERY, PROJECTS)


def _is_active(data: Mapping[str, Any]) -> bool:
    """``lifecycleState`` of version 1, ``state`` of version 3 of the API."""
    return _ACTIVE in {data.get("lifecycleState"), data.get("state")}


def _fits(project: str, patterns: Names) -> bool:
    return not patterns or any(fnmatchcase(project, pattern) for pattern in patterns)
