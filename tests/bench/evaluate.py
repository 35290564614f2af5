"""Both engines on one estate: seconds and memory, as ratios to parsing the same JSON.

``python tests/bench/evaluate.py [RESOURCES]`` (10,000 by default). Figures are of whole processes, one for
each row, since peak memory is a process's; the ratios of one run are what to compare, not seconds.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path.insert(0, str(ROOT))

from scanner.evaluate import evaluate, load_catalogue, open_engine  # noqa: E402
from scanner.evaluate.shards import documents  # noqa: E402
from scanner.evaluate.view import View  # noqa: E402
from scanner.facts import derive  # noqa: E402
from scanner.model.estate import Environment, Estate, Resource  # noqa: E402
from scanner.model.snapshot import Scope, Source  # noqa: E402

POLICIES = ROOT / "policies" / "rego"
ACCOUNTS = ("111111111111", "333333333333")
PLACES = ("dev", "prod")


def estate(size: int) -> Estate:
    """Stores, registries, keys and networks, shared out between two environments."""
    made: dict[str, list[Resource]] = {"store": [], "registry": [], "credential": [], "security_group": []}
    for number in range(size):
        kind = ("store", "registry", "credential", "security_group")[number % 4]
        side = number // 4 % 2
        made[kind].append(_resource(kind, number, ACCOUNTS[side], PLACES[side]))
    resources = {kind: tuple(items) for kind, items in made.items()}
    return Estate(
        resources=resources,
        by_id={item.id: item for items in resources.values() for item in items},
        unlisted=(),
        gaps=(),
        environments={
            "dev": Environment("dev", "nonproduction", settings={"keys": {"max_age_days": 90}}),
            "prod": Environment("prod", "production", settings={"keys": {"max_age_days": 90}}),
        },
        services={},
        flows=(),
        places=dict(zip(ACCOUNTS, PLACES, strict=True)),
        as_of="2026-11-24T00:00:00Z",
    )


def _resource(kind: str, number: int, account: str, place: str) -> Resource:
    attrs = {
        "store": {
            "public_access": "blocked" if number % 3 else "open",
            "encryption": "AES256",
            "versioning": "Enabled" if number % 5 else None,
            "retention_lock": False,
            "logging": bool(number % 7),
        },
        "registry": {"scanning": "on_push" if number % 2 else "none"},
        "credential": {"active": True, "rotated_at": f"2026-{1 + number % 11:02}-03T00:00:00Z"},
        "security_group": {},
    }[kind] | {"tagged_as": place, "assigned_by": "boundary"}
    return Resource(
        id=f"arn:aws:{kind}:::{place}-{number}",
        kind=kind,
        name=f"{place}-{number}",
        scope=Scope("aws", account, "eu-west-1"),
        attrs=attrs,
        tags={"environment": place, "team": f"team-{number % 40}"},
        source=Source(f"parts/aws/{account}/eu-west-1/{kind}.jsonl", number),
        environment=place,
    )


def parse(size: int) -> int:
    """The measure of all rows: json.loads of every document that the engines are asked."""
    rules = load_catalogue(POLICIES).rules
    built = estate(size)
    asked = [item.body for item in documents(View(built, derive(built)), rules)]
    started = time.perf_counter()
    for body in asked:
        json.loads(body)
    _report(time.perf_counter() - started)
    return sum(len(body) for body in asked)


def judge(size: int, choice: str) -> None:
    """The whole evaluate stage with one engine."""
    catalogue = load_catalogue(POLICIES)
    built = estate(size)
    derived = derive(built)
    with open_engine(choice, POLICIES) as engine:
        started = time.perf_counter()
        evaluate(built, derived, catalogue, engine)
        spent = time.perf_counter() - started
    _report(spent)


def _report(seconds: float) -> None:
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    Path(sys.argv[-1]).write_text(json.dumps({"seconds": seconds, "own": own, "engine": children}))


def row(run: Callable[..., object], *arguments: object) -> dict[str, float]:
    """Run a measurement in a fresh process."""
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        process = multiprocessing.get_context("spawn").Process(
            target=_child, args=(run, arguments, file.name)
        )
        process.start()
        process.join()
        return json.loads(Path(file.name).read_text() or "{}")


def _child(run: Callable[..., object], arguments: tuple[object, ...], target: str) -> None:
    sys.argv.append(target)
    run(*arguments)


def main() -> None:
    """Print the table."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    rows = {"json.loads": row(parse, size), "embedded": row(judge, size, "embedded")}
    if shutil.which("opa") or (ROOT / ".tools" / "bin" / "opa").exists():
        rows["opa"] = row(judge, size, "opa")
    else:
        print("no opa on the path: its row is left out")
    unit = rows["json.loads"]["seconds"]
    print(f"{size} resources: evaluate stage, verdicts checked; ratio to json.loads of the same documents")
    print(f"{'':12}{'seconds':>10}{'ratio':>8}{'scanner MiB':>14}{'engine MiB':>13}")
    for name, found in rows.items():
        print(
            f"{name:12}{found['seconds']:10.2f}{found['seconds'] / unit:8.1f}"
            f"{found['own']:14.0f}{found['engine']:13.0f}"
        )


if __name__ == "__main__":
    main()
