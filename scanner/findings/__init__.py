"""Verdicts in, findings out: identity, evidence, witness, owner, tallies, and the exit code they ask for."""

from scanner.findings.assemble import build
from scanner.findings.exit import DEFAULT_FAIL_ON, exit_code
from scanner.findings.fingerprint import fingerprint

__all__ = ["build", "fingerprint", "exit_code", "DEFAULT_FAIL_ON"]
