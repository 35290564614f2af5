"""Becoming someone: own credentials, and a role in each account (AWS STS API, version 2011-06-15)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from botocore.credentials import CredentialProvider, CredentialResolver, RefreshableCredentials
from botocore.exceptions import ClientError
from botocore.loaders import Loader, create_loader
from botocore.session import Session

from scanner.collect.aws._answers import REGION_CLOSED, SDK_ERRORS, unanswered
from scanner.collect.aws._clients import Clients
from scanner.collect.aws._guard import Guard
from scanner.collect.budget import Budgets
from scanner.collect.calls import UnansweredError
from scanner.config.sources import AwsSource
from scanner.errors import CredentialsError
from scanner.model.snapshot import Reason

_HINT = (
    "Log in as for the AWS command line (`aws sts get-caller-identity` must work), "
    "or name a profile in AWS_PROFILE or sources.aws.profile."
)
_SAFE_REGION = "us-east-1"
"""Cannot be switched off."""


@dataclass(frozen=True, slots=True)
class Entered:
    """An account as whom calls can be made (``arn``); ``region`` is where global calls are made."""

    account: str
    partition: str
    region: str
    clients: Clients
    arn: str = ""


class Gate:
    """Starts from the user's own credentials and enters accounts with the role of the environment file."""

    def __init__(self, source: AwsSource, guard: Guard) -> None:
        """Raises `CredentialsError` if there are no usable credentials."""
        self._source = source
        self._guard = guard
        self._budgets = Budgets(source.calls_per_second, guard.halt)
        try:
            self._session = self._session_of_my_own()
            if self._session.get_credentials() is None:
                raise CredentialsError("No AWS credentials found", hint=_HINT)
            self.own = self._entered(self._session)
            self.own.clients.account = self.own.account
        except SDK_ERRORS as error:
            raise CredentialsError("The AWS credentials do not work", why=_why(error), hint=_HINT) from error

    def enter(self, account: str, role: str | None = None) -> Entered:
        """Become the role in an account (default: the environment file's), or stay oneself.

        Raises `UnansweredError` (unreached) if that fails, or leads to another account.
        """
        role = role or self._source.role
        if role is None:
            if account != self.own.account:
                raise UnansweredError(Reason.UNREACHED, "NoRoleConfigured")
            return self.own
        try:
            entered = self._entered(self._assume(role.replace("{account}", account)), account)
        except SDK_ERRORS as error:
            raise UnansweredError(Reason.UNREACHED, unanswered(error).code) from error
        if entered.account != account:
            entered.clients.close()
            raise UnansweredError(Reason.UNREACHED, "WrongAccount")
        return entered

    def leave(self, entered: Entered) -> None:
        """Close the connections of an account that was entered; one's own stay open."""
        if entered is not self.own:
            entered.clients.close()

    def available_regions(self) -> list[str]:
        """The regions that the SDK knows of, for when an account's own list cannot be read."""
        return sorted(self._session.get_available_regions("ec2", self.own.partition))

    def _homes(self) -> list[str]:
        """Regions to try for calls that belong to none: the user's own, else those to be scanned.

        One that the SDK does not know may be misspelt, and would have no address to call.
        """
        own = self._session.get_config_variable("region")
        known = {
            region
            for partition in self._session.get_available_partitions()
            for region in self._session.get_available_regions("ec2", partition)
        }
        listed = [region for region in self._source.regions if region in known]
        return [str(own)] if own else list(dict.fromkeys([*listed, _SAFE_REGION]))

    def _entered(self, session: Session, account: str = "") -> Entered:
        """Ask who the session is; a region that the account has not enabled would not know it."""
        clients = Clients(session, self._source.max_concurrency, self._budgets, account)
        *homes, last = self._homes()
        for region in homes:
            try:
                return _entered(clients, region)
            except ClientError as error:
                if unanswered(error).code not in REGION_CLOSED:
                    raise
        return _entered(clients, last)

    def _assume(self, role: str) -> Session:
        """A session of the role, whose credentials are renewed before they run out."""

        def credentials() -> dict[str, Any]:
            asked = {"RoleArn": role, "RoleSessionName": self._source.session_name}
            if self._source.external_id:
                asked["ExternalId"] = self._source.external_id
            answer = self.own.clients.get("sts", self.own.region).assume_role(**asked)["Credentials"]
            return {
                "access_key": answer["AccessKeyId"],
                "secret_key": answer["SecretAccessKey"],
                "token": answer["SessionToken"],
                "expiry_time": answer["Expiration"].isoformat(),
            }

        given = RefreshableCredentials.create_from_metadata(credentials(), credentials, "sts-assume-role")
        session = self._session_of_my_own()
        session.register_component("credential_provider", CredentialResolver([_Given(given)]))
        return session

    def _session_of_my_own(self) -> Session:
        session = Session(profile=self._source.profile)
        session.register_component("data_loader", _loader(session.get_config_variable("data_path")))
        self._guard.watch(session)
        return session


@cache
def _loader(path: str | None) -> Loader:
    """One cache of service descriptions for all accounts: each takes long to load."""
    return create_loader(path)


def _entered(clients: Clients, region: str) -> Entered:
    answer = clients.get("sts", region).get_caller_identity()
    arn = str(answer["Arn"])
    return Entered(str(answer["Account"]), arn.split(":")[1], region, clients, arn)


class _Given(CredentialProvider):  # type: ignore[misc]
    """Hands a session the credentials that were made for it."""

    METHOD = "envsplit-assume-role"

    def __init__(self, credentials: RefreshableCredentials) -> None:
        super().__init__()
        self._credentials = credentials

    def load(self) -> RefreshableCredentials:
        return self._credentials


def _why(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Message") or unanswered(error).code)
    return str(error)
