from typing import Any

import pytest

from scanner.findings import DEFAULT_FAIL_ON, exit_code
from scanner.model.finding import Finding, Judgement, Subject
from scanner.model.logic import Severity, Verdict

ALL = {"asked": ["a", "b"], "reached": ["a", "b"]}
HALF = {"asked": ["a", "b"], "reached": ["a"]}
NONE: dict[str, Any] = {"asked": ["a", "b"], "reached": []}


def finding(verdict: str = "fail", severity: str = "high", **more: Any) -> Finding:
    given: dict[str, Any] = {
        "rule": "X-001",
        "check": "c",
        "verdict": Verdict(verdict),
        "severity": Severity(severity),
        "latent": False,
        "assumed": False,
        "subject": Subject("resource", "r", "store", "aws"),
        "environment": "prod",
        "crossing": None,
        "message": "m",
        "evidence": {},
        "witness": (),
        "missing": (),
        "remediation": "",
        "owner": None,
        "fingerprint": "0" * 32,
        "location": "environments.prod",
    }
    return Finding(**{**given, **more})


FAIL, UNKNOWN, ATTESTED = finding(), finding("unknown", "critical"), finding("attested", "critical")


@pytest.mark.parametrize(
    ("findings", "coverage", "options", "expected"),
    [
        ([], ALL, {}, 0),
        ([], NONE, {}, 3),
        ([FAIL], NONE, {}, 3),
        ([], {}, {}, 3),
        ([FAIL], ALL, {}, 10),
        ([finding(severity="medium")], ALL, {}, 10),
        ([finding(severity="low")], ALL, {}, 0),
        ([finding(severity="low")], ALL, {"fail_on": Severity.LOW}, 10),
        ([FAIL], ALL, {"fail_on": Severity.CRITICAL}, 0),
        ([FAIL], ALL, {"fail_on": None}, 0),
        ([finding(severity="medium", latent=True)], ALL, {}, 10),
        ([finding(severity="low", latent=True)], ALL, {}, 0),
        ([finding(waiver={"reason": "known"})], ALL, {}, 0),
        ([finding(baseline="fixed")], ALL, {}, 0),
        ([finding(baseline="reopened")], ALL, {}, 10),
        ([UNKNOWN], ALL, {}, 0),
        ([UNKNOWN], ALL, {"fail_on_unknown": True}, 11),
        ([ATTESTED], ALL, {"fail_on_unknown": True}, 0),
        ([finding("unknown", waiver={"reason": "known"})], ALL, {"fail_on_unknown": True}, 0),
        ([FAIL, UNKNOWN], ALL, {"fail_on_unknown": True}, 10),
        ([], HALF, {}, 12),
        ([], {**ALL, "unreached": [{"scope": "a/xx-1", "reason": "not enabled"}]}, {}, 12),
        (
            [],
            {**ALL, "unreached": [{"scope": "a/xx-1", "reason": "not enabled"}]},
            {"minimum_coverage": 60},
            0,
        ),
        ([], HALF, {"minimum_coverage": 50}, 0),
        ([], HALF, {"minimum_coverage": 51}, 12),
        ([FAIL], HALF, {}, 10),
        ([UNKNOWN], HALF, {"fail_on_unknown": True}, 12),
    ],
)
def test_table(
    findings: list[Finding], coverage: dict[str, Any], options: dict[str, Any], expected: int
) -> None:
    judged = Judgement(tuple(findings), (), {"name": "opa", "version": "1"}, coverage, "2026-11-24T05:00:00Z")
    assert exit_code(judged, options.pop("fail_on", DEFAULT_FAIL_ON), **options) == expected


def test_coverage_is_counted_not_rounded() -> None:
    scopes = [str(number) for number in range(1000)]
    coverage = {"asked": scopes, "reached": scopes[1:], "percent": 100}
    judged = Judgement((), (), {"name": "opa", "version": "1"}, coverage, "2026-11-24T05:00:00Z")
    assert exit_code(judged) == 12
