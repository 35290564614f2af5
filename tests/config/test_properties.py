"""Whatever is thrown at the loader, it gives a file or one `ConfigError`."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.config import parse
from scanner.errors import ConfigError

LINE = re.compile(r"e\.yaml:[1-9][0-9]*:[1-9][0-9]* .*\S|\.\.\. and ")
WORDS = st.sampled_from(
    re.findall(
        r"\S+",
        """version environments tier match aws accounts tags services flows from to access people is sources
        regions attestations date expires assume pattern tag_key dev prod ci production read 1 null""",
    )
)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=4), inner, max_size=6)
    ),
    max_leaves=25,
)
SYNTAX = st.text(alphabet="ab1:-?[]{}&*!|>%@`'\"#,<=~\\ \t\r\n\x00\x85\u2028\ufeffé😀", max_size=80)
RELAXED = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def survives(text: str) -> None:
    try:
        parse(text, "e.yaml")
    except ConfigError as error:
        told = error
    else:
        return
    assert told.what.startswith("e.yaml ")
    assert told.hint
    for line in told.why.splitlines():
        assert LINE.match(line), line


@RELAXED
@given(st.text() | SYNTAX)
def test_any_text(text: str) -> None:
    survives(text)


@RELAXED
@given(PLAIN)
def test_any_json(value: Any) -> None:
    survives(json.dumps(value))


@RELAXED
@given(data=st.data())
def test_any_damage_to_a_sound_file(sound: str, data: st.DataObject) -> None:
    text = sound
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(text)))
        end = data.draw(st.integers(start, min(len(text), start + 12)))
        text = text[:start] + data.draw(SYNTAX | WORDS) + text[end:]
    survives(text)


@RELAXED
@given(value=PLAIN, data=st.data())
def test_any_value_anywhere(sound: str, value: Any, data: st.DataObject) -> None:
    document = parse(sound, "e.yaml").model_dump(mode="json", by_alias=True, exclude_defaults=True)
    holder: Any = document
    for _ in range(data.draw(st.integers(0, 5))):
        keys = (
            list(holder)
            if isinstance(holder, dict)
            else list(range(len(holder)))
            if isinstance(holder, list)
            else []
        )
        inner = [key for key in keys if isinstance(holder[key], dict | list) and holder[key]]
        if not inner:
            break
        holder = holder[data.draw(st.sampled_from(inner))]
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    holder[data.draw(st.sampled_from(keys))] = value
    survives(json.dumps(document))
