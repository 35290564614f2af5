import io
import os
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from scanner.model.finding import Missing, Tally, WitnessStep
from scanner.model.logic import Verdict
from scanner.model.snapshot import Source
from scanner.report import terminal
from tests.findings import world
from tests.report import examples

ROOT = Path(__file__).parents[2]


def shown(
    judgement: object = None, *, width: int = 80, tty: bool = False, limit: int = 5, colour: bool = False
) -> str:
    file = io.StringIO()
    console = Console(
        file=file,
        width=width,
        force_terminal=tty,
        color_system="truecolor" if colour else None,
        legacy_windows=False,
        _environ={},
    )
    terminal.render(judgement or examples.judgement(), console, limit=limit)  # type: ignore[arg-type]
    return file.getvalue()


def test_golden_text() -> None:
    path = ROOT / "fixtures" / "reports" / "guide.txt"
    text = shown()
    if os.environ.get("ENVSPLIT_UPDATE_GOLDEN") == "1":
        path.write_text(text, "utf-8")
    assert path.read_text("utf-8") == text


def test_worst_pair_comes_first_and_blind_spots_before_it() -> None:
    text = shown()
    order = [
        "COVERAGE",
        "CONTROLS",
        "START HERE",
        "dev \u2192 prod  ",
        "\nprod  ",
        "in no environment",
        "NOT DECIDED",
        "ATTESTED",
    ]
    assert [text.index(word) for word in order] == sorted(text.index(word) for word in order)


def test_coverage_names_the_scope_the_reason_and_the_rules_it_blinds() -> None:
    text = shown()
    assert "COVERAGE  2 of 3 scopes reached, 4 calls gave no answer" in text
    assert "not reached aws/333333333333/global  sts:AssumeRole denied: AccessDenied" in text
    assert "blinds DAT-002, ISO-004, ISO-011" in text


def test_words_say_what_colour_does() -> None:
    text = shown()
    assert "\x1b" not in text
    for word in (
        "CRITICAL  ",
        "CRITICAL ASSUMED  ",
        "MEDIUM LATENT  ",
        "held: trust of prod-deploy",
        "8 fail",
    ):
        assert word in text


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize("tty", [True, False])
def test_nothing_is_cut_and_no_line_ends_in_blanks(width: int, tty: bool) -> None:
    text = shown(width=width, tty=tty)
    assert "\u2026" not in text
    squeezed = "".join(text.split())
    for whole in (
        world.CHAIN.border,
        world.ASSUMED.border,
        "parts/aws/222222222222/global/s3.bucket.jsonl:2",
    ):
        assert whole in squeezed
    assert [row for row in text.splitlines() if row != row.rstrip()] == []


@pytest.mark.parametrize("width", [40, 80, 120])
def test_a_terminal_is_never_overrun(width: int) -> None:
    assert max(len(row) for row in shown(width=width, tty=True).splitlines()) <= width


def test_a_pipe_gets_ids_whole() -> None:
    assert world.CHAIN.border in shown(width=40)


def test_a_console_without_unicode_gets_ascii() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii", errors="strict")
    console = Console(file=file, width=80, color_system=None, _environ={})
    terminal.render(examples.judgement(), console)
    file.flush()
    assert b"dev -> prod" in raw.getvalue()


def test_no_color_is_honoured() -> None:
    file = io.StringIO()
    console = Console(
        file=file, width=80, force_terminal=True, _environ={"NO_COLOR": "1", "TERM": "xterm-256color"}
    )
    terminal.render(examples.judgement(), console)
    assert "\x1b[31m" not in file.getvalue()
    assert "38;" not in file.getvalue()


@pytest.mark.parametrize("colour", [True, False])
def test_names_are_shown_and_not_obeyed(colour: bool) -> None:
    text = shown(examples.hostile(), tty=True, colour=colour, width=200)
    assert "[bold red]evil[/] red" in text
    assert "[a](https://evil.example) {0} gpj.exe ::error::x" in text
    assert not {"\x1b[31mred", "\x9b", "\u202e", "\n::error"} & {
        text[at : at + n] for at in range(len(text)) for n in (1, 8)
    }


def test_a_crowd_is_counted() -> None:
    text = shown(limit=1)
    assert "and 2 more of ISO-004/path" in text


