"""Rows of the credential report, and what hides one.

Shape: IAM User Guide, "Get credential reports for your AWS account": strings, ``true``/``false``
for truth, ``N/A``, ``no_information`` and ``not_supported`` for none. It lists every user, and the
root as ``<root_account>``; IAM makes it at most once in four hours, so newer users are not in it.
"""

from __future__ import annotations

from scanner.estate.normaliser import Reading
from scanner.estate.values import Known, Unknown, Value
from scanner.estate.world import World
from scanner.model.snapshot import Record

NATIVE, KEY = "iam.credential_report", "GetCredentialReport"
CALL, GENERATE = f"iam:{KEY}", "iam:GenerateCredentialReport"
SUMMARY = "iam.account_summary"


def rows(world: World, boundary: str) -> dict[str, Record]:
    """Identity ARN -> its row."""
    return {record.id: record for record in world.inside(NATIVE, boundary)}


def root_of(world: World, boundary: str) -> str:
    """The ARN of a boundary's root."""
    return f"arn:{world.partition(boundary)}:iam::{boundary}:root"


def column(reading: Reading, name: str) -> Value:
    """A cell of the reading's row, as the string it is."""
    answer = reading.answer(KEY, of=NATIVE)
    if isinstance(answer, Unknown):
        if answer.gaps or reading.part(NATIVE) is not None:
            return answer
        return Unknown(reading.world.hiding_any(GENERATE, reading.scope))
    value = (answer.value or {}).get(name)
    if value is None:
        return Unknown()
    return Known(value, answer.pointer and f"{answer.pointer}/{name}")


def flag(reading: Reading, name: str) -> Value:
    """A cell that is ``true`` or ``false`` as a bool; any other word is unknown."""
    cell = column(reading, name)
    if isinstance(cell, Unknown):
        return cell
    known = {"true": True, "false": False}.get(str(cell.value).lower())
    return Unknown() if known is None else Known(known, cell.pointer)


def summary(reading: Reading, name: str) -> Value:
    """A count of GetAccountSummary."""
    answer = reading.answer("GetAccountSummary", of=SUMMARY)
    if isinstance(answer, Unknown):
        return answer
    value = (answer.value or {}).get(name)
    return Unknown() if value is None else Known(value, answer.pointer and f"{answer.pointer}/{name}")
