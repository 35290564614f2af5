"""Branches and tags as CodeBuild and CodePipeline name them, brought to one form.

A trigger is ``{kind, ref}``; ``ref`` is a pattern in which ``*`` stands for anything, ``None`` for any
reference, and a regular expression that cannot be written so begins with ``~``.

AWS CodeBuild API Reference, ``WebhookFilter`` (patterns are regular expressions, found anywhere in the
reference unless anchored); AWS CodePipeline User Guide, "Working with glob patterns in syntax".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_PLAIN = re.compile(r"[\w/@:-]|\\?\.(?![*+?])")
_COMMIT = re.compile(r"[0-9a-f]{7,40}|[0-9a-f]{64}")
_HEADS, _TAGS = "refs/heads/", "refs/tags/"


def source(provider: str, repository: str | None, version: str | None) -> dict[str, Any]:
    """A source at a version: a branch, a tag, a commit, either of the first two, or the default branch."""
    found: dict[str, Any] = {"provider": provider, "repository": repository, "branch": None, "tag": None}
    text = (version or "").removesuffix("^{commit}").removesuffix("^{}")
    if text.startswith(_HEADS):
        found["branch"] = text.removeprefix(_HEADS)
    elif text.startswith(_TAGS):
        found["tag"] = text.removeprefix(_TAGS)
    elif _COMMIT.fullmatch(text):
        found["commit"] = text
    elif text:
        found |= {"branch": text, "tag": text}
    return found


def pushed(pattern: str | None) -> Iterator[dict[str, Any]]:
    """The triggers of a push to references that a pattern of CodeBuild matches; ``None``: to any."""
    if pattern is None:
        yield {"kind": "merge", "ref": None}
        yield {"kind": "release", "ref": None}
        return
    glob = as_glob(pattern)
    if glob.startswith(_TAGS):
        yield {"kind": "release", "ref": glob.removeprefix(_TAGS)}
    elif glob.startswith(_HEADS):
        yield {"kind": "merge", "ref": glob.removeprefix(_HEADS)}
    else:
        # Any number of sorts may match.
        yield {"kind": "merge", "ref": glob}
        yield {"kind": "release", "ref": glob}


def as_glob(regular: str) -> str:
    """A simple regular expression as a pattern; any other as it is, behind ``~``."""
    text, found = regular.removeprefix("^"), [] if regular.startswith("^") else ["*"]
    anchored = text.endswith("$") and not text.endswith("\\$")
    text = text[:-1] if anchored else text
    while text:
        if text.startswith((".*", ".+")):
            found.append("*")
            text = text[2:]
        elif plain := _PLAIN.match(text):
            found.append(plain[0].removeprefix("\\"))
            text = text[plain.end() :]
        else:
            return f"~{regular}"
    glob = re.sub(r"\*+", "*", "".join([*found, *([] if anchored else ["*"])]))
    # Every reference begins with it.
    return glob.removeprefix("*") if glob.startswith("*refs/") else glob


def webhook(native: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """What a webhook of CodeBuild starts builds on: any group of its filters will do."""
    if not native:
        return []
    groups = native.get("filterGroups") or ()
    if not groups:
        if pattern := native.get("branchFilter"):
            glob = as_glob(pattern)
            return once({"kind": kind, "ref": glob} for kind in ("merge", "pull_request"))
        return once([*pushed(None), {"kind": "pull_request", "ref": None}])
    return once(trigger for group in groups for trigger in _of_group(group))


def _of_group(group: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    filters = tuple(group)
    events = {
        event.strip()
        for each in filters
        if each.get("type") == "EVENT"
        for event in str(each.get("pattern", "")).split(",")
    }
    named = [
        str(each.get("pattern", ""))
        for each in filters
        if each.get("type") == "HEAD_REF" and not each.get("excludeMatchedPattern")
    ]
    if "PUSH" in events:
        yield from pushed(named[0] if named else None)
    if events & {"RELEASED", "PRERELEASED"}:
        yield {"kind": "release", "ref": None}
    if any(event.startswith("PULL_REQUEST") for event in events):
        yield {"kind": "pull_request", "ref": None}
    if any(event.startswith("WORKFLOW") for event in events):
        yield {"kind": "event", "ref": None}


def once(triggers: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Triggers, each once, sorted."""
    found = {(each["kind"], each["ref"] or ""): each for each in triggers}
    return [found[key] for key in sorted(found)]
