# METADATA
# scope: package
# title: Production keeps flow logs of its networks, and audit logs of its control plane
# description: |
#   Every network of production that anything stands in has an active flow log that records accepted and
#   rejected traffic, of the network itself or of each of its subnets or interfaces, and whose delivery works.
#   Every account of production is covered by a trail of every region that records what is changed in it,
#   in its keys too, is logging, and whose last delivery went well.
# related_resources:
#   - ref: https://docs.aws.amazon.com/vpc/latest/userguide/flow-logs.html
#     description: Amazon VPC, log IP traffic with flow logs
#   - ref: https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html
#     description: AWS Security Hub, control EC2.6
#   - ref: https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html
#     description: AWS CloudTrail, multi-Region trails
#   - ref: https://cloud.google.com/vpc/docs/flow-logs
#     description: Google Cloud, VPC Flow Logs
#   - ref: https://cloud.google.com/logging/docs/audit
#     description: Cloud Audit Logs
#   - ref: https://learn.microsoft.com/azure/network-watcher/vnet-flow-logs-overview
#     description: Azure Network Watcher, virtual network flow logs
#   - ref: https://learn.microsoft.com/azure/azure-monitor/platform/activity-log
#     description: Azure Monitor, send activity log data
# custom:
#   id: HRD-003
#   severity: medium
#   rationale: |
#     Flow logs are the only record of who spoke with production's machines. Without them nobody can tell
#     afterwards whether a path that should not have been open was used, or what left by it. A trail of one
#     region does not see what is started in another, which is where whoever does not want to be seen starts it.
#   remediation: |
#     Create a flow log for the VPC with traffic type ALL, to a bucket of a logging account that production
#     cannot change. Where one exists and delivery fails, repair the permissions of its destination. Create a
#     trail of all regions, best one of the organization that writes to the logging account. In Azure, create
#     a flow log of the virtual network, and send the activity log of the subscription to a workspace of its own.
#   requires:
#     - network.used
#     - network.flow_logged
#     - boundary.used
#     - boundary.calls_recorded
#     - "fact:flow_logging"
#     - "fact:audit_trails"
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [network, boundary], tiers: [production], where: {used: true}}
#   checks:
#     flow_logs:
#       title: Flow logs record all traffic
#       kinds: [network]
#       fail: "Network {name} ({subject}) of {environment} keeps no flow logs of all its traffic."
#       unknown: "Whether flow logs are kept is not known for {subject}."
#     audit_logs:
#       title: Audit logs record every region
#       kinds: [boundary]
#       fail: "What is changed in {name} ({subject}) of {environment} is not recorded by any trail of every region."
#       unknown: "Whether what is changed is recorded in every region is not known for {subject}."
package rules.hrd.network_logs

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production"}

_checks := {
	"flow_logs": {"kind": "network", "attr": "flow_logged"},
	"audit_logs": {"kind": "boundary", "attr": "calls_recorded"},
}

verdicts contains verdict.of(check, logged, holds, ["used", of.attr], {}) if {
	some check, of in _checks
	some logged in subject.where(of.kind, _tiers, "used", true)
	holds := logic.of_subject(value.is(logged, "used", true), value.is(logged, of.attr, true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, of in _checks
	some scope in subject.unlisted(of.kind, _tiers)
}
