"""Which roles that are bound in one environment reach into another (ISO-008): in AWS, none.

A role of IAM lies in the account that it acts in, and a permission set is assigned in accounts one by one:
nothing is bound above them. Whoever comes to a role of another account is told by `identity_paths`.
"""

from __future__ import annotations

from scanner.model.estate import Estate
from scanner.model.facts import Facts

NEEDS: tuple[str, ...] = ()


def derive(estate: Estate) -> Facts:
    """Nothing, whatever there is."""
    del estate
    return Facts()
