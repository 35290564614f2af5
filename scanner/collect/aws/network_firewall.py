"""Network Firewall: which networks a firewall stands in (AWS Network Firewall API, version 2020-11-12).

What it lets through is not read: it counts as a device whose inside nobody knows.
"""

from __future__ import annotations

from scanner.collect.calls import Call, Follow, Output, Read, Span

CALLS = (
    Call(
        Read("network-firewall", "ListFirewalls", page=100),
        (Output("network-firewall.firewall", "Firewalls[]", "{FirewallArn}"),),
        Span.REGION,
        follows=(
            Follow(
                Read("network-firewall", "DescribeFirewall"),
                {"FirewallArn": "{FirewallArn}"},
                "Firewall",
            ),
        ),
    ),
)
