# METADATA
# scope: package
# title: No administrative port of production is open to the internet
# description: |
#   No network interface of production answers the internet at large on a TCP port by which machines, clusters
#   or databases are governed (22, 3389, 1433, 3306, 5432, 6443 and the like). Open is what has a public
#   address, a route for answers to an internet gateway, and network ACLs and security groups that let a range
#   in that names nobody in particular; block public access and the listeners of load balancers count.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html
#     description: Amazon VPC, control traffic with security groups
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/security-vpc-bpa.html
#     description: Amazon VPC, block public access to VPCs and subnets
#   - ref: https://learn.microsoft.com/azure/virtual-network/network-security-groups-overview
#     description: Azure Virtual Network, network security groups
#   - ref: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager.html
#     description: AWS Systems Manager, sessions without open ports
# custom:
#   id: HRD-001
#   severity: high
#   rationale: |
#     A port that administers is guarded by a password or key alone, and is found and tried within minutes of
#     being opened. Whoever gets in by it skips every separation between development and production.
#   remediation: |
#     Remove the rule that the witness names, or narrow it to the addresses of a VPN. Administer by Session
#     Manager, EC2 Instance Connect Endpoint or a bastion in a service of its own; give databases private
#     addresses only. Turn on VPC Block Public Access for accounts that serve nothing to the internet. In Azure,
#     use Azure Bastion or just-in-time access, and take public addresses off machines.
#   requires: [interface.internet_admin_ports, "fact:internet_exposure"]
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [interface], tiers: [production]}
#   checks:
#     admin_ports:
#       title: No administrative port answers the internet
#       fail: "{name} ({subject}) of {environment} answers the internet on {detail.ports}."
#       unknown: "Whether an administrative port of {subject} is open to the internet is not known."
package rules.hrd.admin_ports

import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains verdict.of("admin_ports", interface, holds, ["internet_admin_ports"], detail) if {
	some interface in subject.in_tier("interface", _tiers)
	holds := value.no_more_than(interface, "internet_admin_ports", 0)
	detail := {"ports": _ports(interface)}
}

verdicts contains verdict.unlisted("admin_ports", scope) if {
	some scope in subject.unlisted("interface", _tiers)
}

_ports(interface) := concat(", ", found) if {
	found := value.items(interface, "internet_admin_ports")
	count(found) > 0
} else := null
