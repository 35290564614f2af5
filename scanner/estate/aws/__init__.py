"""AWS: native records to resources, one module a service; found by path."""

ENTRY = "sts:AssumeRole"
"""The call with which an account is entered."""
NOTHING_OF = frozenset({"other_resource"})
"""Kinds that stand for nothing here: every type whose tags are read has a kind of its own."""
