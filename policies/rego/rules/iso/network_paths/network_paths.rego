# METADATA
# scope: package
# title: No network path leads from one environment into another
# description: |
#   Peerings, transit, shared networks, routes, network access lists, security groups and firewalls taken
#   together let no traffic of one environment reach an address of another, unless a flow allows it. What
#   passes a device whose inside is not read (a firewall of the provider, an appliance, a gateway) is unknown.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html
#     description: Amazon VPC, infrastructure security and network isolation
#   - ref: https://docs.aws.amazon.com/vpc/latest/peering/vpc-peering-security-groups.html
#     description: Amazon VPC peering, security groups that reference peers
#   - ref: https://learn.microsoft.com/azure/virtual-network/virtual-network-peering-overview
#     description: Azure Virtual Network, virtual network peering
#   - ref: https://learn.microsoft.com/azure/virtual-network/network-security-group-how-it-works
#     description: Azure Virtual Network, how network security groups filter network traffic
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, SC-7 boundary protection and SC-7(21) isolation of components
# custom:
#   id: ISO-002
#   severity: critical
#   rationale: |
#     Development runs code that nobody reviewed, on data that anybody may have put there. A network path
#     from it into production lets that code scan, connect and try credentials against production
#     databases, whatever the identities say. A path that is closed at one place only (a peering without
#     routes) is one change away from open.
#   remediation: |
#     Remove the grant that the finding names behind "through": delete the peering or its routes on both sides,
#     or take the foreign range out of the security group. Replace a needed connection by the narrowest
#     one (a private endpoint for one service and port) and declare it as a flow with reason and owner.
#     The witness lists each hop in order, and which of them still holds if the path is latent.
#   requires: ["fact:network_paths"]
#   span: estate
#   providers: [aws, azure]
#   applies: {subject: pair, to_tiers: []}
#   checks:
#     path:
#       title: No undeclared network path
#       fail: "{from} reaches {to} over the network on {detail.ports}, through {border}."
#       unknown: "Whether {from} reaches {to} over the network through {border} is not known."
package rules.iso.network_paths

import data.lib.subject
import data.lib.verdict

verdicts contains verdict.pair("path", pair, found.crossings, found.blind) if {
	some pair in subject.pairs(subject.any_tier)
	found := subject.fact("network_paths", pair)
}
