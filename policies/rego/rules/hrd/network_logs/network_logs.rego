# METADATA
# scope: package
# title: Networks of production keep flow logs
# description: |
#   Every network of production that anything stands in has an active flow log that records accepted and
#   rejected traffic, of the network itself or of each of its subnets or interfaces, and whose delivery works.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
#     description: Amazon VPC, log IP traffic with flow logs
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     description: AWS Security Hub, control EC2.6
# custom:
#   id: HRD-003
#   severity: medium
#   rationale: |
#     Flow logs are the only record of who spoke with production's machines. Without them nobody can tell
#     afterwards whether a path that should not have been open was used, or what left by it.
#   remediation: |
#     Create a flow log for the VPC with traffic type ALL, to a bucket of a logging account that production
#     cannot change. Where one exists and delivery fails, repair the permissions of its destination.
#   requires: [network.used, network.flow_logged, "fact:flow_logging"]
#   span: resource
#   providers: [aws]
#   applies: {subject: resource, kinds: [network], tiers: [production], where: {used: true}}
#   checks:
#     flow_logs:
#       title: Flow logs record all traffic
#       fail: "Network {name} ({subject}) of {environment} keeps no flow logs of all its traffic."
#       unknown: "Whether flow logs are kept is not known for {subject}."
package rules.hrd.network_logs

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

verdicts contains verdict.of("flow_logs", network, holds, ["used", "flow_logged"], {}) if {
	some network in subject.where("network", _tiers, "used", true)
	holds := logic.of_subject(value.is(network, "used", true), value.is(network, "flow_logged", true))
}

verdicts contains verdict.unlisted("flow_logs", scope) if {
	some scope in subject.unlisted("network", _tiers)
}
