"""Examines projects before a scan: which calls would be denied there, as the projects' own policies have it.

Nothing is tried: ``testIamPermissions`` tells which of the permissions of the calls the credentials hold,
https://cloud.google.com/resource-manager/reference/rest/v3/projects/testIamPermissions. Where assets are
listed at a folder or the organization, it is there that they are to be held.
"""

from __future__ import annotations

from dataclasses import replace

from scanner.collect.calls import Call, Read, UnansweredError
from scanner.collect.examining import reads_of, simulated, unreached
from scanner.collect.gcp._desk import posted
from scanner.collect.gcp._projects import Collection, Names, scope_of
from scanner.collect.ledger import Ledger
from scanner.collect.notes import Notes
from scanner.config.sources import GcpSource
from scanner.model.checkup import Checkup
from scanner.model.snapshot import Progress

WHAT = "account"
"""What a boundary is called in the published shape, whatever the provider."""
TEST = Read("resourcemanager", "TestIamPermissions", "resourcemanager.projects.get")


class Examination:
    """One examination over projects. Raises `CredentialsError` if there are no usable credentials."""

    def __init__(
        self, source: GcpSource, calls: tuple[Call, ...], progress: Progress, only: frozenset[str] | None
    ) -> None:
        self._notes = Notes()
        self._collection = Collection(source, calls, Ledger(self._notes, progress), only)
        reads = reads_of(calls, only)
        self._reads = {name: each for name, each in reads.items() if not _is_elsewhere(each[0])}
        self._untested = tuple(sorted(reads.keys() - self._reads.keys()))
        self._known: dict[str, frozenset[str]] = {}

    def run(self, named: Names, patterns: Names, folders: Names) -> tuple[Checkup, ...]:
        """Examine all that would be read."""
        try:
            placed = self._collection.placed(named, patterns, folders)
            found = [self._examined(project, parent) for project, parent in placed.items()]
        finally:
            self._collection.close()
        return tuple(sorted([*found, *(unreached(WHAT, gap) for gap in self._notes.gaps)]))

    def _examined(self, project: str, parent: str) -> Checkup:
        scope = scope_of(project)
        try:
            held = self._held(parent)
        except UnansweredError as error:
            return unreached(WHAT, error.gap(scope, "*", TEST))
        found = simulated(scope, WHAT, self._reads, lambda permission: permission in held)
        return replace(found, untested=self._untested)

    def _held(self, parent: str) -> frozenset[str]:
        """Which of the permissions are held at a project, a folder or the organization."""
        if parent not in self._known:
            wanted = sorted({read.allowed_by for read, _ in self._reads.values()})
            answer = posted(
                self._collection.gate, f"/v3/{parent}:testIamPermissions", {"permissions": wanted}
            )
            self._known[parent] = frozenset(answer.get("permissions") or ())
        return self._known[parent]


def _is_elsewhere(read: Read) -> bool:
    """Whether its permission is one of a billing account: to ask a project for it is an error."""
    return read.allowed_by.startswith("billing.")
