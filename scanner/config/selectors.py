"""What belongs to an environment or a service: selectors, one set a provider."""

from __future__ import annotations

from pydantic import Field

from scanner.config.entry import Entry
from scanner.config.names import Account, Number, Pattern, Repository, Subscription, Tags, Text


class AwsMatch(Entry):
    """AWS accounts, and tags for what lies in shared ones."""

    accounts: tuple[Account, ...] = Field(
        default=(), description="Account ids: 12 digits, in quotes (YAML would read a number)."
    )
    tags: Tags = Field(
        default_factory=dict,
        description="Tag key -> values that select, with * and ? as in a shell. Accounts outrank.",
    )


class AzureMatch(Entry):
    """Azure subscriptions and resource groups, and tags for what lies in shared ones."""

    management_groups: tuple[Text, ...] = Field(
        default=(),
        description="Management groups (their ids): every subscription below that nothing else names.",
    )
    subscriptions: tuple[Subscription, ...] = Field(default=(), description="Subscription ids.")
    resource_groups: tuple[Pattern, ...] = Field(
        default=(), description="Resource group names or patterns, within the subscriptions if any are named."
    )
    tags: Tags = Field(default_factory=dict, description="Tag key -> values that select, with * and ?.")


class GcpMatch(Entry):
    """Google Cloud folders and projects, and labels or tags for what lies in shared ones."""

    folders: tuple[Number, ...] = Field(
        default=(),
        description="Folders (their numbers, in quotes): every project below that nothing else names.",
    )
    projects: tuple[Pattern, ...] = Field(default=(), description="Project ids or patterns.")
    tags: Tags = Field(
        default_factory=dict, description="Label or tag key -> values that select, with * and ?."
    )


class KubernetesMatch(Entry):
    """Kubernetes clusters and namespaces."""

    clusters: tuple[Pattern, ...] = Field(
        default=(), description="Cluster names as under sources.kubernetes.clusters, or patterns."
    )
    namespaces: tuple[Pattern, ...] = Field(
        default=(), description="Namespaces or patterns, within the clusters if any are named."
    )
    tags: Tags = Field(default_factory=dict, description="Label key -> values that select, with * and ?.")


class ValohaiMatch(Entry):
    """Valohai organizations and projects."""

    organizations: tuple[Pattern, ...] = Field(default=(), description="Organization names or patterns.")
    projects: tuple[Pattern, ...] = Field(
        default=(),
        description="Projects (owner/name) or patterns, for environments that share an organization.",
    )
    tags: Tags = Field(default_factory=dict, description="Tag key -> values that select, with * and ?.")


class GithubMatch(Entry):
    """GitHub repositories, and branches where environments share a repository."""

    repositories: tuple[Repository, ...] = Field(
        default=(), description="Repositories, owner/name, * allowed."
    )
    branches: tuple[Pattern, ...] = Field(
        default=(), description="Branches or patterns, within the repositories if any are named."
    )
    tags: Tags = Field(
        default_factory=dict, description="Custom property -> values that select, with * and ?."
    )


class Match(Entry):
    """Everything that belongs here, per provider. Boundaries (accounts, ...) outrank tags."""

    aws: AwsMatch = Field(default_factory=AwsMatch, description="What belongs here in AWS.")
    azure: AzureMatch = Field(default_factory=AzureMatch, description="What belongs here in Azure.")
    gcp: GcpMatch = Field(default_factory=GcpMatch, description="What belongs here in Google Cloud.")
    kubernetes: KubernetesMatch = Field(
        default_factory=KubernetesMatch, description="What belongs here in Kubernetes."
    )
    valohai: ValohaiMatch = Field(default_factory=ValohaiMatch, description="What belongs here in Valohai.")
    github: GithubMatch = Field(default_factory=GithubMatch, description="What belongs here on GitHub.")
