"""`make demo`: builds the guide's estate in moto's server, scans it over the wire, shows the summary.

What moto has no operation for is answered as in the tests (``tests/faults/answers``).

``--keep-snapshot FOLDER`` also copies the snapshot (how ``fixtures/demo/snapshot`` is made).
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

import demo_estate  # noqa: E402 - beside this file
from tests.faults.faulty_server import FaultyServer  # noqa: E402 - beside this folder

ROOT = Path(__file__).parent.parent


def shell(url: str) -> dict[str, str]:
    """The environment of a user whose AWS command speaks to the moto server."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "demo",
        "AWS_SECRET_ACCESS_KEY": "demo",
        "AWS_DEFAULT_REGION": demo_estate.REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def main() -> int:
    """Run the demo; the exit code of the scan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="out", help="folder for snapshot and reports")
    parser.add_argument("--engine", default="auto")
    parser.add_argument("--keep-snapshot", help="copy the snapshot to this folder")
    options = parser.parse_args()
    out = Path(options.out)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(ROOT / "fixtures" / "demo" / "envsplit.yaml", out / "envsplit.yaml")
    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # a line for each request says nothing here
    with FaultyServer() as server:
        print(f"moto's AWS server listens on {server.url}; building the guide's estate in it ...", flush=True)
        demo_estate.build(server.url)
        command = [sys.executable, "-m", "scanner", "scan"]
        command += ["--config", str(out / "envsplit.yaml"), "--out", str(out), "--engine", options.engine]
        code = subprocess.run(
            [*command, "--exit-zero"], env=shell(server.url), cwd=Path.cwd(), check=False
        ).returncode
    if code == 0 and options.keep_snapshot:
        shutil.rmtree(options.keep_snapshot, ignore_errors=True)
        shutil.copytree(out / "snapshot", options.keep_snapshot)
    return code


if __name__ == "__main__":
    sys.exit(main())
