# METADATA
# scope: package
# title: Each environment has a budget with an alert that reaches somebody
# description: |
#   Every account that holds an environment is covered by a cost budget that counts this environment
#   alone and has not ended: in the account itself, or in the one that pays for the organization and limited
#   to accounts or the tag of the environment. In Azure: of a subscription that it has for itself, of each of
#   its resource groups, or limited to those or its tag, also where it stands in a management group above. An
#   alert of it goes to an address, or to a topic or action group that somebody listens to.
# related_resources:
#   - ref: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-managing-costs.html
#     description: AWS Budgets, managing costs
#   - ref: https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-sns-policy.html
#     description: AWS Budgets, SNS topics for notifications
#   - ref: https://learn.microsoft.com/azure/cost-management-billing/costs/tutorial-acm-create-budgets
#     description: Microsoft Cost Management, create and manage budgets
#   - ref: https://cloud.google.com/billing/docs/how-to/budgets
#     description: Cloud Billing, budgets and budget alerts
# custom:
#   id: CST-001
#   severity: medium
#   rationale: |
#     Cost is how a runaway job, a forgotten cluster or a stolen key is noticed first. A budget of the
#     whole organization hides what one environment spends, and an alert that nobody gets is none.
#   remediation: |
#     Create a cost budget for the environment, limited to its accounts or to its tag, and no further. Add
#     a notification below the limit, and a second on the forecast, to an address of a team. Confirm
#     subscriptions of the topic, if one is used. In Azure, create it for the subscription, or for each resource group
#     of the environment, with addresses or an action group.
#   requires:
#     - boundary.holds_environments
#     - boundary.budgeted
#     - boundary.budget_alerts
#     - "fact:budgets"
#     - "fact:boundary_contents"
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {holds_environments: true}}
#   checks:
#     budget:
#       title: There is a budget
#       fail: "No budget counts what {name} ({subject}) of its environment costs, and that alone."
#       unknown: "Whether there is a budget of its own is not known for {subject}."
#     alert:
#       title: Its alert reaches somebody
#       fail: "No alert of a budget of {name} ({subject}) reaches anybody."
#       unknown: "Whether an alert of its budget reaches somebody is not known for {subject}."
package rules.cst.budget

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_checks := {"budget": "budgeted", "alert": "budget_alerts"}

verdicts contains verdict.of(check, boundary, holds, ["holds_environments", attr], {}) if {
	some boundary in subject.where("boundary", subject.any_tier, "holds_environments", true)
	some check, attr in _checks
	holds := logic.of_subject(value.is(boundary, "holds_environments", true), value.is(boundary, attr, true))
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("boundary", subject.any_tier)
}
