"""Files that hold an answer of GetAccountAuthorizationDetails, read as if it had just been given.

One file is one account: what ``aws iam get-account-authorization-details`` prints, or the report of
cloudsplaining, which holds the same. The records are those that a collection makes; every other call of
the account becomes a gap, since a file answers nothing else.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from scanner.collect import cloudsplaining
from scanner.collect.aws.iam import CALLS, DOCUMENTS, LISTS
from scanner.collect.calls import Entry, Read, UnansweredError
from scanner.collect.documents import documents_in
from scanner.collect.records import draft
from scanner.collect.settle import when
from scanner.errors import UsageError
from scanner.model.snapshot import Gap, Reason, Scope, Sink

NOT_IN_FILE = "NotInFile"
"""The detail of a gap for a call that a file does not answer."""

_CALL, _READ = next(
    (call, call.read)
    for call in CALLS
    if call.read and call.read.operation == "GetAccountAuthorizationDetails"
)
_ARN = re.compile(r"arn:(?P<partition>[^:]+):iam::(?P<account>\d{12}):")
_TIMES = frozenset({"CreateDate", "UpdateDate", "PasswordLastUsed", "LastUsedDate"})


def imported(paths: Iterable[Path], sink: Sink, table: Iterable[Entry]) -> None:
    """Take the accounts of some files into a sink; ``table`` is the call table, for the gaps.

    Raises `UsageError` for a file that is no such answer, and for two files of one account.
    """
    table, scopes = tuple(table), dict[str, Scope]()
    for path in paths:
        answer = _answer(path)
        account, partition = _account(answer, path)
        if account in scopes:
            raise UsageError(f"{path} is about account {account}, which another file is about too")
        scopes[account] = Scope("aws", account, "global")
        _fill(_File(scopes[account], partition), answer, sink, path)
        for gap in _gaps(scopes[account], table):
            sink.gap(gap)
    sink.count({})
    sink.coverage(list(scopes.values()), list(scopes.values()), [])


class _File:
    """A `scanner.collect.calls.Desk` at which nothing is asked: a file has answered already."""

    def __init__(self, scope: Scope, partition: str) -> None:
        self.scope = scope
        self.words: Mapping[str, str] = {"account": scope.boundary, "partition": partition, "region": ""}

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        """Nothing more is in the file. Raises `UnansweredError`."""
        del read, params, region, absent
        raise UnansweredError(Reason.UNREACHED, NOT_IN_FILE)

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        """Never called: nothing is asked."""


def _answer(path: Path) -> dict[str, Any]:
    """What a file holds, in the shape of the API."""
    try:
        found = orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise UsageError(f"{path} could not be read", why=str(error)) from error
    if isinstance(found, dict) and cloudsplaining.recognised(found):
        found = cloudsplaining.native(found)
    if not isinstance(found, dict) or not all(isinstance(found.get(key), list) for key in LISTS.values()):
        raise UsageError(
            f"{path} is no answer of GetAccountAuthorizationDetails",
            why=f"it has to hold the lists {', '.join(LISTS.values())}",
            hint="make one with: aws iam get-account-authorization-details > details.json",
        )
    if found.get("IsTruncated"):
        raise UsageError(f"{path} is the first page of an answer", hint="ask again without --no-paginate")
    return {key: _timed(value) for key, value in found.items()}


def _timed(value: Any) -> Any:
    """A value with its times in the form that a collection writes."""
    if isinstance(value, dict):
        return {key: _moment(item) if key in _TIMES else _timed(item) for key, item in value.items()}
    return [_timed(item) for item in value] if isinstance(value, list) else value


def _moment(text: Any) -> Any:
    try:
        return when(datetime.fromisoformat(text))
    except (TypeError, ValueError):
        return text


def _account(answer: Mapping[str, Any], path: Path) -> tuple[str, str]:
    """The account that all identities of an answer are of, and its partition."""
    lists = (answer[key] for kind, key in LISTS.items() if kind != "iam.policy")
    arns = [_ARN.match(str(item.get("Arn"))) for listed in lists for item in listed]
    found = sorted({(arn["account"], arn["partition"]) for arn in arns if arn})
    if len(found) != 1:
        why = f"its identities are of {', '.join(account for account, _ in found) or 'no account at all'}"
        raise UsageError(f"{path} is not about one account", why=why)
    return found[0]


def _fill(desk: _File, answer: Mapping[str, Any], sink: Sink, path: Path) -> None:
    """The records of a collection, and the policies of AWS that nobody uses."""
    try:
        decoded = documents_in(answer, DOCUMENTS)
        for output in _CALL.outputs:
            items = ({_READ.operation: item} for item in decoded[LISTS[output.kind]])
            sink.part(desk.scope, output.kind, [draft(output, item, desk, {}).record() for item in items])
    except (UnansweredError, KeyError, AttributeError, TypeError) as error:
        raise UsageError(f"{path} holds something else than the API answers", why=str(error)) from error


def _gaps(scope: Scope, table: Iterable[Entry]) -> Iterator[Gap]:
    """All that an account was not asked for."""
    for entry in table:
        if not entry.follow and entry.name != _READ.name:
            kind = entry.kinds[0]
            yield Gap(scope, kind, entry.name, entry.permission, Reason.UNREACHED, detail=NOT_IN_FILE)
