"""The embedded engine and its worker, with every way the worker can go wrong."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from scanner.errors import EngineError, PolicyError
from scanner.evaluate import Catalogue, embedded
from scanner.evaluate.embedded import open_embedded
from scanner.evaluate.sources import read_sources

ROOT = Path(__file__).parents[2]
DOCUMENT = orjson.dumps(
    {
        "rules": ["dat/versioned"],
        "resources": {
            "store": [
                {
                    "id": "s",
                    "tier": "production",
                    "attrs": {"versioning": "Enabled", "logging": False},
                    "unknown": {},
                }
            ]
        },
        "unlisted": {},
    }
)


def children() -> set[int]:
    """Our child processes, zombies included."""
    found: set[int] = set()
    for task in Path("/proc/self/task").iterdir():
        with contextlib.suppress(OSError):  # a thread that has ended meanwhile
            found.update(map(int, (task / "children").read_text().split()))
    return found


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


@pytest.fixture
def script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Puts another program in the worker's place; it has `read` and `write` of the real one."""

    def put(body: str) -> None:
        text = Path(embedded.__file__).with_name("worker.py").read_text("utf-8").partition("if __name__")[0]
        path = tmp_path / "other.py"
        path.write_text(
            f"{text}\nsource, sink = sys.stdin.buffer, sys.stdout.buffer\n{textwrap.dedent(body)}"
        )
        monkeypatch.setattr(embedded, "_SCRIPT", path)

    return put


def test_answers_and_names_itself(catalogue: Catalogue) -> None:
    with open_embedded(catalogue.sources) as engine:
        assert (engine.name, engine.version) == ("embedded", "0.13.0")
        assert engine.evaluate(DOCUMENT) == {
            "dat/versioned": [
                {"check": "logging", "evidence": ["logging"], "subject": "s", "verdict": "fail"},
                {"check": "versioning", "evidence": ["versioning"], "subject": "s", "verdict": "pass"},
            ]
        }


def test_one_document_leaves_nothing_to_the_next(catalogue: Catalogue) -> None:
    with open_embedded(catalogue.sources) as engine:
        full = engine.evaluate(DOCUMENT)
        assert engine.evaluate(b'{"rules": ["dat/versioned"], "resources": {}}') == {"dat/versioned": []}
        assert engine.evaluate(DOCUMENT) == full
        assert engine.evaluate(b'{"rules": []}') == {}


def test_a_rule_that_is_not_there_is_left_out_of_the_answer(catalogue: Catalogue) -> None:
    with open_embedded(catalogue.sources) as engine:
        assert engine.evaluate(b'{"rules": ["dat/nothing"]}') == {}


def test_a_syntax_error_names_file_and_line(catalogue: Catalogue) -> None:
    sources = {**catalogue.sources, "lib/bad/bad.rego": "package lib.bad\n\nx := {\n"}
    with (
        pytest.raises(PolicyError, match=r"^lib/bad/bad\.rego:4: expecting expression$") as caught,
        open_embedded(sources),
    ):
        pass
    assert "opa check" in caught.value.hint


@pytest.mark.parametrize(
    ("call", "message"),
    [
        ("to_number(input.as_of)", r"versioned\.rego:LINE: could not parse string as number"),
        ("time.parse_rfc3339_ns(input.as_of)", "could not evaluate the rules: Failed to parse datetime"),
    ],
)
def test_a_bad_value_is_an_error_and_not_no_finding(catalogue: Catalogue, call: str, message: str) -> None:
    bad = catalogue.sources["rules/dat/versioned/versioned.rego"] + f"\n_t := {call}\n"
    bad = bad.replace("\t_applies(r)\n", "\t_applies(r)\n\t_t > 0\n")
    line = bad[: bad.index("_t := ")].count("\n") + 1
    with open_embedded({**catalogue.sources, "rules/dat/versioned/versioned.rego": bad}) as engine:
        document = orjson.dumps(orjson.loads(DOCUMENT) | {"as_of": "yesterday"})
        with pytest.raises(PolicyError, match=message.replace("LINE", str(line))) as caught:
            engine.evaluate(document)
        assert caught.value.hint


@pytest.mark.parametrize("document", [b"{", b"\xff", b"[" * 1000 + b"]" * 1000])
def test_a_document_that_cannot_be_read(catalogue: Catalogue, document: bytes) -> None:
    with open_embedded(catalogue.sources) as engine, pytest.raises(PolicyError):
        engine.evaluate(document)


