from __future__ import annotations

import base64
import gzip
import json
import string
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.collect.calls import Batch, Call, Follow, Output, Read
from scanner.collect.concealment import classified, conceal
from scanner.collect.looks import assigns_secret, look_of, named_like_secret, secrets_in
from scanner.snapshot import SnapshotWriter
from tests.collect.test_runner import HERE, LIST, run


@pytest.fixture
def cloud() -> None:
    """No server for these."""


ACCESS_KEY = "AKIA" + "QWERTYUIOP234567"
PRIVATE_KEY = "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEow\n-----END RSA " + "PRIVATE KEY-----"
RANDOM = "wJalrXUtnFEMI/K7MDENG/bPxRfiCY" + "zEXAMPLEKEY"
JWT = "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiIxMjM0In0" + ".c2lnbmF0dXJl"
PARAMETER = "arn:aws:ssm:eu-west-1:111111111111:parameter/db/password"
SECRET = "arn:aws:secretsmanager:eu-west-1:111111111111:secret:db-AbCdEf"


@pytest.mark.parametrize(
    ("text", "look"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("production", "plain"),
        ("https://example.com/a?b=c", "plain"),
        ("eu-west-1", "plain"),
        ("b1946ac9-2492-4d23-a347-0f1b2c3d4e5f", "plain"),
        ("my-bucket-for-training-data", "plain"),
        (ACCESS_KEY, "aws_access_key"),
        (f"key={ACCESS_KEY}", "aws_access_key"),
        ("AKIA is the prefix", "plain"),
        (PRIVATE_KEY, "private_key"),
        ("-----BEGIN OPENSSH " + "PRIVATE KEY-----", "private_key"),
        ("-----BEGIN PUBLIC KEY-----", "plain"),
        ("ghp_" + "a1B2" * 9, "token"),
        ("glpat-" + "a1B2c3D4e5F6g7H8i9J0", "token"),
        ("xoxb-" + "123456789012-abcdef", "token"),
        ("AIza" + "a" * 35, "token"),
        ("sk_live_" + "a1B2c3D4e5F6g7H8", "token"),
        ("hf_" + "a" * 34, "token"),
        (JWT, "token"),
        ("postgres://app:hunter2@db.example.com/x", "url_with_password"),
        ("postgres://app@db.example.com:5432/x", "plain"),
        ("http://host:80/a@b", "plain"),
        (SECRET, "reference"),
        (PARAMETER, "reference"),
        ("{{resolve:secretsmanager:db:SecretString:password}}", "reference"),
        (f"{SECRET} {PARAMETER}", "plain"),
        (RANDOM, "high_entropy"),
        ("d41d8cd98f00b204e9800998ecf8427e", "high_entropy"),
        ("q7Rt2ZpLm9XvB4Kc", "high_entropy"),
    ],
)
def test_what_a_value_looks_like(text: str, look: str) -> None:
    assert look_of(text) == look


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "password", "dbPassword", "PG_PASSWD", "API_KEY", "apiKey", "STRIPE_API_KEY_2"),
        *("SECRET", "CLIENT_SECRET", "clientSecret", "GITHUB_TOKEN", "token", "AWS_SECRET_ACCESS_KEY"),
        *("SLACK_WEBHOOK_URL", "connectionString", "DSN", "storage-account-key"),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert named_like_secret(name)


@pytest.mark.parametrize(
    "name",
    [
        "BUCKET",
        "DB_PASSWORD_ARN",
        "SECRET_NAME",
        "TOKEN_TTL",
        "KEY",
        "KEYBOARD",
        "PASSENGER",
        "secretArn",
        "TOKENIZER",
    ],
)
def test_names_of_what_is_no_secret(name: str) -> None:
    assert not named_like_secret(name)


@pytest.mark.parametrize(
    ("script", "does"),
    [
        ("#!/bin/sh\nexport DB_PASSWORD=hunter22\n", True),
        ('{"apiKey": "abcdefgh"}', True),
        ("export DB_PASSWORD=$(aws ssm get-parameter)\n", False),
        (f"DB_PASSWORD={SECRET}\n", False),
        ("echo hello\nREGION=eu-west-1\n", False),
    ],
)
def test_scripts_that_assign_secrets(script: str, does: bool) -> None:
    assert assigns_secret(script) is does


def _user_data(text: str, *, zipped: bool = False) -> str:
    raw = text.encode()
    return base64.b64encode(gzip.compress(raw) if zipped else raw).decode()


class TestClassified:
    def test_a_secret(self) -> None:
        assert classified(ACCESS_KEY, "KEY") == {
            "concealed": True,
            "length_class": "medium",
            "looks": "aws_access_key",
            "named_like_secret": False,
        }

    def test_a_reference_says_to_what(self) -> None:
        found = classified(SECRET, "DB_PASSWORD")
        assert found["reference"] == "secretsmanager"
        assert found["refers_to"] == SECRET
        dynamic = classified("{{resolve:ssm-secure:name:1}}", "X")
        assert dynamic["reference"] == "ssm-secure"
        assert "refers_to" not in dynamic

    @pytest.mark.parametrize("zipped", [False, True])
    def test_user_data_is_read_as_what_it_stands_for(self, zipped: bool) -> None:
        text = f"#!/bin/sh\naws configure set id {ACCESS_KEY}\ncurl https://u:hunter2@x.example/\n"
        found = classified(_user_data(text, zipped=zipped), "UserData")
        assert found["looks"] == "aws_access_key"
        assert found["holds"] == ["aws_access_key", "url_with_password"]
        quiet = classified(_user_data("#!/bin/sh\nyum update -y\n", zipped=zipped), "UserData")
        assert (quiet["looks"], quiet["holds"], quiet["named_like_secret"]) == ("plain", [], False)
        named = classified(_user_data("export DB_PASSWORD=hunter22\n", zipped=zipped), "UserData")
        assert (named["looks"], named["named_like_secret"]) == ("plain", True)

    def test_half_of_a_gzip_is_no_error(self) -> None:
        assert classified(base64.b64encode(gzip.compress(b"x" * 99)[:20]).decode())["concealed"]

    @pytest.mark.parametrize("value", [True, 5, 1.5, b"\xff\x00", "x" * 100_000])
    def test_whatever_it_is(self, value: Any) -> None:
        assert set(classified(value)) == {"concealed", "length_class", "looks", "named_like_secret"}


