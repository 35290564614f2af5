from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from scanner.collect.calls import Batch, Call, Follow, Output, Read, Span, UnansweredError
from scanner.collect.crew import Crew, Halt
from scanner.collect.documents import document
from scanner.collect.ledger import Ledger
from scanner.collect.runner import Runner
from scanner.collect.settle import settle, split_off
from scanner.model.snapshot import Gap, Reason, Scope
from tests.collect.conftest import Seen

HERE = Scope("aws", "111111111111", "global")
LIST, GET = Read("x", "ListThings"), Read("x", "GetThing", "x:ReadThing")


@pytest.fixture
def cloud() -> None:
    """No server for these."""


class FakeDesk:
    """Answers from a table of operation -> answer, exception, or function of the parameters."""

    def __init__(self, ledger: Ledger, answers: Mapping[str, Any]) -> None:
        self.scope = HERE
        self.words = {"account": "111111111111", "region": "eu-west-1", "partition": "aws"}
        self.regions: list[str] = []
        self._ledger = ledger
        self._answers = answers

    def ask(
        self, read: Read, params: Mapping[str, Any], *, region: str = "", absent: tuple[str, ...] = ()
    ) -> dict[str, Any] | None:
        self.regions.append(region)
        answer = self._answers[read.operation]
        answer = answer(**params) if isinstance(answer, Callable) else answer  # type: ignore[arg-type]
        if isinstance(answer, UnansweredError):
            if answer.code in absent:
                return None
            raise answer
        return dict(answer)

    def miss(self, read: Read, kind: str, error: UnansweredError, resource: str = "") -> None:
        gap = Gap(self.scope, kind, read.name, read.allowed_by, error.reason, resource, error.code)
        self._ledger.missed(gap)


def run(call: Call, answers: Mapping[str, Any], *only: str) -> tuple[Seen, FakeDesk]:
    seen = Seen()
    ledger = Ledger(seen, seen)
    desk = FakeDesk(ledger, answers)
    with Crew(3, Halt(), "t") as crew:
        Runner(crew, ledger, frozenset(only) or None).read((call,), desk)
        crew.finish()
    return seen, desk


def things(**more: Any) -> Call:
    output = Output("x.thing", "Things[]", "{Arn}", **more)
    follow = Follow(GET, {"name": "{Name}"}, "Thing", absent=("NotThere",))
    return Call(LIST, (output,), Span.GLOBAL, follows=(follow,))


A, B = {"Arn": "arn:a", "Name": "a"}, {"Arn": "arn:b", "Name": "b"}
BROKEN = UnansweredError(Reason.THROTTLED, "Throttling")


def test_each_record_holds_its_own_follow_up() -> None:
    seen, _ = run(things(), {"ListThings": {"Things": [A, B]}, "GetThing": lambda name: {"Thing": name * 2}})
    assert {r.id: r.data["GetThing"] for r in seen.of("x.thing")} == {"arn:a": "aa", "arn:b": "bb"}
    assert seen.planned[HERE] == 3


def test_nothing_configured_is_none_and_a_failure_is_no_key() -> None:
    answers = {"a": UnansweredError(Reason.FAILED, "NotThere"), "b": BROKEN}
    seen, _ = run(things(), {"ListThings": {"Things": [A, B]}, "GetThing": lambda name: answers[name]})
    a, b = sorted(seen.of("x.thing"), key=lambda r: r.id)
    assert a.data == {"ListThings": A, "GetThing": None}
    assert b.data == {"ListThings": B}
    assert seen.gaps == [
        Gap(HERE, "x.thing", "x:GetThing", "x:ReadThing", Reason.THROTTLED, "arn:b", "Throttling")
    ]


@pytest.mark.parametrize(
    "answer",
    [
        BROKEN,
        {},
        {"Things": None},
        {"Things": [A, {"Name": "without an id"}]},
        {"Things": [{**A, "Blob": b"\x00"}]},
        {"message": b"half an answer"},
    ],
)
def test_a_listing_that_is_not_whole_is_a_gap_and_no_empty_part(answer: Any) -> None:
    seen, _ = run(things(), {"ListThings": answer, "GetThing": {"Thing": 1}})
    assert seen.parts == {}
    assert [(gap.kind, gap.resource, gap.call) for gap in seen.gaps] == [("x.thing", "", "x:ListThings")]


