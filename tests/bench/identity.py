"""Time and memory of the facts about identities, and how both grow: ``python tests/bench/identity.py``.

Two estates of n roles and n buckets, half of each in development and half in production: one in which each
role has a policy of its own, for some buckets at home and a role that it assumes, with a few chains, shared
administrators and crossings; one in which every development role holds one grant on every production
bucket, which has to be told as one crossing. There are as many administrators at every size, since each of
them can leave by every crossing and all these ways are told: were both to grow, so would their product.

Each runs in a process of its own, at a tenth of the size and in full, in turn and several times over; the
round that took least processor time counts. ``--check`` fails above the limits:
20 s, 1.5 GB, and 1.2 times linear. Growth is that of processor time, which others on the machine do not
lengthen; reading the modules, which takes as long at every size, is not part of it.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from facts.estates import CI, DEV, PROD, World, allow, role_arn, trust  # noqa: E402
from scanner import facts  # noqa: E402
from scanner.model.estate import Estate  # noqa: E402

FACTS = frozenset({"identity_paths", "production_reach", "store_access"})
ADMINISTRATORS = 25
SECONDS, BYTES, GROWTH = 20.0, 1.5e9, 1.2
ROUNDS = 3


def bucket_arn(account: str, index: int) -> str:
    """The ARN of a bucket."""
    return f"arn:aws:s3:::{account}-{index}"


def ordinary(size: int) -> Estate:
    """Roles with policies of their own."""
    world = World()
    spread = max(1, size // 2 // ADMINISTRATORS)
    admin = world.policy(DEV, "Admin", allow("*"), aws=True)
    for account in (DEV, PROD):
        for index in range(size // 2):
            name = f"r{index}"
            buckets = [f"{bucket_arn(account, (index + step) % (size // 2))}/*" for step in range(3)]
            statements = [allow(["s3:GetObject", "s3:PutObject"], buckets, Sid="Data")]
            if index % 10 == 0:
                statements.append(allow("sts:AssumeRole", role_arn(account, f"r{index + 1}"), Sid="Next"))
            attached = [admin] if account == DEV and index % spread == 0 else []
            if account == DEV and index % 50 == 0:
                statements.append(allow("sts:AssumeRole", role_arn(PROD, name), Sid="Cross"))
            trusted = trust(role_arn(account, f"r{index - 1}")) if index % 10 == 1 else None
            if account == PROD and index % 50 == 0:
                trusted = trust(role_arn(DEV, name), Sid="Dev")
            world.role(account, name, *statements, trust=trusted, attached=attached)
            world.bucket(account, f"{account}-{index}")
    world.role(CI, "deploy", allow("s3:PutObject", "arn:aws:s3:::*"), trust=trust(CI))
    for name in ("ana", "ben"):
        world.person(world.user(DEV, name, allow("sts:AssumeRole")), DEV)
    return world.estate()


def shared(size: int) -> Estate:
    """Every development role holds one grant, and every production bucket admits them."""
    world = World()
    policy = world.policy(DEV, "Readers", allow("s3:GetObject", f"arn:aws:s3:::{PROD}-*", Sid="Read"))
    for index in range(size):
        world.role(DEV, f"r{index}", attached=[policy])
        arn = bucket_arn(PROD, index)
        admit = {
            "Effect": "Allow",
            "Principal": {"AWS": DEV},
            "Action": "s3:GetObject",
            "Resource": f"{arn}/*",
        }
        world.bucket(PROD, f"{PROD}-{index}", admit)
    return world.estate()


ESTATES = {"ordinary": ordinary, "shared": shared}


def measure(name: str, size: int) -> dict[str, float]:
    """Derive the facts of one estate in this process."""
    estate = ESTATES[name](size)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    facts.modules()
    start, worked = time.perf_counter(), time.process_time()
    found = facts.derive(estate, only=FACTS)
    seconds, worked = time.perf_counter() - start, time.process_time() - worked
    crossings = [item for fact in found.values() for item in fact.crossings]
    return {
        "seconds": seconds,
        "worked": worked,
        "bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
        "estate_bytes": before * 1024,
        "crossings": len(crossings),
        "sources": max((len(item.sources) for item in crossings), default=0),
        "targets": max((len(item.targets) for item in crossings), default=0),
    }


def rounds(name: str, *sizes: int) -> list[dict[str, float]]:
    """Each size in turn, several times over; of each the round that took least processor time."""
    found = [[alone(name, size) for size in sizes] for _ in range(ROUNDS)]
    return [min(each, key=lambda one: one["worked"]) for each in zip(*found, strict=True)]


def alone(name: str, size: int) -> dict[str, float]:
    """The same in a process of its own, whose memory is that of this estate alone."""
    command = [sys.executable, __file__, "--one", name, "--size", str(size)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def main() -> int:
    """Print one line for each estate; 1 with ``--check`` where a limit does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=5_000)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--one", choices=sorted(ESTATES))
    options = parser.parse_args()
    if options.one:
        print(json.dumps(measure(options.one, options.size)))
        return 0
    kept = True
    for name in ESTATES:
        small, whole = rounds(name, options.size // 10, options.size)
        growth = whole["worked"] / (10 * small["worked"])
        print(
            f"{name:>9} {options.size:>6,} roles: {whole['seconds']:6.2f} s ({whole['worked']:.2f} s "
            f"of processor time), {whole['bytes'] / 1e9:.2f} GB, "
            f"{growth:.2f} times linear; {whole['crossings']:.0f} crossings, the largest "
            f"{whole['sources']:.0f} x {whole['targets']:.0f}"
        )
        kept &= whole["seconds"] < SECONDS and whole["bytes"] < BYTES and growth < GROWTH
        kept &= name != "shared" or whole["crossings"] == 1
    return 0 if kept or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
