"""Shapes that many AWS answers share: ARNs, tag lists, policy documents, wrapped answers."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from scanner.estate.normaliser import Attr, Reading, field_of, inside
from scanner.estate.values import Unknown, Value


def raw_id(reading: Reading) -> str:
    """``vpc-1`` of ``arn:aws:ec2:eu-west-1:111111111111:vpc/vpc-1``."""
    return reading.id.rsplit("/", 1)[-1]


def owner(reading: Reading) -> str:
    """The account in an ARN: it owns what other accounts may list too. ``aws`` owns what AWS made."""
    return reading.id.split(":", 5)[4]


def last_segment(reading: Reading) -> str:
    """``x`` of ``arn:aws:s3:::x``."""
    return reading.id.rsplit(":", 1)[-1]


def pairs(tags: Iterable[dict[str, str]]) -> dict[str, str]:
    """A native list of ``{Key, Value}``, or ``{key, value}``, as a mapping."""
    return {
        tag["Key"] if "Key" in tag else tag["key"]: tag.get("Value", tag.get("value", "")) for tag in tags
    }


def tags_at(key: str, *path: str) -> Attr:
    """Tags at a path of an answer; an answer without them says that there are none."""
    return field_of(key, *path, absent={}, convert=pairs)


def mapped_tags_at(key: str, *path: str) -> Attr:
    """`tags_at`, of a service that writes a mapping."""
    return field_of(key, *path, absent={}, convert=dict)


def ids(items: Iterable[Any], name: str) -> list[str]:
    """One field of each item that has it, sorted, once each."""
    return sorted({item[name] for item in items if item.get(name)})


def id_list(name: str) -> Callable[[Iterable[Any]], list[str]]:
    """`ids` as a converter."""
    return lambda items: ids(items, name)


def document(answer: Value) -> Value:
    """A policy document; ``None``: there is none. What is no document could not be decoded: unknown."""
    if isinstance(answer, Unknown) or answer.value is None:
        return answer
    return answer if isinstance(answer.value, dict) and "Statement" in answer.value else Unknown()


def policy_at(key: str, *path: str) -> Attr:
    """The policy `document` at a path of an answer; an answer without it says that there is none."""
    return Attr(lambda reading: document(inside(reading.answer(key), *path, absent=None)), (key,))


TAGGING = "resourcegroupstaggingapi:GetResources"
_IN_BULK = "GetResources"


def tags_in_bulk(before: str = "") -> Attr:
    """Tags that the Resource Groups Tagging API gave for all services of a region.

    ``before``: the operation that older snapshots have them from. What the answer leaves out has none.
    """

    def read(reading: Reading) -> Value:
        answer = reading.answer(_IN_BULK, call=TAGGING)
        if isinstance(answer, Unknown) and before:
            older = reading.answer(before)
            answer = answer if isinstance(older, Unknown) and answer.gaps else older
        return inside(answer, absent={}, convert=pairs)

    return Attr(read, calls=(TAGGING,))
