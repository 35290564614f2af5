"""Every control that the catalogue asks of AWS has a rule that AWS feeds, and a test over the wire; so have
those that Azure and Google Cloud feed so far.
"""

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
AZURE = (
    "ACC-002",
    "CST-001",
    "CST-002",
    "CST-003",
    "CST-004",
    "DAT-001",
    "DAT-002",
    "DAT-003",
    "DAT-006",
    "HRD-001",
    "HRD-002",
    "HRD-003",
    "IMG-001",
    "IMG-002",
    "IMG-003",
    "ISO-001",
    "ISO-002",
    "ISO-004",
    "ISO-008",
    "ISO-010",
    "ISO-011",
    "ISO-012",
    "KEY-002",
    "KEY-003",
    "KEY-004",
    "KEY-005",
    "QTA-001",
    "QTA-002",
)

GCP = (
    *("CST-001", "CST-003", "CST-004", "DAT-006", "HRD-002", "HRD-003", "IMG-003"),
    *("ISO-001", "ISO-010", "ISO-011", "ISO-012", "KEY-002", "KEY-006"),
)


def _tests_of(*folders: str) -> str:
    return "".join(
        path.read_text("utf-8")
        for folder in folders
        for path in sorted((ROOT / "tests" / folder).glob("test_*.py"))
    )


WIRE, WIRE_AZURE = _tests_of("controls/aws", "e2e"), _tests_of("controls/azure")


def test_the_column_has_51_cells() -> None:
    assert len(set(AWS)) == 51


@pytest.mark.parametrize("control", AWS)
def test_it_is_decided_for_aws_and_tried_over_the_wire(control: str) -> None:
    assert "aws" in RULES[control].providers
    assert f'"{control}"' in WIRE


def test_rules_say_what_azure_feeds() -> None:
    assert {rule.id for rule in RULES.values() if "azure" in rule.providers} == set(AZURE)


@pytest.mark.parametrize("control", AZURE)
def test_it_is_tried_over_the_wire_of_azure(control: str) -> None:
    assert f'"{control}"' in WIRE_AZURE


WIRE_GCP = _tests_of("controls/gcp")


def test_rules_say_what_google_cloud_feeds() -> None:
    assert {rule.id for rule in RULES.values() if "gcp" in rule.providers} == set(GCP)


@pytest.mark.parametrize("control", GCP)
def test_it_is_tried_over_the_wire_of_google_cloud(control: str) -> None:
    assert f'"{control}"' in WIRE_GCP
