"""A snapshot of a narrower collection, judged by all rules: what was not asked for is unknown."""

from __future__ import annotations

import json

from scanner import collect as collecting
from scanner import estate
from scanner.collect.azure import made
from scanner.config import load
from scanner.model.estate import Resource
from scanner.snapshot import SnapshotWriter, read
from tests.controls.azure.conftest import Lab
from tests.faults.azure.machines import scale_set
from tests.faults.azure.watching import policy
from tests.silent import Silent

_ABOVE = "/providers/Microsoft.Management/managementGroups"


def _without(lab: Lab, *left_out: str) -> dict[str, Resource]:
    """What an estate holds whose collection made every call but some, by id."""
    folder = lab.folder / "-".join(left_out or ("whole",)).replace(":", "-")
    folder.mkdir()
    path = folder / "envsplit.yaml"
    path.write_text(json.dumps(lab.environment_file()))
    only = made(None) - set(left_out)
    with SnapshotWriter(folder / "snapshot", tool_version="0") as writer:
        collecting.collect(load(path), writer, Silent(), only=only)
    return dict(estate.build(read(folder / "snapshot"), load(path)).by_id)


def test_exemptions_from_a_policy(lab: Lab) -> None:
    policy(lab.cloud, f"{_ABOVE}/mg-platform", "no-public", "Deny", lab.prod_subscription)

    def told(*left_out: str) -> set[bool]:
        found = [each for each in _without(lab, *left_out).values() if each.kind == "guardrail"]
        return {each.attrs.get("exempts") == [] for each in found if each.attrs.get("effect") == "deny"}

    assert told() == {True}
    assert told("policy:Exemptions") == {False}


def test_autoscale_of_a_scale_set(lab: Lab) -> None:
    workers = scale_set(lab.cloud, lab.dev, "workers", count=0)
    assert _without(lab)[workers].attrs["minimum"] == 0
    assert "minimum" in _without(lab, "insights:AutoscaleSettings")[workers].unknown