class TestPaths:
    def test_a_mapping_keeps_its_names(self) -> None:
        item = {"Environment": {"Variables": {"DB_PASSWORD": "hunter2", "REGION": "eu-west-1"}}, "Name": "f"}
        kept = conceal(item, ("Environment.Variables",))
        variables = kept["Environment"]["Variables"]
        assert variables["DB_PASSWORD"]["named_like_secret"] is True
        assert variables["REGION"]["named_like_secret"] is False
        assert kept["Name"] == "f"
        assert item["Environment"]["Variables"]["DB_PASSWORD"] == "hunter2"

    @pytest.mark.parametrize("path", ["containers.environment.value", "containers[].environment[].value"])
    def test_a_value_beside_its_name(self, path: str) -> None:
        item = {
            "containers": [{"environment": [{"name": "API_KEY", "value": "x"}, {"name": "A", "value": ""}]}]
        }
        first, second = conceal(item, (path,))["containers"][0]["environment"]
        assert first["name"] == "API_KEY"
        assert first["value"]["named_like_secret"] is True
        assert second["value"]["looks"] == "empty"

    def test_what_is_not_there_stays_away(self) -> None:
        for item in ({}, {"a": None}, {"a": "text"}, {"a": [1]}):
            assert conceal(item, ("a.b", "c")) == item

    def test_any_member(self) -> None:
        assert conceal({"a": {"x": {"v": "1", "w": 2}}}, ("a.*.v",))["a"]["x"]["w"] == 2

    def test_the_whole(self) -> None:
        assert conceal("text", ("@",))["concealed"] is True

    def test_a_document_that_looks_classified_is_not_trusted(self) -> None:
        kept = conceal({"V": {"concealed": True, "x": "hunter2"}}, ("V",))
        assert "hunter2" not in str(kept)


texts = st.text(string.ascii_letters + string.digits + "+/=:@-_. \n", min_size=9, max_size=60)


@given(texts, texts, texts)
def test_no_value_survives(one: str, two: str, three: str) -> None:
    values = [f"9!{text}!9" for text in (one, two, three)]
    user_data = base64.b64encode(one.encode()).decode()
    item = {"E": {"V": {"a": values[0], "b": [values[1], {"c": values[2]}]}}, "U": user_data}
    kept = json.dumps(conceal(item, ("E.V", "U")))
    assert not [value for value in (*values, user_data) if json.dumps(value)[1:-1] in kept]


def test_no_value_survives_into_any_file_of_a_snapshot(tmp_path: Path) -> None:
    hunted = "hunter2-correct-horse"
    item = {
        "Arn": "arn:a",
        "Environment": {"Variables": {"DB_PASSWORD": hunted}},
        "UserData": _user_data(hunted),
        "Seen": 1,
    }
    described = {"id": "arn:a", "env": [{"name": "TOKEN", "value": hunted}], "at": 5}
    call = Call(
        LIST,
        (
            Output(
                "x.thing",
                "Things[]",
                "{Arn}",
                volatile=("Seen",),
                conceal=("Environment.Variables", "UserData"),
            ),
        ),
        batches=(
            Batch(
                Read("x", "BatchGetThings"),
                "ids",
                "{Arn}",
                2,
                "things[]",
                "{id}",
                conceal=("env.value",),
                volatile=("at",),
            ),
        ),
        follows=(
            Follow(Read("x", "GetThing"), {"n": "{Arn}"}, "Data", conceal=("Value",)),
            Follow(Read("x", "GetText"), {"n": "{Arn}"}, "Text", conceal=("@",)),
        ),
    )
    answers = {
        "ListThings": {"Things": [item]},
        "BatchGetThings": {"things": [described]},
        "GetThing": {"Data": {"Value": hunted, "Kept": "yes"}},
        "GetText": {"Text": hunted},
    }
    seen, _ = run(call, answers)
    (record,) = seen.of("x.thing")
    assert seen.gaps == []
    assert record.data["GetThing"]["Kept"] == "yes"
    assert record.data["BatchGetThings"]["env"][0]["value"]["looks"] == "plain"
    assert record.observed == {"ListThings": {"Seen": 1}, "BatchGetThings": {"at": 5}}
    with SnapshotWriter(tmp_path / "s", tool_version="1") as writer:
        writer.part(HERE, "x.thing", [record])
    text = b"".join(path.read_bytes() for path in (tmp_path / "s").rglob("*") if path.is_file())
    assert b"concealed" in text
    assert hunted.encode() not in text
    assert _user_data(hunted).encode() not in text
    assert secrets_in(text.decode()) == ()