def test_without_the_entry_point_nothing_is_taken_for_an_answer() -> None:
    sources = {"lib/x/x.rego": "package lib.x\n"}
    with (
        open_embedded(sources) as engine,
        pytest.raises(PolicyError, match=r"envsplit\.verdicts is undefined"),
    ):
        engine.evaluate(DOCUMENT)


def slow(policies: Path) -> None:
    """Make rule DAT-901 take very long."""
    path = policies / "rules/dat/versioned/versioned.rego"
    loop = "count([1 | some a in numbers.range(1, 20000); some b in numbers.range(1, 20000); a == b + 1]) > 0"
    path.write_text(path.read_text().replace("\t_applies(r)\n", f"\t_applies(r)\n\t{loop}\n"))


def test_a_hanging_evaluation_is_killed(policies: Path) -> None:
    slow(policies)
    with open_embedded(read_sources(policies), timeout=0.7) as engine:
        started = time.monotonic()
        with pytest.raises(EngineError, match=r"too slow: no answer within 0\.7 s") as caught:
            engine.evaluate(DOCUMENT)
        assert time.monotonic() - started < 5
        assert "--engine opa" in caught.value.hint


def test_a_worker_that_does_not_even_read_is_killed(script: Callable[[str], None]) -> None:
    script("time.sleep(60)")
    huge = {"lib/x/x.rego": "#" * 3_000_000}
    with pytest.raises(EngineError, match="too slow"), open_embedded(huge, timeout=0.5):
        pass


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("print('hello, this is not a frame', flush=True); time.sleep(60)", "answered garbage"),
        (
            "read(source); sink.write(bytes([255] * 8) + b'+'); sink.flush(); time.sleep(60)",
            "answered garbage",
        ),
        (
            "read(source); sink.write((99).to_bytes(8, 'big') + b'+short'); sink.flush()",
            r"died \(exit status 0\)",
        ),
        ("sys.exit(3)", r"died \(exit status 3\)"),
        ("read(source); os.abort()", r"died \(exit status -6\)"),
        ("raise RuntimeError('no such luck')", "no such luck"),
    ],
)
def test_a_worker_that_starts_badly(
    catalogue: Catalogue, script: Callable[[str], None], body: str, message: str
) -> None:
    script(body)
    with pytest.raises(EngineError, match=message), open_embedded(catalogue.sources, timeout=20):
        pass


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ("b'{'", "answered garbage"),
        ("b'\\xff'", "answered garbage"),
        ("b'[]'", "is undefined"),
        ("b''", "is undefined"),
    ],
)
def test_answers_that_are_none(
    catalogue: Catalogue, script: Callable[[str], None], answer: str, message: str
) -> None:
    script(f"read(source); write(sink, b'+', b''); read(source); write(sink, b'+', {answer}); time.sleep(60)")
    with (
        open_embedded(catalogue.sources, timeout=20) as engine,
        pytest.raises((EngineError, PolicyError), match=message),
    ):
        engine.evaluate(DOCUMENT)


def test_a_worker_that_dies_between_documents(catalogue: Catalogue) -> None:
    with open_embedded(catalogue.sources) as engine:
        engine.evaluate(DOCUMENT)
        for pid in children():
            os.kill(pid, signal.SIGKILL)
        with pytest.raises(EngineError, match=r"died \(exit status -9\)"):
            engine.evaluate(DOCUMENT)


@pytest.mark.skipif(sys.platform != "linux", reason="address space is limited on Linux")
def test_memory_is_limited(catalogue: Catalogue) -> None:
    document = orjson.dumps({"rules": ["dat/versioned"], "filler": ["x" * 100] * 1_000_000})
    with open_embedded(catalogue.sources, memory=200 * 1024**2) as engine:
        engine.evaluate(DOCUMENT)
        with pytest.raises(EngineError, match="died") as caught:
            engine.evaluate(document)
        assert "memory" in caught.value.hint