def test_a_follow_up_without_what_it_always_has_is_a_gap() -> None:
    seen, _ = run(things(), {"ListThings": {"Things": [A]}, "GetThing": {"Other": 1}})
    assert [(gap.resource, gap.detail) for gap in seen.gaps] == [("arn:a", "UnexpectedAnswer")]


def test_an_empty_listing_is_an_empty_part() -> None:
    seen, _ = run(things(), {"ListThings": {"Things": []}})
    assert seen.parts == {(HERE, "x.thing"): []}
    assert seen.gaps == []


def test_volatile_and_secret_fields_leave_the_data() -> None:
    item = {**A, "Seed": b"\x00", "Seen": datetime(2026, 1, 2, tzinfo=UTC), "User": {"Id": 1, "Seen": 2}}
    call = things(volatile=("Seen", "User.Seen", "Never"), drop=("Seed",))
    seen, _ = run(call, {"ListThings": {"Things": [item]}, "GetThing": {"Thing": 1}})
    (record,) = seen.of("x.thing")
    assert record.data["ListThings"] == {**A, "User": {"Id": 1}}
    assert record.observed == {"ListThings": {"Seen": "2026-01-02T00:00:00Z", "User": {"Seen": 2}}}


def test_a_native_field_cannot_pass_for_the_account() -> None:
    call = Call(LIST, (Output("x.thing", "Things[]", "{account}/{Name}"),))
    seen, _ = run(call, {"ListThings": {"Things": [{"Name": "a", "account": "999999999999"}]}})
    assert [r.id for r in seen.of("x.thing")] == ["111111111111/a"]


def test_a_follow_up_may_be_asked_elsewhere() -> None:
    output = Output("x.thing", "Things[]", "{Arn}", defaults={"Region": ""})
    follow = Follow(GET, {"name": "{Name}"}, "Thing", region="{Region}")
    call = Call(LIST, (output,), follows=(follow,))
    answers = {"ListThings": {"Things": [{**A, "Region": "eu-north-1"}, B]}, "GetThing": {"Thing": 1}}
    _, desk = run(call, answers)
    assert sorted(desk.regions) == ["", "", "eu-north-1"]


def test_children_are_listed_for_each_parent_and_make_one_part() -> None:
    child = Call(
        Read("x", "ListParts"), (Output("x.part", "Parts[]", "{_parent}/{Id}"),), params={"thing": "{Name}"}
    )
    call = Call(LIST, (Output("x.thing", "Things[]", "{Arn}"),), children=(child,))

    def parts(thing: str) -> Any:
        return {"Parts": [{"Id": 1}, {"Id": 2}]} if thing == "a" else BROKEN

    seen, _ = run(call, {"ListThings": {"Things": [A, B]}, "ListParts": parts})
    assert sorted(r.id for r in seen.of("x.part")) == ["arn:a/1", "arn:a/2"]
    assert [(gap.kind, gap.call, gap.resource) for gap in seen.gaps] == [("x.part", "x:ListParts", "")]
    seen, _ = run(call, {"ListThings": {"Things": []}})
    assert seen.parts == {(HERE, "x.thing"): [], (HERE, "x.part"): []}
    seen, _ = run(call, {"ListThings": BROKEN})
    assert seen.parts == {}


