"""Snapshot: records and gaps as a directory of JSON lines, complete in itself."""

from scanner.snapshot.columns import columns
from scanner.snapshot.reader import read
from scanner.snapshot.writer import SnapshotWriter

__all__ = ["SnapshotWriter", "read", "columns"]
