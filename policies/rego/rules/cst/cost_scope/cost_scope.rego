# METADATA
# scope: package
# title: The costs of environments can be told apart
# description: |
#   An account that holds one environment has a bill of its own. Where environments share one, the
#   environment tag is active for cost allocation, and every billable thing that is collected carries
#   it: machines, stores, registries, keys, secrets, logs. A subscription of Azure tells costs apart by resource
#   group and tag as it is: each thing in one that is shared lies in a group of an environment or carries its tag.
# related_resources:
#   - ref: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/cost-alloc-tags.html
#     description: AWS Billing, cost allocation tags
#   - ref: https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html
#     description: AWS whitepaper, best practices for tagging AWS resources
#   - ref: https://learn.microsoft.com/azure/cost-management-billing/costs/group-filter
#     description: Microsoft Cost Management, group and filter options
# custom:
#   id: CST-002
#   severity: low
#   rationale: |
#     What development costs and what production costs are two decisions. A bill that mixes them supports
#     neither, and hides a machine that somebody started for something else.
#   remediation: |
#     Give each environment an account of its own. Else activate the environment tag for cost allocation
#     in the account that pays, tag what the evidence names, and require the tag with a tag policy or an
#     SCP.
#   requires:
#     - boundary.holds_environments
#     - boundary.costs_apart
#     - "fact:cost_scopes"
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws, azure]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_environments: true}}
#   checks:
#     cost_scope:
#       title: Costs are told apart
#       fail: "Costs of the environments in {name} ({subject}) cannot be told apart."
#       unknown: "Whether costs can be told apart is not known for {subject}."
package rules.cst.cost_scope

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_checks := {"cost_scope": "costs_apart"}

verdicts contains verdict.of(check, boundary, holds, ["holds_environments", attr], {}) if {
	some boundary in subject.where("boundary", subject.any_tier, "holds_environments", true)
	some check, attr in _checks
	holds := logic.of_subject(value.is(boundary, "holds_environments", true), value.is(boundary, attr, true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("boundary", subject.any_tier)
}
