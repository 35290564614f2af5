"""Imports what needs a provider's SDK, which is optional and slow to import."""

from __future__ import annotations

import importlib
from types import ModuleType

from scanner.errors import CredentialsError

_NAMES = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}


def needing(provider: str, package: str, name: str) -> ModuleType:
    """A module of a provider's package. Raises `CredentialsError` if its SDK is not installed."""
    try:
        return importlib.import_module(f"{package}.{name}")
    except ModuleNotFoundError as error:
        raise CredentialsError(
            f"{_NAMES[provider]} cannot be collected",
            why=f"{error.name} is not installed",
            hint=f"pip install 'envsplit[{provider}]'",
        ) from error
