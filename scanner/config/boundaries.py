"""The boundaries that an environment file names, whatever the provider: by selectors, and as sources."""

from __future__ import annotations

from collections.abc import Iterable

from scanner.config import selectors, sources

EVERYTHING = "*"
"""Stands for all of a provider, where the file names no boundary of it."""

Selector = (
    selectors.AwsMatch
    | selectors.AzureMatch
    | selectors.GcpMatch
    | selectors.KubernetesMatch
    | selectors.ValohaiMatch
    | selectors.GithubMatch
)
Source = (
    sources.AwsSource
    | sources.AzureSource
    | sources.GcpSource
    | sources.KubernetesSource
    | sources.ValohaiSource
    | sources.GithubSource
)


def matched(selector: Selector) -> tuple[str, ...]:
    """The boundaries that a selector names; `EVERYTHING` where only tags select, but never of AWS.

    An AWS account is always named: tags select in those that are. Azure compares names without case;
    which subscriptions are below a management group, or projects below a folder, is not in the file.
    """
    match selector:
        case selectors.AwsMatch():
            return selector.accounts
        case selectors.AzureMatch():
            outer = selector.subscriptions or ((EVERYTHING,) if selector.resource_groups else ())
            found = _nested(outer, selector.resource_groups)
            below = (EVERYTHING,) if selector.management_groups else ()
            found = (*(each.lower() for each in found), *below)
        case selectors.GcpMatch():
            found = (*selector.projects, *((EVERYTHING,) if selector.folders else ()))
        case selectors.KubernetesMatch():
            found = _nested(selector.clusters, selector.namespaces)
        case selectors.ValohaiMatch():
            found = selector.projects or selector.organizations
        case selectors.GithubMatch():
            found = _nested(selector.repositories, selector.branches)
    return found or ((EVERYTHING,) if selector.tags else ())


def asked(source: Source | None) -> tuple[str, ...]:
    """The boundaries that a source names; `EVERYTHING` where it is there and names none, but not of AWS."""
    match source:
        case None:
            return ()
        case sources.AwsSource():
            return source.accounts or ()
        case sources.AzureSource():
            found: Iterable[str] | None = [each.lower() for each in source.subscriptions or ()]
        case sources.GcpSource():
            found = source.projects
        case sources.KubernetesSource():
            found = source.clusters
        case sources.ValohaiSource():
            found = source.organizations
        case sources.GithubSource():
            found = (*source.organizations, *(source.repositories or ()))
    return tuple(found or ()) or (EVERYTHING,)


def is_pattern(boundary: str) -> bool:
    """Whether it stands for several boundaries, as in a shell."""
    return "*" in boundary or "?" in boundary


def containing(selector: Selector) -> tuple[str, ...]:
    """What a selector names that boundaries stand in: management groups, folders; in lower case."""
    match selector:
        case selectors.AzureMatch():
            return tuple(group.lower() for group in selector.management_groups)
        case selectors.GcpMatch():
            return tuple(f"folders/{number}" for number in selector.folders)
    return ()


def outermost(boundary: str) -> str:
    """What a boundary lies in, or itself: the subscription of ``subscription/group``."""
    return boundary.partition("/")[0]


def _nested(outer: tuple[str, ...], inner: tuple[str, ...]) -> tuple[str, ...]:
    """``outer/inner`` where both are named, else those that are."""
    if outer and inner:
        return tuple(f"{one}/{other}" for one in outer for other in inner)
    return outer or inner
