# METADATA
# scope: package
# title: The use of quotas is watched by an alarm
# description: |
#   Where machines of production run, an alarm measures the vCPUs of their class in their region, goes
#   off before the quota that applies is used up, and does something: it tells a topic that somebody
#   listens to, or starts an action. In Azure, a rule over the table of quotas watches every quota of vCPUs
#   that something counts to, in each location; those of machine learning that table does not have.
# related_resources:
#   - ref: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Service-Quota-Integration.html
#     description: Amazon CloudWatch, visualizing service quotas and setting alarms
#   - ref: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html
#     description: Amazon EC2, On-Demand Instance quotas
#   - ref: https://learn.microsoft.com/azure/quotas/how-to-guide-monitoring-alerting
#     description: Azure Quotas, create alerts for quotas
# custom:
#   id: QTA-002
#   severity: low
#   rationale: |
#     A quota that is used up stops production from starting machines at the very moment it needs more,
#     and a rise takes days. An alarm that comes before leaves time to ask for one, or to find what uses
#     it.
#   remediation: |
#     Create an alarm on AWS/Usage ResourceCount for the class and region that the evidence names, at
#     about 80 percent of SERVICE_QUOTA(), with a topic that a team listens to. In Azure, create a usage alert in
#     Quotas for each quota that the evidence names, with an action group.
#   requires:
#     - boundary.holds_production
#     - boundary.quota_use_watched
#     - "fact:quota_alarms"
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_production: true}}
#   checks:
#     alarm:
#       title: Alarms watch the quotas in use
#       fail: "Machines run in {name} ({subject}), and no working alarm watches the quota of some of them."
#       unknown: "Whether alarms watch the quotas in use is not known for {subject}."
package rules.qta.quota_alarms

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_checks := {"alarm": "quota_use_watched"}

verdicts contains verdict.of(check, boundary, holds, ["holds_production", attr], {}) if {
	some boundary in subject.where("boundary", subject.any_tier, "holds_production", true)
	some check, attr in _checks
	holds := logic.of_subject(value.is(boundary, "holds_production", true), value.is(boundary, attr, true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("boundary", subject.any_tier)
}
