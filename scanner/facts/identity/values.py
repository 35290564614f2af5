"""What a condition key holds in a request, as far as it is known.

``None``: the key is known to be absent. `OPEN`: its value is not known, nor whether it is present.
Otherwise a tuple of strings; a `Like` among them is some string that matches a pattern.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from typing import Final, TypeAlias


class _Open(Enum):
    """The one value of an unknown key."""

    OPEN = "open"


class Like(str):
    """Some string of this shape (``AROAEXAMPLE:*``): which, the caller decides."""

    __slots__ = ()


OPEN: Final = _Open.OPEN

Held: TypeAlias = tuple[str, ...] | _Open | None
"""See the module."""

Lookup: TypeAlias = Callable[[str], Held]
"""From a lower-case condition key to what the request holds under it."""
