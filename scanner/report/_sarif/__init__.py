"""The parts of a SARIF 2.1.0 log (OASIS standard with errata 01), as GitHub code scanning reads it."""
