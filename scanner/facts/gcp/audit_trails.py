"""Whether changes in a project are recorded (HRD-003).

Admin Activity audit logs record every change, in all regions, cannot be switched off or filtered out of the
bucket ``_Required``, and are kept for 400 days: https://cloud.google.com/logging/docs/audit#admin-activity.
It holds of every project that answered. What the use of keys leaves behind is set by audit configurations,
and not derived here.
"""

from __future__ import annotations

from scanner.facts.answers import YES, mark
from scanner.facts.watch.holdings import READS, holdings
from scanner.model.estate import Estate
from scanner.model.facts import Facts, Step

NEEDS = (*READS, "boundary.listed")


def derive(estate: Estate) -> Facts:
    """Marks ``calls_recorded`` on projects that were seen."""
    marks = []
    for holding in holdings(estate):
        boundary = holding.boundary
        if boundary.attrs.get("listed") is True:
            words = "Admin Activity audit logs cannot be switched off"
            step = Step(boundary.id, boundary.id, words, boundary.source)
            marks.append(mark(boundary, "calls_recorded", YES, (step,)))
    return Facts(marks=tuple(marks))
