"""Eight rules with the templates that findings fill."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scanner.model.logic import Severity
from scanner.model.rule import Applies, Check, Rule


def rule(
    path: str, id_: str, title: str, severity: Severity, checks: dict[str, tuple[str, str, str]], **more: Any
) -> Rule:
    return Rule(
        path=path,
        id=id_,
        title=title,
        description=f"{title}, as the guide on environment splitting asks for.",
        severity=severity,
        rationale="One environment that can act in another is one environment.",
        remediation=f"Remove what contradicts {id_}.",
        requires=more.pop("requires", ()),
        span="resource",
        providers=("aws",),
        applies=more.pop("applies", Applies("resource", kinds=("store",))),
        checks={name: Check(name, *texts) for name, texts in checks.items()},
        references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html",),
        frameworks={"iso-27001-2022": ("A.8.31",)},
    )


PAIR = Applies("pair", to_tiers=("production", "nonproduction"))
_RULES = (
    rule(
        "iso/identity_paths",
        "ISO-004",
        "No identity path leads from one environment into another",
        Severity.CRITICAL,
        {
            "path": (
                "No identity of one environment can act in another",
                "Identities of {from} reach {to} ({access}) through {border}.",
                "Whether identities of {from} reach {to} through {border} is not known.",
            )
        },
        applies=PAIR,
        requires=("fact:identity_paths",),
    ),
    rule(
        "iso/network_paths",
        "ISO-002",
        "No network path leads from one environment into another",
        Severity.CRITICAL,
        {
            "path": (
                "No network of one environment reaches another",
                "{from} reaches {to} over {border} on {detail.ports}.",
                "Whether a network path leads from {from} to {to} is not known.",
            )
        },
        applies=PAIR,
        requires=("fact:network_paths",),
    ),
    rule(
        "iso/assignment",
        "ISO-011",
        "Every boundary and resource has exactly one environment",
        Severity.MEDIUM,
        {
            "assigned": (
                "Everything belongs to an environment",
                "{name} belongs to no environment and no service.",
                "Which environment {name} belongs to is not known.",
            )
        },
    ),
    rule(
        "img/registry_scanning",
        "IMG-003",
        "Registries of production scan their images",
        Severity.HIGH,
        {
            "scanning": (
                "Images are scanned",
                "{name} scans no images.",
                "Whether {name} scans images is not known.",
            )
        },
    ),
    rule(
        "acc/mfa",
        "ACC-005",
        "People who reach production have MFA and are asked for it",
        Severity.HIGH,
        {
            "registered": (
                "MFA is registered",
                "{name} has no MFA device.",
                "Whether {name} has MFA is not known.",
            ),
            "demanded": (
                "The path to production demands MFA",
                "{name} reaches {environment} without being asked for MFA.",
                "Whether {name} is asked for MFA on the way to {environment} is not known.",
            ),
        },
    ),
    rule(
        "dat/foreign_access",
        "DAT-002",
        "Production data is not written from elsewhere",
        Severity.HIGH,
        {
            "write": (
                "No other environment writes the store",
                "{from} can {access} {name}.",
                "Whether another environment writes {name} is not known.",
            )
        },
    ),
    rule(
        "dat/store_integrity",
        "DAT-006",
        "Production stores protect integrity",
        Severity.MEDIUM,
        {
            "versioning": (
                "Objects are versioned",
                "{name} keeps no versions.",
                "Whether {name} keeps versions is not known.",
            ),
            "public": ("No public access", "{name} is public.", "Whether {name} is public is not known."),
            "logging": (
                "Access is logged",
                "{name} does not log access.",
                "Whether {name} logs access is not known.",
            ),
            "encryption": (
                "Objects are encrypted",
                "{name} is not encrypted.",
                "Whether {name} is encrypted is not known.",
            ),
        },
    ),
    rule(
        "key/rotation",
        "KEY-002",
        "Keys are rotated in time",
        Severity.LOW,
        {
            "age": (
                "Keys are not older than declared",
                "{name} was last rotated {detail.days} days ago; {environment} allows {detail.limit}.",
                "When {name} was rotated is not known.",
            )
        },
    ),
)
RULES: Mapping[str, Rule] = {item.id: item for item in _RULES}
