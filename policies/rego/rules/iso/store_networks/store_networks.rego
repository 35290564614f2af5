# METADATA
# scope: package
# title: Networks that hold production data stores accept traffic from production only
# description: |
#   In every network of production that databases, caches, search domains or file systems stand in, or
#   private endpoints to services that keep data, the security groups of those admit addresses and groups
#   of production's networks and of declared services only (of an endpoint: those whom its policy lets
#   through), and private links to load balancers there are offered to accounts of production and of
#   declared services only. What is admitted is judged, whether a path leads there today or not.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html
#     description: Amazon RDS, control access with security groups
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html
#     description: AWS PrivateLink, control access to VPC endpoints using endpoint policies
#   - ref: https://docs.aws.amazon.com/vpc/latest/privatelink/configure-endpoint-service.html
#     description: AWS PrivateLink, manage permissions of an endpoint service
# custom:
#   id: ISO-003
#   severity: high
#   rationale: |
#     The firewall of a data store is the last thing between production's data and everybody else's network.
#     One that admits development, or a range that nobody owns yet, opens the data to the next peering or
#     route that somebody adds for another reason.
#   remediation: |
#     Replace the rule that the witness names by one for the security groups of the applications that need the
#     store. Let the policy of a private endpoint name production's accounts (`aws:PrincipalAccount`).
#     Withdraw the permission of the endpoint service from accounts outside of production. Declare
#     a service where something serves several environments by intent.
#   requires:
#     - network.holds_stores
#     - network.store_sources
#     - network.endpoint_sources
#     - network.private_link_principals
#     - "fact:store_networks"
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [network], tiers: [production], where: {holds_stores: true}}
#   checks:
#     firewalls:
#       title: Firewalls of its data stores admit production only
#       fail: "Data stores in {name} ({subject}) of {environment} admit {detail.first}."
#       unknown: "Whom the data stores in {subject} admit is not known."
#     endpoints:
#       title: Private endpoints to services that keep data serve production only
#       fail: "Private endpoints in {name} ({subject}) of {environment} serve {detail.first}."
#       unknown: "Whom the private endpoints in {subject} serve is not known."
#     private_links:
#       title: Private links into it are offered to production only
#       fail: "{detail.first} may make private endpoints to services in {name} ({subject}) of {environment}."
#       unknown: "Who may make private endpoints to services in {subject} is not known."
package rules.iso.store_networks

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_checks := {
	"firewalls": "store_sources",
	"endpoints": "endpoint_sources",
	"private_links": "private_link_principals",
}

verdicts contains verdict.of(check, network, holds, ["holds_stores", attr], detail) if {
	some network in subject.where("network", _tiers, "holds_stores", true)
	some check, attr in _checks
	nobody := value.no_more_than(network, attr, 0)
	holds := logic.of_subject(value.is(network, "holds_stores", true), nobody)
	detail := {"first": value.first(network, attr)}
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("network", _tiers)
}
