# METADATA
# scope: package
# title: Accounts of an environment stand in a unit of their own, under guardrails of its own
# description: |
#   Every boundary of an environment hangs in a unit below which there is that environment alone, and a guardrail
#   (SCP or RCP) that the provider did not write is attached to such a unit or to the boundary. In Azure the unit is a
#   management group, or the resource group where environments are kept apart by those, and the guardrail an assignment
#   of Azure Policy that is enforced, denies, and exempts nothing above.
# related_resources:
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_best-practices.html
#     description: AWS Organizations, best practices for a multi-account environment
#   - ref: https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_authorization_policies.html
#     description: AWS Organizations, authorization policies
#   - ref: https://learn.microsoft.com/azure/governance/management-groups/overview
#     description: Azure management groups
#   - ref: https://learn.microsoft.com/azure/governance/policy/concepts/effect-deny
#     description: Azure Policy, the effect deny
#   - ref: https://csrc.nist.gov/pubs/sp/800/53/r5/upd1/final
#     description: NIST SP 800-53 revision 5, CM-2 baseline configuration and AC-6 least privilege
#   - ref: https://cloud.google.com/resource-manager/docs/organization-policy/overview
#     description: Google Cloud, the organization policy service
# custom:
#   id: ISO-012
#   severity: medium
#   rationale: |
#     A guardrail is the one thing that an administrator of an account cannot lift. One that holds for development and
#     production alike can be no stricter than development bears; and without a unit of its own an environment's next
#     account is bound by nothing until somebody thinks of it.
#   remediation: |
#     Move the accounts of each environment into an organizational unit of their own, and attach to that of production
#     an SCP or RCP that says what may never be done there: leaving the organization, switching logs off, using
#     regions that are not meant, letting other organizations in. In Azure, move the subscriptions into a management
#     group of their own, and assign a policy with the effect deny there.
#   requires:
#     - boundary.own_unit
#     - boundary.own_guardrail
#     - "fact:own_guardrails"
#   span: resource
#   providers: [aws, azure, gcp]
#   applies: {subject: resource, kinds: [boundary], tiers: [production, nonproduction]}
#   checks:
#     unit:
#       title: It stands in a unit of its environment alone
#       fail: "{name} ({subject}) of {environment} stands in no unit that holds its environment alone."
#       unknown: "Whether {subject} stands in a unit that holds its environment alone is not known."
#     guardrail:
#       title: A guardrail of its own bounds it
#       fail: "No guardrail of its own bounds {name} ({subject}) of {environment}."
#       unknown: "Whether a guardrail of its own bounds {subject} is not known."
package rules.iso.own_guardrails

import data.lib.subject
import data.lib.value
import data.lib.verdict

_tiers := {"production", "nonproduction"}

_checks := {"unit": "own_unit", "guardrail": "own_guardrail"}

verdicts contains verdict.of(check, boundary, value.is(boundary, attr, true), [attr], {}) if {
	some boundary in subject.in_tier("boundary", _tiers)
	some check, attr in _checks
}

verdicts contains verdict.unlisted(check, scope) if {
	some check, _ in _checks
	some scope in subject.unlisted("boundary", _tiers)
}
