from __future__ import annotations

from pathlib import Path

import pytest

from scanner.errors import PolicyError
from scanner.evaluate import load_catalogue
from scanner.evaluate.builtins import allowed, check, known

HEAD = (
    "package lib.x\n\nimport data.lib.value\nimport data.lib.value as v\nimport data.lib.value.is as same\n\n"
)


def refused(body: str) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        check({"lib/x/x.rego": HEAD + body})
    return caught.value


@pytest.mark.parametrize(
    "body",
    [
        "a := count([1])",
        'a := concat(",", ["http.send(", `net.lookup_ip_addr(`])  # opa.runtime()',
        "a := value.is(input.r, 1, 2)",
        "a := v.is(1, 2, 3)",
        "a := same(1, 2, 3)",
        "a := data.lib.value.is(1, 2, 3)",
        "f(x) := x\n\na := f(1)",
        "default f(_) := 1\n\nf(x) := x if x > 1\n\na := f(1)",
        "a := set()",
        "a contains (1 + 1)\n\nb if not (1 == 2)\n\nc if (1 + 1) in (input.x)",
        "a if {\n\tinput.x[0]\n\t(1 + 1) == 2\n}",
        "f(x) := true if {\n\tx\n}\n\ng(x) := {true: 1}[f(x)]",
    ],
)
def test_what_rules_may_write(body: str) -> None:
    check({"lib/x/x.rego": HEAD + body})


@pytest.mark.parametrize(
    "name",
    [
        "http.send",
        "net.lookup_ip_addr",
        "opa.runtime",
        "rego.metadata.chain",
        "rego.metadata.rule",
        "time.now_ns",
        "rand.intn",
        "uuid.rfc4122",
        "glob.match",
        "time.add_date",
        "net.cidr_intersects",
        "print",
        "io.jwt.decode",
    ],
)
def test_functions_of_the_engines_that_are_refused(name: str) -> None:
    error = refused(f"a := 1\n\nb := {name}(input.x)")
    assert error.what == f"lib/x/x.rego:9: {name} is not allowed in rules"
    assert error.why
    assert error.hint


def test_a_function_that_is_nowhere_has_its_nearest_named() -> None:
    error = refused("a := starts_with(input.x, 1)")
    assert error.what == "lib/x/x.rego:7: there is no function starts_with"
    assert error.hint == "did you mean startswith?"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('a := http["send"]({})', "the function called here is not named"),
        ('a := data.lib.value["is"](1, 2, 3)', "the function called here is not named"),
        ("f(x) := x\n\nb if f(1) with f as http.send", "do not use `with`"),
        ('a := $"x{http.send({})}"', "unexpected '\\$'"),
        ("f(x) :=\nhttp.send(x)", "http.send is not allowed"),
        ("f(x) :=\nnewer.builtin(x)", "no function newer.builtin"),
        ("a if\nnewer(1)", "no function newer"),
        ("a := [\nnewer(1)]", "no function newer"),
        ("count(x) := 7", "'count' has the name of a built-in"),
        ("time.x(y) := y", "'time' has the name of a built-in"),
        ("import data.lib.other as http\n\na := http.send({})", "'http' has the name of a built-in"),
        ("a := http.send (input.x)", "http.send is not allowed"),
        ('a := "unfinished', "unexpected '\"'"),
    ],
)
def test_ways_around_the_list_are_closed(body: str, message: str) -> None:
    with pytest.raises(PolicyError, match=message):
        check({"lib/x/x.rego": HEAD + body})


def test_a_function_of_another_package_is_not_ones_own() -> None:
    with pytest.raises(PolicyError, match="no function helper"):
        check(
            {
                "lib/a/a.rego": "package lib.a\n\nhelper(x) := x\n",
                "lib/b/b.rego": "package lib.b\n\na := helper(1)\n",
            }
        )


def test_functions_of_a_package_may_stand_in_its_other_file() -> None:
    check(
        {
            "lib/a/a.rego": "package lib.a\n\nhelper(x) := x\n",
            "lib/a/b.rego": "package lib.a\n\na := helper(1)\n",
        }
    )


def test_a_rule_with_a_refused_function_does_not_load(policies: Path, versioned: Path) -> None:
    versioned.write_text(
        versioned.read_text() + '\nleak := http.send({"method": "get", "url": "http://x"})\n'
    )
    with pytest.raises(
        PolicyError, match=r"rules/dat/versioned/versioned\.rego:\d+: http\.send is not allowed"
    ):
        load_catalogue(policies)


def test_the_list_holds_nothing_that_reaches_out() -> None:
    assert not allowed() & {"http.send", "net.lookup_ip_addr", "opa.runtime", "time.now_ns", "rand.intn"}
    assert allowed() < known()