class TestBatches:
    MANY = [{"Arn": f"arn:{number}", "Name": f"n{number}"} for number in range(5)]  # noqa: RUF012
    DESCRIBE = Read("x", "BatchGetThings")

    def _call(self, size: int = 2, **more: Any) -> Call:
        batch = Batch(self.DESCRIBE, "names", "{Name}", size, "things[]", "{name}", **more)
        return Call(LIST, (Output("x.thing", "Things[]", "{Arn}"),), batches=(batch,))

    def _answers(self, asked: list[Any], known: Callable[[str], bool] = lambda _: True) -> dict[str, Any]:
        def describe(names: list[str], **more: Any) -> Any:
            asked.append((names, more))
            # In another order than asked.
            return {"things": [{"name": name, "size": 1} for name in reversed(names) if known(name)]}

        return {"ListThings": {"Things": self.MANY}, "BatchGetThings": describe}

    def test_each_record_gets_its_own_part_in_few_calls(self) -> None:
        asked: list[Any] = []
        seen, _ = run(self._call(params={"of": "{account}"}), self._answers(asked))
        assert sorted(len(names) for names, _ in asked) == [1, 2, 2]
        assert {more["of"] for _, more in asked} == {HERE.boundary}
        assert {r.id: r.data["BatchGetThings"]["name"] for r in seen.of("x.thing")} == {
            item["Arn"]: item["Name"] for item in self.MANY
        }
        assert seen.gaps == []
        assert seen.planned[HERE] == 4

    def test_what_the_answer_leaves_out_is_a_gap_or_nothing_configured(self) -> None:
        known = "n3".__ne__
        seen, _ = run(self._call(), self._answers([], known))
        assert [(g.resource, g.call, g.detail) for g in seen.gaps] == [
            ("arn:3", "x:BatchGetThings", "NotInAnswer")
        ]
        assert len(seen.of("x.thing")) == 5
        seen, _ = run(self._call(absent=True), self._answers([], known))
        assert {r.id: r.data["BatchGetThings"] for r in seen.of("x.thing")}["arn:3"] is None
        assert seen.gaps == []

    @pytest.mark.parametrize("answer", [BROKEN, {}, {"things": [{"no": "name"}]}])
    def test_a_read_that_fails_is_a_gap_for_each_of_its_records(self, answer: Any) -> None:
        seen, _ = run(self._call(5), {"ListThings": {"Things": self.MANY}, "BatchGetThings": answer})
        assert sorted(g.resource for g in seen.gaps) == [item["Arn"] for item in self.MANY]
        assert all(r.data.keys() == {"ListThings"} for r in seen.of("x.thing"))

    def test_bare_ids_and_what_is_described_feed_follow_ups(self) -> None:
        call = Call(
            Read("x", "ListClusters"),
            (Output("x.cluster", "arns[].{arn: @}", "{arn}"),),
            batches=(Batch(self.DESCRIBE, "arns", "{arn}", 100, "clusters[]", "{arn}", keep="{role: role}"),),
            follows=(
                Follow(GET, {"Filters": [{"Values": ["{BatchGetThings[role]}"]}]}, "Thing"),
                Follow(Read("x", "GetOther"), {}, "Other", when="BatchGetThings.role == 'none'"),
            ),
        )
        answers = {
            "ListClusters": {"arns": ["a", "b"]},
            "BatchGetThings": lambda arns: {"clusters": [{"arn": arn, "role": f"r-{arn}"} for arn in arns]},
            "GetThing": lambda Filters: {"Thing": Filters[0]["Values"][0]},  # noqa: N803 - a parameter's name
        }
        seen, _ = run(call, answers)
        assert {r.id: r.data["GetThing"] for r in seen.of("x.cluster")} == {"a": "r-a", "b": "r-b"}
        assert {r.data["GetOther"] for r in seen.of("x.cluster")} == {None}
        assert seen.gaps == []

    def test_what_a_wanted_follow_up_is_asked_with_is_made_too(self) -> None:
        call = Call(
            LIST,
            (Output("x.thing", "Things[]", "{Arn}"),),
            batches=(Batch(self.DESCRIBE, "names", "{Name}", 9, "things[]", "{name}"),),
            follows=(
                Follow(Read("x", "GetSize"), {"n": "{BatchGetThings[size]}"}, "Size"),
                Follow(Read("x", "GetOther"), {"n": "{Name}"}, "Other"),
                Follow(Read("x", "GetMore"), {"n": "{Name}"}, "More", when="GetSize == '1!'"),
            ),
        )
        answers = {**self._answers([]), "GetSize": lambda n: {"Size": f"{n}!"}, "GetMore": {"More": 1}}
        seen, _ = run(call, answers, "x:GetMore")
        assert seen.gaps == []
        keys = {"ListThings", "BatchGetThings", "GetSize", "GetMore"}
        assert {frozenset(r.data) for r in seen.of("x.thing")} == {frozenset(keys)}
        made = {read.operation for read in call.made(frozenset({"x:GetMore"}))}
        assert made == keys

    def test_not_wanted_is_not_made(self) -> None:
        asked: list[Any] = []
        seen, _ = run(self._call(), self._answers(asked), "x:ListThings")
        assert asked == []
        assert len(seen.of("x.thing")) == 5


