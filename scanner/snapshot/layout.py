"""Where everything lies in a snapshot directory, and the limits that reading holds it to.

::

    manifest.json
    gaps.jsonl
    parts/<provider>/<boundary>/<region>/<kind>.jsonl
    observed/<provider>/<boundary>/<region>/<kind>.jsonl
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from scanner.model.snapshot import Scope

SCHEMA = 1
MANIFEST = "manifest.json"
GAPS = "gaps.jsonl"
PARTS = "parts"
OBSERVED = "observed"
SUFFIX = ".jsonl"

MAX_MANIFEST = 256 * 1024 * 1024
MAX_LINE = 64 * 1024 * 1024
MAX_PART = 16 * 1024 * 1024 * 1024

_STEP = r"(?!\.{1,2}(?:/|$))[A-Za-z0-9._~%-]+"
_PATH = re.compile(rf"(?:{PARTS}|{OBSERVED})(?:/{_STEP}){{3}}/{_STEP}{re.escape(SUFFIX)}")


def path_of(root: str, scope: Scope, kind: str) -> str:
    """``parts/aws/111111111111/global/s3.bucket.jsonl``; odd characters are percent-encoded."""
    steps = (scope.provider, scope.boundary, scope.region, kind)
    return "/".join((root, *map(_step, steps))) + SUFFIX


def is_part(path: str) -> bool:
    """Whether a path is that of a part: relative, of known depth, without ``..``."""
    return _PATH.fullmatch(path) is not None


def place_of(path: str) -> tuple[str, Scope, str]:
    """``parts`` or ``observed``, the scope, and the kind of a part's path."""
    root, *steps = path.removesuffix(SUFFIX).split("/")
    provider, boundary, region, kind = map(unquote, steps)
    return root, Scope(provider, boundary, region), kind


def _step(name: str) -> str:
    step = quote(name, safe="")
    return step.replace(".", "%2E") if not step.strip(".") else step
