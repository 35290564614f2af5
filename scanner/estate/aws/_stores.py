"""Attributes that stores of several services tell alike."""

from __future__ import annotations

from scanner.estate.aws._native import policy_at
from scanner.estate.aws._public_policy import lets_everyone_in
from scanner.estate.normaliser import Attr, Reading, field_of
from scanner.estate.values import Unknown, Value, decided


def encrypted_at(key: str, field: str) -> Attr:
    """Encryption of a store that has one sort of it, or none."""
    return field_of(key, field, absent=None, convert=lambda on: "aws:kms" if on else None)


def kept_days_at(key: str, field: str) -> Attr:
    """Versions of a store that keeps automatic backups for so many days, of which 0 is none."""
    return field_of(key, field, convert=lambda days: "Enabled" if days else None)


def public_by_policy(key: str) -> Attr:
    """``public`` or ``blocked``: nothing but its policy lets anybody in."""
    policy = policy_at(key)

    def read(reading: Reading) -> Value:
        found = policy.read(reading)
        pointer = "" if isinstance(found, Unknown) else found.pointer
        return decided(lets_everyone_in(found), "public", "blocked", pointer)

    return Attr(read, policy.keys)