class TestChildrenOfChildren:
    GRAND = Call(
        Read("x", "ListBolts"),
        (Output("x.bolt", "Bolts[]", "{_parent}/{Id}"),),
        params={"thing": "{Name}", "part": "{Id}"},
    )
    CHILD = Call(
        Read("x", "ListParts"),
        (Output("x.part", "Parts[]", "{_parent}/{Id}"),),
        params={"thing": "{Name}"},
        children=(GRAND,),
        when="Name != 'b'",
    )
    CALL = Call(LIST, (Output("x.thing", "Things[]", "{Arn}"),), children=(CHILD,))

    def _answers(self, *things: Mapping[str, str]) -> dict[str, Any]:
        return {
            "ListThings": {"Things": list(things)},
            "ListParts": lambda thing: {"Parts": [{"Id": f"{thing}1"}]},
            "ListBolts": lambda thing, part: {"Bolts": [{"Id": f"{thing}-{part}"}]},
        }

    def test_words_of_all_above_are_there(self) -> None:
        seen, _ = run(self.CALL, self._answers(A, B))
        assert [r.id for r in seen.of("x.bolt")] == ["arn:a/a1/a-a1"]
        assert [r.id for r in seen.of("x.part")] == ["arn:a/a1"], "b is left out by its condition"

    @pytest.mark.parametrize("things", [(), (B,)])
    def test_where_there_is_nothing_above_all_below_is_known_to_be_empty(self, things: Any) -> None:
        seen, _ = run(self.CALL, self._answers(*things))
        assert {kind: len(records) for (_, kind), records in seen.parts.items()} == {
            "x.thing": len(things),
            "x.part": 0,
            "x.bolt": 0,
        }

    def test_a_parent_that_was_not_listed_leaves_nothing_below(self) -> None:
        seen, _ = run(self.CALL, {**self._answers(A), "ListParts": BROKEN})
        assert "x.bolt" not in {kind for _, kind in seen.parts}


class TestSettle:
    def test_arrays_are_sets_at_every_depth(self) -> None:
        one = {"a": [{"x": [3, 1, 2]}, {"x": []}], "b": ["z", "y"]}
        other = {"b": ["y", "z"], "a": [{"x": []}, {"x": [2, 3, 1]}]}
        assert settle(one) == settle(other) == {"a": [{"x": [1, 2, 3]}, {"x": []}], "b": ["y", "z"]}

    def test_statements_keep_their_order_but_not_their_lists(self) -> None:
        document = {"Statement": [{"Sid": "B", "Action": ["s3:Put*", "s3:Get*"]}, {"Sid": "A"}]}
        assert settle(document) == {
            "Statement": [{"Sid": "B", "Action": ["s3:Get*", "s3:Put*"]}, {"Sid": "A"}]
        }

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2026, 11, 24, 5, 0),  # noqa: DTZ001 - what an SDK may give
            datetime(2026, 11, 24, 7, 0, tzinfo=timezone(timedelta(hours=2))),
        ],
    )
    def test_times_are_utc_wherever_the_machine_stands(self, moment: datetime) -> None:
        assert settle(moment) == "2026-11-24T05:00:00Z"

    def test_text_that_no_file_can_hold_is_replaced(self) -> None:
        assert settle({"a\ud800": "b\udfff"}) == {"a?": "b?"}

    def test_bytes_have_no_place(self) -> None:
        with pytest.raises(TypeError):
            settle({"a": [b"x"]})

    def test_split_off_takes_only_what_is_there(self) -> None:
        assert split_off({"a": 1, "b": "text"}, ("c", "b.c")) == ({"a": 1, "b": "text"}, {})


class TestDocuments:
    @pytest.mark.parametrize(
        "text",
        ['{"Statement": []}', "%7B%22Statement%22%3A%20%5B%5D%7D", {"Statement": []}],
    )
    def test_every_form_gives_the_object(self, text: Any) -> None:
        assert document(text) == {"Statement": []}

    def test_a_percent_in_a_document_is_not_an_escape(self) -> None:
        assert document('{"a": "100%25"}') == {"a": "100%25"}

    @pytest.mark.parametrize("text", ["", "null", "[]", '{"a":', "%7B"])
    def test_what_is_no_object_is_not_known(self, text: str) -> None:
        with pytest.raises(UnansweredError, match="UnreadableDocument"):
            document(text)
