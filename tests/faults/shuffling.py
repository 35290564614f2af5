"""Turns every array of an AWS answer around, as the cloud itself may from one call to the next."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from typing import Any
from xml.etree import ElementTree as ET


def turned(body: bytes, content_type: str) -> bytes:
    """The same answer with its arrays in reverse; policy documents are text and stay as they are."""
    if not body:
        return body
    if "json" in content_type or body[:1] == b"{":
        return json.dumps(_turned_json(json.loads(body))).encode()
    if b"<" in body[:5]:
        root = ET.fromstring(body)
        _turn_xml(root)
        return ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return body


def _turned_json(value: Any) -> Any:
    if isinstance(value, dict):
        # S3 answers with the bare document, whose statements stand as their author wrote them.
        return {key: item if key == "Statement" else _turned_json(item) for key, item in value.items()}
    return [_turned_json(item) for item in reversed(value)] if isinstance(value, list) else value


def _turn_xml(node: ET.Element) -> None:
    """Reverse the order among children of one name: lists are ``item``, ``member``, or unwrapped."""
    places = defaultdict(list)
    for index, child in enumerate(node):
        _turn_xml(child)
        places[child.tag].append(index)
    children = list(node)
    for indexes in places.values():
        for index, child in zip(indexes, [children[index] for index in reversed(indexes)], strict=True):
            node[index] = child
    if node.tag.endswith("Content") and node.text:
        node.text = _turned_report(node.text)


def _turned_report(text: str) -> str:
    """The credential report: base64 of CSV, whose rows have no order either."""
    head, *rows = base64.b64decode(text).decode().splitlines()
    return base64.b64encode("\n".join([head, *reversed(rows)]).encode()).decode()
