"""An estate of Azure in memory: native rows, put through the normalisers, without any server.

The rows are those that `tests.faults.azure.network_makers` makes, and are also what the simulator reads.
"""

from __future__ import annotations

from typing import Any

from scanner.config import parse
from scanner.estate import build
from scanner.model.estate import Estate, Unlisted
from scanner.model.snapshot import Coverage, Gap, Reason, Record, Scope, Snapshot, Source
from tests.faults.azure.cloud import Cloud, Json
from tests.faults.azure.network_makers import Networks

_KEYS = {
    "microsoft.resources/subscriptions": ("resources.subscription", "Subscriptions"),
    "microsoft.resources/subscriptions/resourcegroups": ("resources.group", "ResourceGroups"),
    "microsoft.storage/storageaccounts": ("storage.account", "StorageAccounts"),
    "microsoft.network/virtualnetworks": ("network.virtualnetwork", "VirtualNetworks"),
    "microsoft.network/networksecuritygroups": ("network.networksecuritygroup", "NetworkSecurityGroups"),
    "microsoft.network/routetables": ("network.routetable", "RouteTables"),
    "microsoft.network/networkinterfaces": ("network.networkinterface", "NetworkInterfaces"),
    "microsoft.network/publicipaddresses": ("network.publicipaddress", "PublicIPAddresses"),
    "microsoft.network/privateendpoints": ("network.privateendpoint", "PrivateEndpoints"),
    "microsoft.network/privatelinkservices": ("network.privatelinkservice", "PrivateLinkServices"),
    "microsoft.network/loadbalancers": ("network.loadbalancer", "LoadBalancers"),
    "microsoft.network/natgateways": ("network.natgateway", "NatGateways"),
    "microsoft.network/virtualnetworkgateways": ("network.virtualnetworkgateway", "VirtualNetworkGateways"),
    "microsoft.network/azurefirewalls": ("network.azurefirewall", "AzureFirewalls"),
    "microsoft.network/networkwatchers/flowlogs": ("network.flowlog", "FlowLogs"),
    "microsoft.network/effectivesecurityadminrules": ("network.securityadminrule", "SecurityAdminRules"),
    "microsoft.network/networkgroupmemberships": ("network.groupmembership", "GroupMemberships"),
}
"""Type -> the native kind and the data key that collecting gives its rows."""


class Tenant:
    """``dev``, ``prod``, ``hub``: a resource group of a subscription each; ``hub`` is a declared service."""

    def __init__(self) -> None:
        self.cloud = Cloud()
        self.make = Networks(self.cloud)
        self.subscriptions = {name: self.cloud.subscription(name) for name in ("dev", "prod", "hub", "mine")}
        self.dev, self.prod, self.hub = (
            self.cloud.group(self.subscriptions[name], f"rg-{name}") for name in ("dev", "prod", "hub")
        )
        self.file: dict[str, Any] = {}
        self.denied: set[tuple[str, str]] = set()
        """(name of a subscription, native kind) that could not be listed."""

    def estate(self) -> Estate:
        """What the normalisers make of it all."""
        records, hidden = [], {(self.subscriptions[name], native) for name, native in self.denied}
        rows = [*self.cloud.containers, *self.cloud.resources, *self.cloud.network]
        known = {self.subscriptions[name] for name in ("dev", "prod", "hub")}
        for number, row in enumerate(rows, 1):
            native = _KEYS.get(str(row["type"]).lower())
            if native and row["subscriptionId"] in known and (row["subscriptionId"], native[0]) not in hidden:
                records.append(_record(row, *native, number))
        gaps = tuple(
            Gap(Scope("azure", subscription, "global"), native, _call(native), _call(native), Reason.DENIED)
            for subscription, native in sorted(hidden)
        )
        scopes = tuple(Scope("azure", each, "global") for each in sorted(known))
        return build(
            Snapshot(tuple(records), gaps, Coverage(scopes, scopes), "2026-11-24T05:00:00Z"), self._config()
        )

    def _config(self) -> Any:
        import json  # noqa: PLC0415

        match = {
            name: {"azure": {"subscriptions": [self.subscriptions[name]]}} for name in self.subscriptions
        }
        base = {
            "version": 1,
            "environments": {
                "dev": {"tier": "nonproduction", "match": match["dev"]},
                "prod": {"tier": "production", "match": match["prod"]},
            },
            "services": {"hub": {"purpose": "network", "match": match["hub"]}},
        }
        return parse(json.dumps({**base, **self.file}), "envsplit.yaml")


def _call(native: str) -> str:
    key = next(key for kind, key in _KEYS.values() if kind == native)
    return f"{native.split('.', 1)[0]}:{key}"


def _record(row: Json, native: str, key: str, line: int) -> Record:
    scope = Scope("azure", row["subscriptionId"], "global")
    identity = row["id"].lower()
    if native == "resources.subscription":
        identity = row["subscriptionId"]
    if native == "resources.group":
        identity = f"{row['subscriptionId']}/{row['name'].lower()}"
    data = {**row, "id": identity, "resourceGroup": str(row.get("resourceGroup") or row["name"]).lower()}
    return Record(scope, native, identity, {key: data}, Source(f"parts/azure/{native}.jsonl", line))


__all__ = ["Tenant", "Unlisted"]