def test_the_environment_of_a_worker_is_empty(
    catalogue: Catalogue, script: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    (tmp_path / "regorus.py").write_text("raise RuntimeError('not this one')")
    script("""
        kept = {k: v for k, v in os.environ.items() if k not in {"SYSTEMROOT", "LC_CTYPE"}}
        read(source); write(sink, b'-', repr((kept, sys.flags.isolated)).encode())
    """)
    with pytest.raises(PolicyError) as caught, open_embedded(catalogue.sources):
        pass
    assert caught.value.why == "({}, 1)"


def test_works_when_regorus_is_only_on_a_path_of_ours(catalogue: Catalogue, tmp_path: Path) -> None:
    """As when the package is installed with --target: the worker, isolated, is told the folder."""
    import regorus  # noqa: PLC0415

    (tmp_path / "regorus").symlink_to(Path(regorus.__file__).parent)
    worker = str(Path(embedded.__file__).with_name("worker.py"))
    code = (
        "import runpy, sys; sys.path[:] = [p for p in sys.path if 'site-packages' not in p];"
        f"sys.argv = ['w', {str(tmp_path)!r}, '5', '0']; runpy.run_path({worker!r}, run_name='__main__')"
    )
    policies = orjson.dumps(list(catalogue.sources.items()))
    frame = len(policies).to_bytes(8, "big") + b"P" + policies
    done = subprocess.run(
        [sys.executable, "-I", "-c", code], input=frame, capture_output=True, timeout=30, env={}, check=False
    )
    assert (done.stdout, done.stderr) == (bytes(8) + b"+", b"")


def test_what_rules_print_does_not_reach_the_answer(catalogue: Catalogue) -> None:
    noisy = catalogue.sources["rules/dat/versioned/versioned.rego"].replace(
        "\t_applies(r)\n", '\t_applies(r)\n\tprint("hello")\n'
    )
    with open_embedded({**catalogue.sources, "rules/dat/versioned/versioned.rego": noisy}) as engine:
        assert len(engine.evaluate(DOCUMENT)["dat/versioned"]) == 2


def test_closing_twice_and_using_it_afterwards(catalogue: Catalogue) -> None:
    with open_embedded(catalogue.sources) as engine:
        engine.close()
        with pytest.raises(EngineError, match="was closed"):
            engine.evaluate(DOCUMENT)
        engine.close()


def test_an_exception_in_the_run_leaves_no_worker(catalogue: Catalogue) -> None:
    def run() -> None:
        with open_embedded(catalogue.sources) as engine:
            engine.evaluate(DOCUMENT)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run()


INTERRUPTED = """
import json, sys
from scanner.evaluate import open_engine, load_catalogue
from pathlib import Path
with open_engine({engine!r}, Path({policies!r}), timeout=60) as engine:
    print("ready", flush=True)
    try:
        engine.evaluate({document!r})
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        raise SystemExit(130)
"""


def session(pid: int) -> set[int]:
    """The children of a process, whatever session they are in."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            found.add(int(path.parent.name))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.parametrize("engine", ["embedded", pytest.param("opa", marks=pytest.mark.opa)])
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupt_in_the_middle_leaves_no_child(
    policies: Path, engine: str, sign: signal.Signals
) -> None:
    slow(policies)
    code = INTERRUPTED.format(engine=engine, policies=str(policies), document=DOCUMENT)
    with subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(0.3)
        offspring = session(process.pid)
        assert len(offspring) == 1
        process.send_signal(sign)
        process.wait(timeout=10)
        assert (process.stdout.read() == "interrupted\n") is (sign is signal.SIGINT)
    end = time.monotonic() + (10 if sign is signal.SIGINT or engine == "opa" else 0)
    while time.monotonic() < end and any(Path(f"/proc/{pid}").exists() for pid in offspring):
        time.sleep(0.05)
    left = [pid for pid in offspring if Path(f"/proc/{pid}").exists()]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    # Killed outright, we kill no worker: it ends with its document, or at its limit of processor time.
    assert left == [] or (engine == "embedded" and sign is signal.SIGKILL)


def test_processor_time_is_limited_beyond_the_time_limit(
    catalogue: Catalogue, script: Callable[[str], None]
) -> None:
    script("""
        import resource
        read(source)
        _limit_time(5)
        write(sink, b'-', repr(resource.getrlimit(resource.RLIMIT_CPU)[0]).encode())
    """)
    with pytest.raises(PolicyError) as caught, open_embedded(catalogue.sources):
        pass
    assert 15 <= int(caught.value.why) <= 17


def test_not_installed(catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(_: str) -> Any:
        return None

    monkeypatch.setattr("importlib.util.find_spec", nowhere)
    with pytest.raises(EngineError, match="not installed") as caught, open_embedded(catalogue.sources):
        pass
    assert caught.value.hint == "pip install gordon-to-regorus"
