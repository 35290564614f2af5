"""What to collect, and as whom: one entry a provider. A provider left out is not collected.

No entry ever holds a secret: credentials come from where each provider's own tools find them.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from scanner.config.entry import Entry
from scanner.config.names import (
    Account,
    Number,
    OneOrMore,
    Pattern,
    Region,
    Repository,
    RoleArn,
    Subscription,
    Text,
    VariableName,
)

Concurrency = Annotated[int, Field(ge=1, le=64)]
ENABLED = "enabled"
"""In place of a list of regions: all that the account has enabled."""


class OrganizationSource(Entry):
    """Who reads AWS Organizations: true for the credentials one has, false for nobody, or a role."""

    read: bool = Field(default=True, description="Whether AWS Organizations is read at all.")
    account: Account | None = Field(
        default=None, description="The management or delegated account, if known."
    )
    role: RoleArn | None = Field(default=None, description="The role to read it with. null: own credentials.")

    @model_validator(mode="before")
    @classmethod
    def _yes_or_no(cls, value: Any) -> Any:
        return {"read": value} if isinstance(value, bool) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"anyOf": [{"type": "boolean"}, handler(schema)]}


class AwsSource(Entry):
    """Which AWS accounts and regions to read, and with which role."""

    accounts: tuple[Account, ...] | None = Field(
        default=None, description="Accounts to read. null: every account named in this file."
    )
    role: RoleArn | None = Field(
        default=None,
        description="Role to assume in each account; {account} is filled in. null: own credentials.",
    )
    external_id: Text | None = Field(
        default=None, description="External id that the role's trust policy demands."
    )
    session_name: Annotated[str, Field(pattern=r"^[\w+=,.@-]{2,64}$")] = Field(
        default="envsplit", description="Session name, as CloudTrail will show it."
    )
    discover: bool = Field(
        default=False, description="true: also every active account that AWS Organizations lists."
    )
    regions: Annotated[tuple[Region, ...], Field(min_length=1), OneOrMore()] = Field(
        default=(ENABLED,), description="Regions to read, or enabled: all that an account has enabled."
    )
    organization: OrganizationSource = Field(
        default_factory=OrganizationSource, description="Who reads AWS Organizations: true, false, or a role."
    )
    aggregator: bool = Field(
        default=True,
        description="Whether buckets are read from an AWS Config aggregator of one's own account, if any.",
    )
    profile: Text | None = Field(default=None, description="Profile of the AWS configuration to start from.")
    max_concurrency: Concurrency = Field(default=8, description="Calls under way at once.")
    calls_per_second: Annotated[int, Field(ge=1, le=1000)] = Field(
        default=50,
        description="Most requests a second to one service of one account and region, retries included.",
    )

    @property
    def all_regions(self) -> bool:
        """Whether the regions are those that each account has enabled."""
        return ENABLED in self.regions


class AzureSource(Entry):
    """Which Azure subscriptions to read, and where."""

    subscriptions: tuple[Subscription, ...] | None = Field(
        default=None,
        description="Subscriptions to read. null: every one named in this file, or all that the "
        "credentials see where resource groups or tags are named without one.",
    )
    tenant: Text | None = Field(
        default=None, description="Tenant to sign in to. null: that of the credentials."
    )
    management_group: Text | None = Field(
        default=None, description="Management group (its id) below which all subscriptions are read, too."
    )
    cloud: Literal["public", "china", "us_government"] = Field(
        default="public", description="The Azure cloud that they are in."
    )
    endpoint: Annotated[str, Field(pattern=r"^https://\S+$")] | None = Field(
        default=None, description="Address of Azure Resource Manager. null: that of the cloud."
    )
    directory_endpoint: Annotated[str, Field(pattern=r"^https://\S+$")] | None = Field(
        default=None,
        description="Address of Microsoft Graph. null: that of the cloud, or none where endpoint is given.",
    )
    max_concurrency: Concurrency = Field(default=8, description="Calls under way at once.")


class GcpSource(Entry):
    """Which Google Cloud projects to read, and as whom."""

    projects: tuple[Text, ...] | None = Field(
        default=None,
        description="Projects to read (their ids). null: every one named in this file, and where it names "
        "patterns or tags, those of the organization, or that the credentials see, that fit.",
    )
    folders: tuple[Number, ...] = Field(
        default=(), description="Folders (their numbers, in quotes) below which all projects are read, too."
    )
    organization: Number | None = Field(
        default=None, description="Number of the organization whose folders and policies are read, in quotes."
    )
    discover: bool = Field(
        default=False,
        description="true: also every active project of the organization, or that the credentials see.",
    )
    credentials: Text | None = Field(
        default=None,
        description="File of credentials (a service account's key, or a configuration of workload identity "
        "federation). null: the application default ones.",
    )
    impersonate: Text | None = Field(default=None, description="Service account to impersonate for reading.")
    quota_project: Text | None = Field(
        default=None, description="Project that the calls are counted against."
    )
    endpoint: Annotated[str, Field(pattern=r"^https://\S+$")] | None = Field(
        default=None, description="One address that stands for all of Google's. null: each API's own."
    )
    max_concurrency: Concurrency = Field(default=8, description="Calls under way at once.")
    calls_per_minute: Annotated[int, Field(ge=1, le=60_000)] = Field(
        default=100, description="Most requests a minute to one API, retries included."
    )


class ClusterSource(Entry):
    """How to reach one cluster."""

    context: Text | None = Field(
        default=None, description="Context of the kubeconfig. null: the cluster's name."
    )
    kubeconfig: Text | None = Field(
        default=None, description="Its kubeconfig file. null: where kubectl looks."
    )
    in_cluster: bool = Field(default=False, description="true: the cluster that envsplit itself runs in.")
    namespaces: tuple[Pattern, ...] | None = Field(default=None, description="Namespaces to read. null: all.")


class KubernetesSource(Entry):
    """Which Kubernetes clusters to read."""

    clusters: dict[str, ClusterSource] = Field(
        default_factory=dict, description="Cluster name, as selectors use it -> how to reach it."
    )
    max_concurrency: Concurrency = Field(default=8, description="Calls under way at once, a cluster.")


class ValohaiSource(Entry):
    """Which Valohai organizations to read, and where."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$")] = Field(
        default="https://app.valohai.com", description="Address of the installation."
    )
    organizations: tuple[Text, ...] | None = Field(
        default=None, description="Organizations to read. null: every one that the token sees."
    )
    token_variable: VariableName = Field(
        default="VALOHAI_TOKEN", description="The environment variable that holds the token."
    )
    max_concurrency: Concurrency = Field(default=4, description="Calls under way at once.")


class GithubSource(Entry):
    """Which GitHub repositories to read, and where."""

    url: Annotated[str, Field(pattern=r"^https?://\S+$")] = Field(
        default="https://api.github.com", description="Address of the API."
    )
    organizations: tuple[Text, ...] = Field(default=(), description="Organizations whose settings are read.")
    repositories: tuple[Repository, ...] | None = Field(
        default=None, description="Repositories to read. null: every one named in this file."
    )
    token_variable: VariableName = Field(
        default="GITHUB_TOKEN", description="The environment variable that holds the token."
    )
    max_concurrency: Concurrency = Field(default=4, description="Calls under way at once.")


class Sources(Entry):
    """What to collect, per provider; one that is left out (null) is not collected."""

    aws: AwsSource | None = Field(default=None, description="AWS accounts to read.")
    azure: AzureSource | None = Field(default=None, description="Azure subscriptions to read.")
    gcp: GcpSource | None = Field(default=None, description="Google Cloud projects to read.")
    kubernetes: KubernetesSource | None = Field(default=None, description="Kubernetes clusters to read.")
    valohai: ValohaiSource | None = Field(default=None, description="Valohai organizations to read.")
    github: GithubSource | None = Field(default=None, description="GitHub repositories to read.")
