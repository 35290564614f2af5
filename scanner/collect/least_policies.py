"""The least IAM policies for a set of calls: documents that fit a managed policy, as JSON or Terraform.

A managed policy holds 6,144 characters, white space not counted (IAM User Guide, "IAM and AWS STS quotas",
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html); what is longer is split.
What a run does as itself (becoming the roles, asking an AWS Config aggregator of its own account) is a
policy of its own. Reads of the organization are another: they are made in the management account, or in
one that it has delegated to, and every other account can do without.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any

import orjson

from scanner.collect.calls import Entry, Span

LARGEST = 6144
"""Characters of a managed policy without white space."""
ACCOUNT, ORGANIZATION, RUN = "envsplit-audit", "envsplit-organization", "envsplit-run"
_VERSION = "2012-10-17"

Document = Mapping[str, Any]


def policies_for(entries: Iterable[Entry]) -> dict[str, Document]:
    """Name -> policy document, one for each identity.

    ``envsplit-audit`` is for the role in every account, ``envsplit-organization`` for where the organization
    is read, ``envsplit-run`` for the credentials that a run starts with.
    Where a document is too long there are ``envsplit-audit-1``, ``-2`` and so on. The same entries
    give the same documents, whatever their order.
    """
    actions: dict[str, set[str]] = {ACCOUNT: set(), ORGANIZATION: set(), RUN: set()}
    whose = {Span.ORGANIZATION: ORGANIZATION, Span.RUN: RUN}
    for entry in entries:
        actions[whose.get(entry.span, ACCOUNT)].add(entry.permission)
        if entry.span is Span.MEMBER:
            actions[ORGANIZATION].add(entry.permission)
    found: dict[str, Document] = {}
    for name, allowed in actions.items():
        split = list(_split(sorted(allowed)))
        for number, statements in enumerate(split, start=1):
            key = name if len(split) == 1 else f"{name}-{number}"
            found[key] = {"Version": _VERSION, "Statement": statements}
    return found


def as_json(found: Mapping[str, Document]) -> str:
    """All documents as one JSON object, name -> document."""
    return orjson.dumps(found, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def as_terraform(found: Mapping[str, Document]) -> str:
    """The documents as Terraform data sources (``aws_iam_policy_document``), each with its policy."""
    return "\n".join(_terraform(name, document) for name, document in found.items())


def _split(actions: list[str]) -> Iterator[list[dict[str, Any]]]:
    """Statements by service, in as few documents as their order allows."""
    statements: list[dict[str, Any]] = []
    for service, group in groupby(actions, key=lambda action: action.partition(":")[0]):
        for action in group:
            grown = _with(statements, service, action)
            if _size(grown) > LARGEST:
                yield statements
                grown = _with([], service, action)
            statements = grown
    if statements:
        yield statements


def _with(statements: list[dict[str, Any]], service: str, action: str) -> list[dict[str, Any]]:
    what = "Become" if service == "sts" else "Read"
    sid = what + "".join(word.capitalize() for word in service.split("-"))
    if statements and statements[-1]["Sid"] == sid:
        *rest, last = statements
        return [*rest, {**last, "Action": [*last["Action"], action]}]
    return [*statements, {"Sid": sid, "Effect": "Allow", "Action": [action], "Resource": "*"}]


def _size(statements: list[dict[str, Any]]) -> int:
    return len(orjson.dumps({"Version": _VERSION, "Statement": statements}))


def _terraform(name: str, document: Document) -> str:
    label = name.replace("-", "_")
    lines = [f'data "aws_iam_policy_document" "{label}" {{']
    for number, statement in enumerate(document["Statement"]):
        lines += [""] if number else []
        lines += [
            "  statement {",
            f'    sid    = "{statement["Sid"]}"',
            '    effect = "Allow"',
            "    actions = [",
        ]
        lines += [f'      "{action}",' for action in statement["Action"]]
        lines += ["    ]", '    resources = ["*"]', "  }"]
    lines += [
        "}",
        "",
        f'resource "aws_iam_policy" "{label}" {{',
        f'  name   = "{name}"',
        f"  policy = data.aws_iam_policy_document.{label}.json",
        "}",
        "",
    ]
    return "\n".join(lines)
