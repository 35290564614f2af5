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
    """A native list of ``{Key, Value}`` as a mapping."""
    return {tag["Key"]: tag.get("Value", "") for tag in tags}


def tags_at(key: str, *path: str) -> Attr:
    """Tags at a path of an answer; an answer without them says that there are none."""
    return field_of(key, *path, absent={}, convert=pairs)


def lower_tags_at(key: str, *path: str) -> Attr:
    """`tags_at`, of a service that writes ``{key, value}``."""
    return field_of(
        key, *path, absent={}, convert=lambda tags: {tag["key"]: tag.get("value", "") for tag in tags}
    )


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


def tags_in_bulk() -> Attr:
    """Tags that the Resource Groups Tagging API gave for a whole service."""
    return Attr(
        lambda reading: inside(reading.answer("GetResources", call=TAGGING), absent={}, convert=pairs),
        calls=(TAGGING,),
    )