def test_unknowns_are_grouped_by_the_read_to_allow() -> None:
    text = shown()
    assert "s3:GetBucketPolicy  gave no answer in aws/222222222222/global" in text
    assert "allow s3:GetBucketPolicy to decide 1 check:" in text


def test_a_clean_estate_says_so() -> None:
    text = shown(examples.clean())
    assert "0 fail   0 unknown   0 attested   7 pass   of 7 judgements" in text
    assert "2 of 2 scopes reached, every call answered" in text
    assert "CRITICAL" not in text


def test_clean_is_said_only_where_it_is_known() -> None:
    some = (Tally("DAT-006", "versioning", "prod", passed=7),)
    more = (*some, Tally("DAT-006", "logging", "prod", unknown=2))
    said = {
        "clean": shown(examples.clean()),
        "unreached": shown(examples.judgement(findings=(), tallies=some)),
        "unknown": shown(examples.judgement(findings=(), tallies=more, coverage=examples.COMPLETE)),
    }
    assert {name for name, text in said.items() if "Clean:" in text} == {"clean"}
    assert "Nothing failed in what was reached." in said["unreached"]
    assert "not the same as clean: 2 not known" in said["unknown"]


def test_an_empty_judgement_is_not_called_clean() -> None:
    text = shown(examples.judgement(findings=(), tallies=()))
    assert "Nothing was judged" in text
    assert "pass" not in text


def drawn(*steps: WitnessStep, crossing: bool = True) -> str:
    """The one finding's lines, unwrapped."""
    fails = [item for item in examples.judgement().findings if item.verdict is Verdict.FAIL]
    found = next(item for item in fails if bool(item.crossing) is crossing)
    text = shown(examples.judgement(findings=(replace(found, witness=steps),)), width=400)
    return " ".join(text.split())


def step(number: int, source: str, target: str, by: str, part: str = "parts/x.jsonl") -> WitnessStep:
    return WitnessStep(number, source, target, by, Source(part, number))


def test_steps_bear_the_numbers_that_messages_use() -> None:
    text = drawn(step(1, "a", "b", "grant"), step(2, "a", "b", "trust"), step(3, "b", "c", "policy"))
    assert "a \u2500(1 grant; 2 trust)\u2192 b \u2500(3 policy)\u2192 c" in text
    assert "a \u2500(grant)\u2192 b" in drawn(step(1, "a", "b", "grant")), "one step needs no number"
    told = drawn(step(1, "a", "a", "versioning is off"), step(2, "a", "a", "lock is off"), crossing=False)
    assert "versioning is off; lock is off" in told


def test_the_way_of_the_answer_is_told_as_such() -> None:
    there = [
        step(1, "eni", "vpc", "egress"),
        step(2, "vpc", "pcx", "route"),
        step(3, "pcx", "peer", "peering"),
    ]
    text = drawn(*there, step(4, "peer", "db", "ingress"), step(5, "peer", "pcx", "route back"))
    assert "\u2192 db; return: peer \u2500(5 route back)\u2192 pcx" in text
    straight = drawn(*there, step(4, "peer", "pcx", "route back"))
    assert "\u2192 peer; return: peer \u2500(4 route back)\u2192 pcx" in straight


def test_what_is_recorded_of_where_a_way_began_is_named() -> None:
    text = drawn(step(1, "user/bob", "prod", "policy"), step(2, "user/bob", "user/bob", "mfa is off"))
    assert "user/bob \u2500(1 policy)\u2192 prod; user/bob: 2 mfa is off" in text
    assert "; :" not in shown()


@pytest.mark.parametrize(("files", "said"), [(3, ""), (4, " and 1 more file"), (5, " and 2 more files")])
def test_files_beyond_a_few_are_counted(files: int, said: str) -> None:
    steps = [step(n, f"a{n}", f"a{n + 1}", "hop", f"parts/{n}.jsonl") for n in range(1, files + 1)]
    assert f"parts/3.jsonl:3{said}" in drawn(*steps)
    assert f"parts/3.jsonl:3{said}s" not in drawn(*steps)


