"""Facts whose meaning is Azure's own: one module a fact, found by path."""
