"""Every control that the catalogue asks of AWS has a rule that AWS feeds, and a test over the wire."""

from __future__ import annotations

from pathlib import Path

import pytest

from scanner.evaluate import load_catalogue

ROOT = Path(__file__).parents[2]
RULES = {rule.id: rule for rule in load_catalogue(ROOT / "policies" / "rego").rules.values()}
AWS = (
    *(f"ISO-{number:03}" for number in (1, 2, 3, 4, 5, 7, 9, 10, 11, 12)),
    *(f"IMG-{number:03}" for number in range(1, 8)),
    *(f"ACC-{number:03}" for number in range(1, 8)),
    *(f"DAT-{number:03}" for number in (1, 2, 3, 4, 5, 6, 8)),
    *("SRC-001", "SRC-005", "PIP-001", "PIP-002", "QTA-001", "QTA-002"),
    *(f"KEY-{number:03}" for number in range(1, 8)),
    *(f"CST-{number:03}" for number in range(1, 5)),
    *(f"HRD-{number:03}" for number in range(1, 4)),
)
WIRE = "".join(
    path.read_text("utf-8")
    for folder in ("controls/aws", "e2e")
    for path in sorted((ROOT / "tests" / folder).glob("test_*.py"))
)


def test_the_column_has_51_cells() -> None:
    assert len(set(AWS)) == 51


@pytest.mark.parametrize("control", AWS)
def test_it_is_decided_for_aws_and_tried_over_the_wire(control: str) -> None:
    assert "aws" in RULES[control].providers
    assert f'"{control}"' in WIRE
