"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from scanner.errors import EnvsplitError


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; EnvsplitError when the disk refuses."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        Path(temporary).replace(path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise unwritable(path, error) from error


def unwritable(path: Path, error: OSError) -> EnvsplitError:
    """What to tell when the disk refuses a file."""
    return EnvsplitError(
        f"cannot write {path}", why=error.strerror or str(error), hint="free space, or name another --out"
    )