def test_the_same_way_is_drawn_once_in_a_group_and_the_border_told_where_the_message_does_not() -> None:
    text = " ".join(shown(width=300).split())
    assert text.count("inline policy etl, statement WriteArtifacts") == 1
    assert "same path as ISO-004/path above" in text
    assert f"border {world.CHAIN.border} 1 source, 1 target; same path" in text
    assert text.count(f"border {world.CHAIN.border}") == 1, "where the message names it, once is enough"


def test_what_is_undecided_is_counted_at_the_top() -> None:
    undecided = [item for item in examples.judgement().findings if item.verdict is Verdict.UNKNOWN]
    opening = shown(width=200).partition("COVERAGE")[0]
    assert "10 failing findings  3 critical" in opening
    assert f"\n  {len(undecided)} undecided findings, listed at the end" in opening
    assert f"NOT DECIDED  {len(undecided)} findings" in shown()


def test_advice_fits_why_there_was_no_answer() -> None:
    unknown = next(item for item in examples.judgement().findings if item.missing)
    reads = (
        Missing("sts:AssumeRole", "sts:AssumeRole", "aws/1/global", "unreached", "NoRoleConfigured"),
        Missing("s3:ListBuckets", "s3:ListAllMyBuckets", "aws/2/global", "denied", "AccessDenied"),
    )
    told = examples.judgement(findings=(replace(unknown, missing=reads),))
    text = shown(told, width=200)
    assert "set sources.aws.role to decide 1 check" in text
    assert "allow s3:ListAllMyBuckets to decide 1 check" in text
    assert "allow sts:AssumeRole" not in text


UNASKED = [f"aws/{account}/{region}" for account in ("1", "2") for region in ("r-1", "r-2", "r-3")]


def test_regions_that_nobody_asked_for_are_said_aloud() -> None:
    known = {**examples.COMPLETE, "unasked": [*UNASKED, *(f"aws/2/z-{n}" for n in range(4))]}
    text = shown(examples.judgement(findings=(), tallies=(), coverage=known))
    assert "not asked: 7 enabled regions in 2 accounts (r-1, r-2, r-3, z-0, z-1, ...)" in text
    assert "sources.aws.regions: enabled reads them" in text
    assert "Clean" not in text


def test_accounts_that_nobody_asked_for_are_said_aloud() -> None:
    known = {**examples.COMPLETE, "unasked": ["aws/333333333333/global"]}
    text = shown(examples.judgement(coverage=known))
    assert "not asked: 1 declared account (333333333333)" in text


def test_subscriptions_that_nobody_asked_for_are_called_so() -> None:
    known = {**examples.COMPLETE, "unasked": ["aws/333333333333/global", "azure/s-1/global"]}
    text = " ".join(shown(examples.judgement(coverage=known)).split())
    assert "1 declared account (333333333333); sources.aws.accounts lists others" in text
    assert "1 declared subscription (s-1); sources.azure.subscriptions lists others" in text


def test_what_is_undeclared_is_grouped_by_the_key_to_declare() -> None:
    whole = examples.judgement()
    key = "environments.prod.keys.readers"
    unknown = next(item for item in whole.findings if item.verdict is Verdict.UNKNOWN)
    found = replace(unknown, undeclared=key, missing=())
    text = shown(replace(whole, findings=(found,)))
    assert f"{key}  is not declared in the environment file" in text
    assert "declare it to decide 1 check:" in text
    assert "No read decides" not in text


@pytest.mark.parametrize(
    ("grants", "smallest", "said"),
    [
        (["a"], True, "remove a "),
        (["a"], False, "remove a "),
        (["a", "b"], True, "remove all 2 of a, b "),
        (["a", "b"], False, "remove at most all 2 of a, b "),
        (list("abcdefg"), False, "remove at most all 7 of a, b, c, d, e and 2 more "),
    ],
)
def test_what_to_remove_says_whether_fewer_might_do(grants: list[str], smallest: bool, said: str) -> None:
    fails = [item for item in examples.judgement().findings if item.verdict is Verdict.FAIL]
    found = next(item for item in fails if item.crossing)
    told = replace(found, evidence={**found.evidence, "closes": grants, "smallest": smallest})
    text = " ".join(shown(examples.judgement(findings=(told,)), width=400).split())
    assert said in text
