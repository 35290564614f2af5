"""What an examination before a scan finds out: which calls would be answered, with these credentials."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from scanner.model.snapshot import Gap, Scope


class Method(StrEnum):
    """How it was found out: the provider worked it out from policies, or each call was tried."""

    SIMULATED = "simulated"
    PROBED = "probed"
    NONE = "none"


@dataclass(frozen=True, slots=True, order=True)
class Checkup:
    """One boundary (or the organization) as its own credentials see it.

    ``gaps`` are the calls that would not be answered, one each; ``untested`` the names of calls that
    nothing is known of: what they would be made for was not listed, or there is none of it. In ``regions``
    it was tried whether they deny whole services.
    """

    scope: Scope
    what: str
    reached: bool
    method: Method
    gaps: tuple[Gap, ...] = ()
    untested: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
