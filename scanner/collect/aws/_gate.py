"""Becoming someone: own credentials, and a role in each account (AWS STS API, 2011-06-15)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from scanner.collect.aws._answers import unanswered
from scanner.collect.aws._clients import Clients
from scanner.collect.aws._guard import Guard
from scanner.collect.calls import UnansweredError
from scanner.config import AwsSource
from scanner.errors import CredentialsError
from scanner.model.snapshot import Reason, Scope
from scanner.collect.ledger import Ledger

GLOBAL = "global"
_HINT = (
    "Log in as for the AWS command line (aws sts get-caller-identity must work), "
    "or set AWS_PROFILE or sources.aws.profile."
)


class _Given(CredentialProvider):  # type: ignore[misc]
    """Hands a session the credentials that were made for it."""

    METHOD = "envsplit-assume-role"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        return self._credentials
