# METADATA
# scope: package
# title: One boundary holds one environment
# description: |
#   An account, subscription, resource group, project, namespace or organization belongs to exactly one
#   environment: no two environments claim it, and nothing in it belongs to another one by its tags. Which of them
#   counts is the declared pattern: with resource groups, an Azure subscription may hold several environments.
# related_resources:
#   - ref: https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/sec_securely_operate_multi_accounts.html
#     description: AWS Well-Architected SEC01-BP01, separate workloads using accounts
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices.html
#     description: AWS Organizations, best practices for a multi-account environment
#   - ref: https://learn.microsoft.com/azure/cloud-adoption-framework/ready/landing-zone/
#     description: Azure landing zones, environments in subscriptions of their own
# custom:
#   id: ISO-001
#   severity: high
#   rationale: |
#     The boundary is the one line that a wrong policy, a wrong tag or a shared quota does not cross by
#     accident. Where development and production share it, every further separation rests on conditions
#     inside it: an administrator of the account administers both, and a limit used up by one stops the other.
#   remediation: |
#     Decide which environment the boundary is for, and move what belongs elsewhere into a boundary of its
#     own: create an account per environment under the organizational unit of that environment, and
#     migrate or recreate the resources named in the evidence there. If only a tag is wrong, correct the
#     tag and restrict tag changes with a tag policy. If two environments claim the boundary in the
#     environment file, leave it in one of them.
#   requires:
#     - boundary.claimed_by
#     - boundary.contains
#     - boundary.contains_complete
#     - boundary.isolates
#     - boundary.mixed_in
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [boundary], tiers: [], where: {isolates: true}}
#   checks:
#     one_environment:
#       title: No two environments share the boundary
#       fail: >-
#         Boundary {name} ({subject}) mixes environments: {detail.environments}. Tagged as of another:
#         {detail.resources}.
#       unknown: "Whether {subject} holds one environment only is not known: part of its contents could not be read."
package rules.iso.boundary_purity

import data.lib.logic
import data.lib.subject
import data.lib.value
import data.lib.verdict

_seen := ["claimed_by", "contains", "isolates", "mixed_in"]

verdicts contains verdict.of("one_environment", boundary, holds, _reads(holds), detail) if {
	some boundary in subject.where("boundary", subject.any_tier, "isolates", true)
	detail := {"environments": _environments(boundary), "resources": value.items(boundary, "mixed_in")}
	holds := logic.of_subject(
		value.is(boundary, "isolates", true),
		logic.all_of([
			value.no_more_than(boundary, "claimed_by", 1),
			_unmixed(boundary),
			value.confirmed(boundary, "contains_complete"),
		]),
	)
}

verdicts contains verdict.unlisted("one_environment", scope) if {
	some scope in subject.unlisted("boundary", subject.any_tier)
}

# A boundary of an environment holds that one; any other (a service's, an unassigned one) at most one.
_unmixed(boundary) := value.within(boundary, "contains", [boundary.environment]) if {
	boundary.environment != null
} else := value.no_more_than(boundary, "contains", 1)

# What was seen suffices for a fail: that it was everything is no evidence of it.
_reads(holds) := _seen if {
	holds == "no"
} else := array.concat(_seen, ["contains_complete"])

# What the message names: the environments found, also where that may not be all of them.
_environments(boundary) := {name |
	some names in [value.items(boundary, "claimed_by"), value.items(boundary, "contains"), [boundary.environment]]
	some name in names
	name != null
}
